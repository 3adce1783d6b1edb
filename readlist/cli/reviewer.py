"""Going through doubtful matches at a terminal, one question at a time, in the manner of ``git add -p``."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence

from readlist.actions import reviewing, triage
from readlist.actions.browsing import Library, candidate_record, get, many
from readlist.actions.comparing import Comparison, compare, joins
from readlist.actions.differences import Differences, merged
from readlist.actions.reviewing import Decision
from readlist.actions.wording import likelihood, percent, where
from readlist.cli.output import Output, count, plain, plain_title
from readlist.cli.session import Session
from readlist.errors import PartlyDone, ReadlistError
from readlist.paper import Candidate, MatchState, Paper, Record, long_date

#: So many lines of an abstract are shown however small the window is.
_LEAST = 4
_STYLES = {"same": "", "first": "31;4", "second": "32;4"}
_HELP = """\
a  accept the record shown         1, 2 …  accept that one
r  it is none of these             n  it is not on arXiv
i  type an arXiv id or address     d 2  show the second one
s  skip, decide later              u  take the last decision back
w  show the whole abstract         q  quit; what is decided stays
[-…-] is only in the listing, {+…+} only in the record. = equal, ~ near, ! different."""


def print_list(output: Output, library: Library, waiting: Sequence[int]) -> None:
    """What is in doubt: each listing and the records that it may be."""
    for paper in many(library, waiting):
        output.data(f"{paper.short_id}  {output.style(plain_title(paper.title), '1')}")
        output.data(output.style(f"    {_listed(paper)}", "2"))
        for candidate in paper.match.candidates:
            output.data(f"   {_candidate(candidate, candidate_record(library, candidate.arxiv_id))}")
            if candidate.reasons:
                output.data(output.style(f"          {plain('; '.join(candidate.reasons))}", "2"))
    first = f"p{waiting[0]}"
    output.say(f"readlist review accept {first} [ARXIV_ID], reject {first}, set {first} ARXIV_ID, not-on-arxiv {first}")


def _listed(paper: Paper) -> str:
    if not paper.sightings:
        return "added by hand"
    entry = paper.sightings[0].entry
    parts = [
        where(entry),
        f"{count(entry.author_count, 'author')}" if entry.author_count else "",
        (entry.organisation.name or entry.organisation.handle) if entry.organisation else "",
        entry.date.shown if entry.date else "",
        f"and {count(len(paper.sightings) - 1, 'more sighting')}" if len(paper.sightings) > 1 else "",
    ]
    return plain(", ".join(part for part in parts if part))


def _candidate(candidate: Candidate, record: Record | None) -> str:
    facts = []
    if record and record.published:
        facts.append(long_date(record.published))
    if record and record.authors:
        facts.append(count(len(record.authors), "author"))
    told = f"  ({', '.join(facts)})" if facts else ""
    return f"{percent(candidate.score)}  {candidate.arxiv_id}  {plain_title(candidate.title)}{told}"


def _plain_words(text: str) -> list[list[tuple[str, str]]]:
    return [[("same", word)] for word in text.split()]


def _width() -> int:
    return min(shutil.get_terminal_size((88, 24)).columns, 100)


class Reviewer:
    """One session of questions and answers. ``ask`` shows a prompt and returns what was typed; EOFError ends it."""

    def __init__(
        self,
        session: Session,
        library: Library,
        queue: Sequence[int],
        fetch: reviewing.Fetch,
        ask: Callable[[str], str] = input,
    ) -> None:
        self._session, self._library, self._queue = session, library, list(queue)
        self._output, self._fetch, self._ask = session.output, fetch, ask
        self._at = 0
        # The candidate that is shown, and its abstract in full.
        self._chosen = 0
        self._abstract: list[str] = []
        # The paper and the kind of each decision, the last one at the end: for undo and for the sum.
        self._done: list[tuple[int, str, int]] = []
        self._failed: set[int] = set()

    def run(self) -> None:
        """Ask until all are looked at or the person quits. Raises `PartlyDone` where a service could not be asked."""
        try:
            while self._at < len(self._queue):
                paper = get(self._library, self._queue[self._at])
                if paper is None or paper.match.state is not MatchState.REVIEW:
                    self._at += 1  # joined to another one, or decided elsewhere
                elif self._one(paper):
                    break
        except EOFError:
            self._output.data()
        except KeyboardInterrupt:
            self._output.data()
            self._sum_up()
            raise
        self._sum_up()
        if self._failed:
            raise PartlyDone(f"{count(len(self._failed), 'paper')} could not be decided.\nThe same command continues.")

    def _one(self, paper: Paper) -> bool:
        """Ask about one paper until there is a decision; returns whether the person quits."""
        self._show(paper, 0)
        while True:
            answer = self._ask(self._prompt(paper)).strip().lower()
            self._output.out.flush()
            if answer in {"q", "quit"}:
                return True
            if answer in {"s", "skip"}:
                self._at += 1
                return False
            if answer in {"u", "undo"}:
                if self._undo():
                    return False
            elif answer.startswith("d"):
                self._compare_with(paper, answer[1:].strip())
            elif answer == "w":
                for line in self._abstract:
                    self._output.data(line)
            elif self._decided(paper, answer):
                return False

    def _prompt(self, paper: Paper) -> str:
        several = len(paper.match.candidates)
        numbers = f",1-{several}" if several > 2 else ",1,2" if several == 2 else ""
        return self._output.style(f"Is it this one [a{numbers},r,n,i,d,w,s,u,q,?]? ", "1;34")

    def _decided(self, paper: Paper, answer: str) -> bool:
        now = self._session.settings.now()
        library, fetch, candidates = self._library, self._fetch, paper.match.candidates
        decide: Callable[[], Decision]
        if answer in {"a", "y"}:
            answer = str(self._chosen + 1)
        if answer.isdecimal() and 1 <= int(answer) <= len(candidates):
            wanted = candidates[int(answer) - 1].arxiv_id
            kind, decide = "accepted", lambda: reviewing.accept(library, paper.id, wanted, now, fetch)
        elif answer == "r":
            kind, decide = "rejected", lambda: reviewing.reject(library, paper.id, now)
        elif answer == "n":
            kind, decide = "not on arXiv", lambda: reviewing.not_on_arxiv(library, paper.id, now)
        elif answer == "i":
            typed = self._ask("arXiv id or address (nothing: back): ").strip()
            if not typed:
                return False
            return self._typed(paper, typed)
        else:
            self._output.data(_HELP)
            return False
        return self._do(paper, kind, decide)

    def _typed(self, paper: Paper, typed: str) -> bool:
        """A record by its id: shown first, for a digit is soon mistyped."""
        now, library = self._session.settings.now(), self._library
        try:
            record = reviewing.look_up(library, typed, now, self._fetch)
        except ReadlistError as error:
            self._output.complain(str(error))
            return False
        candidate = Candidate(record.arxiv_id, record.title, 1.0, ())
        self._print(paper, candidate, "you typed its id")
        if self._ask("Is it this one [y,n]? ").strip().lower() not in {"y", "yes", "a"}:
            return False
        return self._do(
            paper, "accepted", lambda: reviewing.set_record(library, paper.id, record.arxiv_id, now, self._fetch)
        )

    def _do(self, paper: Paper, kind: str, decide: Callable[[], Decision]) -> bool:
        try:
            decision = decide()
        except PartlyDone as error:
            self._failed.add(paper.id)
            self._at += 1
            self._output.complain(f"{str(error).splitlines()[0]} {paper.short_id} stays in review.")
            return True
        except ReadlistError as error:
            self._output.complain(str(error))
            return False
        self._failed.discard(paper.id)
        self._done.append((paper.id, kind, self._library.history(1)[0].id))
        self._output.data(plain(decision.sentence))
        self._at += 1
        return True

    def _undo(self) -> bool:
        last = self._library.history(1)
        if not self._done or not last or (last[0].id, last[0].state) != (self._done[-1][2], "done"):
            self._output.data("nothing was decided here that could be taken back")
            return False
        number = self._done.pop()[0]
        taken = triage.undo(self._library, 1)
        self._output.data(f"taken back: {plain(taken[0].summary)}")
        self._at = self._queue.index(number)
        return True

    def _compare_with(self, paper: Paper, number: str) -> None:
        if not number.isdecimal() or not 1 <= int(number) <= len(paper.match.candidates):
            self._output.data(f"d and a number from 1 to {len(paper.match.candidates)}")
            return
        self._show(paper, int(number) - 1)

    def _show(self, paper: Paper, chosen: int) -> None:
        output, candidates = self._output, paper.match.candidates
        self._chosen = chosen
        output.data()
        output.data(output.style(f"{self._at + 1} of {len(self._queue)}  {paper.short_id}  {_listed(paper)}", "1;34"))
        if not candidates:
            output.data("There is no record to compare with.")
            return
        rivals = []
        if len(candidates) > 1:
            for number, one in enumerate(candidates, 1):
                mark = ">" if number == chosen + 1 else " "
                line = f"{mark} {number} {_candidate(one, candidate_record(self._library, one.arxiv_id))}"
                rivals.append(line if len(line) <= _width() else line[: _width() - 1] + "…")
        self._print(paper, candidates[chosen], likelihood(candidates[chosen].score), below=len(rivals))
        for line in rivals:
            output.data(line)

    def _print(self, paper: Paper, candidate: Candidate, told: str, *, below: int = 0) -> None:
        """The comparison, so short that it stands on the screen with the lines ``below`` it and the question."""
        found = compare(paper, candidate, candidate_record(self._library, candidate.arxiv_id), plain, plain_title)
        width, height = _width(), shutil.get_terminal_size((88, 24)).lines
        lines = self._facts(paper, candidate, told, found, width)
        abstracts = self._abstracts(found, width)
        self._abstract = [line for one in abstracts for line in one]
        room = max(height - len(lines) - below - 4, _LEAST)
        if len(self._abstract) > room + 1:
            # Of two abstracts with nothing in common, each gets half of the room.
            shown = [line for one in abstracts for line in one[: max(room // len(abstracts), 2)]]
            shown.append(f"   … {count(len(self._abstract) - len(shown), 'line')} more: w shows the whole")
        else:
            shown = self._abstract
        for line in lines + shown:
            self._output.data(line)

    def _facts(self, paper: Paper, candidate: Candidate, told: str, found: Comparison, width: int) -> list[str]:
        reasons = plain("; ".join(candidate.reasons))
        head = f"   arXiv:{candidate.arxiv_id}  {told}"
        lines = self._wrapped(f"{head}: " if reasons else head, _plain_words(reasons), width)
        titles = self._text("Title", found.title_differences, found.title, found.record_title, width)
        lines += [line for one in titles for line in one]
        lines += [f"   also listed as {title}" for title in found.also_listed]
        for fact in found.facts:
            if fact.listed or fact.recorded:
                note = f" ({fact.note})" if fact.note else ""
                both = f"{fact.listed or 'not listed'} | {fact.recorded or 'unknown'}{note}"
                lines += self._wrapped(f"{fact.agreement}  {fact.name}: ", _plain_words(both), width)
        if twin := joins(self._library, paper, candidate.arxiv_id):
            lines += self._wrapped("!  ", _plain_words(twin), width)
        return lines

    def _abstracts(self, found: Comparison, width: int) -> list[list[str]]:
        if found.abstract_differences is not None:
            return self._text("Abstract", found.abstract_differences, found.abstract, found.record_abstract, width)
        if not found.abstract and not found.record_abstract:
            return [["   Abstract: none on either side"]]
        side, text = ("listing", found.abstract) if found.abstract else ("record", found.record_abstract)
        return [self._wrapped(f"   Abstract, only in the {side}: ", _plain_words(text), width)]

    def _text(self, name: str, found: Differences, listed: str, recorded: str, width: int) -> list[list[str]]:
        """Both sides as one text with marks, or one after the other where they have next to nothing in common."""
        if found.same:
            return [self._wrapped(f"=  {name}: ", _plain_words(recorded), width)]
        if found.marked:
            return [self._wrapped(f"!  {name}: ", merged(found, listed, recorded), width)]
        return [
            self._wrapped(f"!  {name}, listed: ", [[("first", word)] for word in listed.split()], width),
            self._wrapped(f"   {name}, record: ", [[("second", word)] for word in recorded.split()], width),
        ]

    def _wrapped(self, head: str, words: list[list[tuple[str, str]]], width: int) -> list[str]:
        lines: list[str] = []
        line, used = head, len(head)
        for word in words:
            size = sum(len(text) for _, text in word)
            if used + size + 1 > width and used > 3:
                lines.append(line.rstrip())
                line, used = "   ", 3
            for kind, text in word:
                line += self._output.style(text, _STYLES[kind]) if _STYLES[kind] else text
            line += " "
            used += size + 1
        return [*lines, line.rstrip()]

    def _sum_up(self) -> None:
        kinds = Counter(kind for _, kind, _ in self._done)
        told = [f"{number:,} {kind}" for kind, number in kinds.items()]
        left = sum(
            1
            for paper in many(self._library, self._queue, evidence=False)
            if paper.match.state is MatchState.REVIEW and paper.removed is None
        )
        if left:
            told.append(f"{left:,} still in doubt")
        self._output.data(", ".join(told) or "Nothing is in doubt any more.")
        if kinds:
            self._output.say("readlist undo takes the last decision back.")
