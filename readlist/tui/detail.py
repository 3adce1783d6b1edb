"""One paper in full, as lines: what the pane beside the list, the full screen and triage show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from readlist.actions.wording import likelihood, other_title, percent
from readlist.paper import Author, MatchState, Paper, Sighting, long_date
from readlist.text import count
from readlist.tui.glyphs import NAMES, Glyphs
from readlist.tui.note_lines import note_lines
from readlist.tui.spans import Line, clip, line_width, paragraph, safe
from readlist.tui.titles import shown_title, title_lines

#: Longer lines than this are hard to read.
READABLE = 88
#: Names that are shown before the rest is counted.
_NAMES = 12

_MATCH = {
    MatchState.UNRESOLVED: "not looked up yet",
    MatchState.REVIEW: "doubtful: the review of matches decides",
    MatchState.NOT_FOUND: "no record found so far",
    MatchState.NOT_ON_ARXIV: "not on arXiv, a person said so",
}


def paper_lines(
    paper: Paper,
    width: int,
    glyphs: Glyphs,
    words: Sequence[str] = (),
    *,
    brief: bool = False,
    role_of: Callable[[str], str] = lambda _tag: "tag",
    tex: bool = True,
) -> list[Line]:
    """The whole paper. ``words`` are marked in title and abstract. ``brief``: the abstract comes before the facts.
    ``role_of``: how a tag looks; ``tex``: whether titles (see `shown_title`) and notes are made readable.
    """
    width = min(width, READABLE)
    lines = title_lines(paper.title, width, words, tex=tex)
    facts = _facts(paper, width, glyphs)
    who = paragraph(names(paper.authors, paper.sightings, glyphs), width, "quiet")
    state = _state(paper, width, glyphs, role_of)
    abstract = [line for part in paper.abstract.split("\n\n") for line in paragraph(part, width, words=words)]
    if brief:
        lines += [_in_short(paper, width, glyphs), *abstract, [], *who, *facts, *state]
    else:
        lines += [*who, *facts, [], *state, *([[]] if paper.abstract else []), *(abstract if paper.abstract else [])]
    if paper.note:
        lines += [[], [("Note", "heading")]]
        lines += [[("  ", ""), *line] for line in note_lines(paper.note, width - 2, drawn=tex)]
    lines += _match(paper, width, glyphs, tex=tex)
    if paper.comment:
        lines += [[], *_labelled("Comment", shown_title(paper.comment, tex=tex), width)]
    lines += _seen(paper, width, glyphs, tex=tex)
    return lines


def names(authors: Sequence[Author], sightings: Sequence[Sighting], glyphs: Glyphs) -> str:
    """Authors, or what a listing says of them where no record is known. Three thousand are not all named."""
    if authors:
        shown = [author.name for author in authors[:_NAMES]]
        if len(authors) <= _NAMES + 1:
            return ", ".join(author.name for author in authors)
        return f"{', '.join(shown)} {glyphs.ellipsis} and {len(authors) - _NAMES:,} more, last {authors[-1].name}"
    counts = [seen.entry.author_count for seen in sightings if seen.entry.author_count]
    if counts:
        return f"{count(max(counts), 'author')}, names not known yet"
    houses = [seen.entry.organisation for seen in sightings if seen.entry.organisation]
    return (houses[0].name or houses[0].handle) if houses else "authors not known yet"


def _in_short(paper: Paper, width: int, glyphs: Glyphs) -> Line:
    """Who, when and where in one line."""
    who = f"{paper.authors[0].family} +{len(paper.authors) - 1}" if len(paper.authors) > 1 else ""
    who = who or names(paper.authors, paper.sightings, glyphs)
    when = long_date(paper.published) if paper.published else str(paper.year or "")
    parts = [who, when, paper.primary_category or "", paper.arxiv_id or "", " ".join(f"#{tag}" for tag in paper.tags)]
    text = f" {glyphs.dot} ".join(safe(part) for part in parts if part)
    return [(clip(text, width, glyphs.ellipsis), "dim")]


def _facts(paper: Paper, width: int, glyphs: Glyphs) -> list[Line]:
    dot = f" {glyphs.dot} "
    dates = []
    if paper.published:
        dates.append(long_date(paper.published))
    elif paper.year:
        dates.append(str(paper.year))
    if paper.updated and paper.updated != paper.published:
        version = f"v{paper.arxiv_version} " if paper.arxiv_version else "changed "
        dates.append(version + long_date(paper.updated))
    parts = [*dates]
    if paper.categories:
        parts.append(" ".join(paper.categories[:6]))
    lines = paragraph(dot.join(parts), width, "dim") if parts else []
    ids = [paper.short_id]
    if paper.arxiv_id:
        ids.append(f"arXiv:{paper.arxiv_id}")
    if paper.doi:
        ids.append(f"doi:{paper.doi}")
    if paper.citekey:
        ids.append(paper.citekey)
    lines += paragraph(dot.join(ids), width, "dim")
    if paper.journal_ref:
        lines += paragraph(paper.journal_ref, width, "dim")
    if paper.url:
        lines.append([(clip(safe(paper.url), width, glyphs.ellipsis), "link")])
    return lines


def _state(paper: Paper, width: int, glyphs: Glyphs, role_of: Callable[[str], str]) -> list[Line]:
    status = paper.status
    line: Line = [
        (f"{glyphs.status[status]} {NAMES[status]}", status.value),
        (f" since {long_date(paper.status_changed.date())}", "dim"),
    ]
    if paper.priority:
        line.append(("   " + glyphs.star * paper.priority, "star"))
    if paper.removed:
        line.append(("   in the trash", "warn"))
    lines: list[Line] = [line]
    if paper.tags:
        lines += _tags(paper.tags, width, glyphs, role_of)
    if paper.zotero:
        lines += paragraph(f"Zotero {paper.zotero.key}, {long_date(paper.zotero.synced.date())}", width, "dim")
    return lines


def _tags(tags: Sequence[str], width: int, glyphs: Glyphs, role_of: Callable[[str], str]) -> list[Line]:
    """The tags, each in its colour, on as many lines as they take."""
    lines: list[Line] = [[]]
    for tag in tags:
        shown = clip("#" + safe(tag), width, glyphs.ellipsis)
        if lines[-1] and line_width(lines[-1]) + 2 + cell_len(shown) > width:
            lines.append([])
        lines[-1] += [*([("  ", "")] if lines[-1] else []), (shown, role_of(tag))]
    return lines


def _match(paper: Paper, width: int, glyphs: Glyphs, *, tex: bool) -> list[Line]:
    match = paper.match
    if match.state is MatchState.MATCHED:
        who = "you" if match.decided_by == "person" else match.source or "resolver"
        yours = match.decided_by == "person"
        score = f", {likelihood(match.score)}" if match.score is not None and not yours else ""
        why = f": {', '.join(match.reasons)}" if match.reasons else ""
        return [[], *_labelled("Match", f"by {who}{score}{why}", width)]
    if paper.by_hand:
        return []
    lines = [[], *_labelled("Match", _MATCH[match.state], width)]
    for reason in match.reasons:
        lines += paragraph(reason, width, "dim", indent="  ")
    for candidate in match.candidates:
        likely = f"{glyphs.bullet} {percent(candidate.score).strip()} {candidate.arxiv_id} "
        lines += paragraph(likely + shown_title(candidate.title, tex=tex), width, "text", indent="  ")
        lines += paragraph(", ".join(candidate.reasons), width, "dim", indent="    ") if candidate.reasons else []
    return lines


def _labelled(label: str, text: str, width: int) -> list[Line]:
    head = f"{label}  "
    lines = paragraph(text, width, "dim", indent=" " * cell_len(head))
    lines[0][0] = (head, "heading")
    return lines


def _seen(paper: Paper, width: int, glyphs: Glyphs, *, tex: bool) -> list[Line]:
    sightings = paper.sightings
    if not sightings:
        return []
    lines: list[Line] = [[], [("Seen in", "heading")]]
    for sighting in sightings[:20]:
        entry = sighting.entry
        parts = [f"{entry.source}:{entry.line}"]
        if entry.listing:
            parts.append(f"listing of {entry.listing.shown}")
        if entry.organisation:
            parts.append(entry.organisation.name or entry.organisation.handle)
        if entry.date:
            parts.append(entry.date.shown)
        if entry.author_count:
            parts.append(count(entry.author_count, "author"))
        if entry.comments:
            parts.append(count(entry.comments, "comment"))
        if title := other_title(paper, entry):
            parts.append(f'as "{shown_title(title, tex=tex)}"')
        lines += paragraph(f" {glyphs.dot} ".join(parts), width, "dim", indent="  ")
    if len(sightings) > 20:
        lines.append([(f"  and {len(sightings) - 20} more", "dim")])
    return lines
