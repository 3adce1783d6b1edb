"""A listing and a record that it may be, as lines: side by side where there is room, else as one text with marks.

What only one side has is underlined, and between brackets where both texts are one, so that nothing depends on colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len

from readlist.actions.comparing import Agreement, Comparison, Fact, further_reasons
from readlist.actions.differences import Differences, Piece, merged
from readlist.actions.wording import likelihood, where
from readlist.paper import Candidate, Paper
from readlist.tui.glyphs import Glyphs
from readlist.tui.spans import Line, clip, fit_line, line_width, marked, paragraph, safe, wrap

#: From this width on the two sides stand beside each other.
SIDE_BY_SIDE = 100
#: Longer lines of one text are hard to read.
_READABLE = 88
_ROLES = {"same": "text", "first": "only-listed", "second": "only-record"}
_AGREEMENT = {
    Agreement.EQUAL: "good", Agreement.NEAR: "warn", Agreement.DIFFERENT: "bad", Agreement.UNKNOWN: "faint",
}  # fmt: skip
#: The cells that signs and the names of facts take.
_SIGN, _NAME = 3, 10


def comparison_lines(
    paper: Paper,
    found: Comparison,
    candidate: Candidate,
    width: int,
    glyphs: Glyphs,
    *,
    typed: bool = False,
    warning: str = "",
) -> list[Line]:
    """The whole comparison, ``warning`` first. ``typed``: a person named the record, so that there is no score."""
    told = "you typed its id" if typed else likelihood(candidate.score)
    stood = (
        f"{paper.short_id}, added by hand" if found.entry is None else safe(f"{paper.short_id}  {where(found.entry)}")
    )
    if width < SIDE_BY_SIDE:
        width = min(width, _READABLE)
        lines = _stacked(found, stood, candidate, told, width, glyphs)
    else:
        lines = _beside(found, stood, candidate, told, width, glyphs)
    if warning:
        note = paragraph(warning, min(width, _READABLE) - _SIGN - _NAME, "warn")
        lines = [*_named((f"{glyphs.different:<{_SIGN}}", "bad"), "Note", note), *lines]
    # Headings and words longer than a line are cut.
    return [line if line_width(line) <= width else fit_line(line, width) for line in lines]


def sign(agreement: Agreement, glyphs: Glyphs) -> tuple[str, str]:
    """The sign for how two sides agree, with its role."""
    signs = {Agreement.EQUAL: glyphs.equal, Agreement.NEAR: glyphs.near, Agreement.DIFFERENT: glyphs.different}
    return (f"{signs.get(agreement, ' '):<{_SIGN}}", _AGREEMENT[agreement])


def _agreement(differences: Differences | None) -> Agreement:
    if differences is None:
        return Agreement.UNKNOWN
    return Agreement.EQUAL if differences.same else Agreement.NEAR if differences.share >= 0.8 else Agreement.DIFFERENT


def _why(found: Comparison, candidate: Candidate, told: str, width: int) -> list[Line]:
    why = "; ".join(further_reasons(candidate, found))
    lines = paragraph(f"{told}: {why}" if why else told, width, "warn", indent=" " * (_SIGN + _NAME))
    lines[0][0] = (" " * _SIGN + f"{'Score':<{_NAME}}", "heading")
    return lines


# One above the other.


def _stacked(found: Comparison, stood: str, candidate: Candidate, told: str, width: int, glyphs: Glyphs) -> list[Line]:
    lines: list[Line] = []
    head = sign(_agreement(found.title_differences), glyphs)
    if found.title == found.record_title:
        lines += _named(head, "Title", paragraph(found.title, width - _SIGN - _NAME, "title"))
    else:
        listed = sided(found.title, found.title_differences.only_first(), width - _SIGN - _NAME, "title", "only-listed")
        record = found.title_differences.only_second()
        lines += _named(head, "Listed", listed)
        lines += _named((" " * _SIGN, ""), "Record", sided(
            found.record_title, record, width - _SIGN - _NAME, "title", "only-record"))  # fmt: skip
    for title in found.also_listed:
        lines += _named((" " * _SIGN, ""), "Also", paragraph(title, width - _SIGN - _NAME, "quiet"))
    for fact in found.facts:
        if fact.listed or fact.recorded:
            text = f"{fact.listed or 'not listed'} {glyphs.dot} {fact.recorded or 'unknown'}" + _note(fact)
            lines += _named(sign(fact.agreement, glyphs), fact.name, paragraph(text, width - _SIGN - _NAME))
    lines += _why(found, candidate, told, width)
    lines += _named((" " * _SIGN, ""), "Seen", paragraph(stood, width - _SIGN - _NAME, "dim"))
    return [*lines, [], *_one_abstract(found, width, glyphs)]


def _named(head: tuple[str, str], name: str, lines: list[Line]) -> list[Line]:
    first: Line = [head, (f"{name:<{_NAME}}", "heading")]
    return [[*(first if number == 0 else [(" " * (_SIGN + _NAME), "")]), *line] for number, line in enumerate(lines)]


def _note(fact: Fact) -> str:
    return f" ({fact.note})" if fact.note else ""


def _one_abstract(found: Comparison, width: int, glyphs: Glyphs) -> list[Line]:
    differences = found.abstract_differences
    head: Line = [sign(_agreement(differences), glyphs), ("Abstract", "heading")]
    if differences is None:
        text, side = (found.abstract, "listing") if found.abstract else (found.record_abstract, "record")
        head.append((f"  only the {side} has one" if text else "  neither side has one", "dim"))
        return [head, *_indented(paragraph(text, width - _SIGN))] if text else [head]
    if differences.same:
        return [[*head, ("  the same", "dim")], *_indented(paragraph(found.record_abstract, width - _SIGN))]
    if not differences.marked:
        listed = paragraph(found.abstract, width - _SIGN)
        record = paragraph(found.record_abstract, width - _SIGN)
        return [
            [*head, ("  of the listing; next to nothing in common", "dim")], *_indented(listed), [],
            [(" " * _SIGN, ""), ("Abstract", "heading"), ("  of the record", "dim")], *_indented(record),
        ]  # fmt: skip
    head += [("  ", ""), ("[-only listed-]", "only-listed"), (" ", ""), ("{+only in the record+}", "only-record")]
    words = merged(differences, found.abstract, found.record_abstract)
    return [head, *_indented(_wrapped(words, width - _SIGN))]


def _indented(lines: list[Line]) -> list[Line]:
    return [[(" " * _SIGN, ""), *line] for line in lines]


def _wrapped(words: list[list[Piece]], width: int) -> list[Line]:
    lines: list[Line] = [[]]
    used = 0
    last = ""
    for word in words:
        size = sum(cell_len(text) for _, text in word)
        if used and used + 1 + size > width:
            lines.append([])
            used = 0
        if used:
            # Between words of one kind the mark goes on.
            lines[-1].append((" ", _ROLES[last] if last == word[0][0] else ""))
            used += 1
        lines[-1] += [(text, _ROLES[kind]) for kind, text in word]
        used += size
        last = word[-1][0]
    return lines


# Beside each other.


def _beside(found: Comparison, stood: str, candidate: Candidate, told: str, width: int, glyphs: Glyphs) -> list[Line]:
    column = min((width - 2 - _SIGN) // 2, _READABLE)
    titles, abstracts = found.title_differences, found.abstract_differences
    pairs = _Pairs(column, glyphs)
    pairs.add(
        [[("In the listing", "heading"), ("  " + clip(stood, column - 16, glyphs.ellipsis), "dim")]],
        [[("The record", "heading"), (f"  arXiv:{candidate.arxiv_id}", "dim")]],
    )
    pairs.add([], [])
    pairs.add(
        sided(found.title, titles.only_first(), column, "title", "only-listed"),
        sided(found.record_title, titles.only_second(), column, "title", "only-record"),
        _agreement(titles),
    )
    for title in found.also_listed:
        pairs.add(paragraph(f"also listed as: {title}", column, "quiet"), [])
    for fact in found.facts:
        if fact.listed or fact.recorded:
            listed = paragraph(fact.listed or "not listed", column, "text" if fact.listed else "dim")
            recorded = paragraph((fact.recorded or "unknown") + _note(fact), column, "text" if fact.recorded else "dim")
            pairs.add(listed, recorded, fact.agreement)
    pairs.lines += [[], *_why(found, candidate, told, min(width, _READABLE)), []]
    here: list[tuple[int, int]] = abstracts.only_first() if abstracts else []
    there: list[tuple[int, int]] = abstracts.only_second() if abstracts else []
    pairs.add(
        sided(found.abstract, here, column, "text", "only-listed") if found.abstract else [[("no abstract", "dim")]],
        sided(found.record_abstract, there, column, "text", "only-record")
        if found.record_abstract
        else [[("no abstract is known here", "dim")]],
        _agreement(abstracts),
    )
    if abstracts is not None and not abstracts.marked:
        pairs.lines += [[], [(" " * _SIGN, ""), ("The abstracts have next to nothing in common.", "warn")]]
    return pairs.lines


class _Pairs:
    """Lines of two columns with a sign between them."""

    def __init__(self, column: int, glyphs: Glyphs) -> None:
        self._column, self._glyphs = column, glyphs
        self.lines: list[Line] = []

    def add(self, left: Sequence[Line], right: Sequence[Line], agreement: Agreement = Agreement.UNKNOWN) -> None:
        """Two cells, the shorter one filled with blanks; the sign stands in their first line."""
        between: tuple[str, str] = sign(agreement, self._glyphs)
        blank: Line = []
        for one, other in zip_longest(left or [blank], right or [blank], fillvalue=blank):
            self.lines.append([*fit_line(list(one), self._column), (" ", ""), between, *other])
            between = (" " * _SIGN, "")


def sided(text: str, places: list[tuple[int, int]], width: int, role: str, hit: str) -> list[Line]:
    """One side's text with the places marked that the other side lacks."""
    return [marked(text, role, places, start, end, hit=hit) for start, end in wrap(text, width)]
