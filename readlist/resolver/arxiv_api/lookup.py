"""Many questions in few requests: by id, then by title phrase, by the title's words, by runs of the abstract.

What is not found in one form is asked again in the next, together with all the others that are left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from readlist.errors import ServiceError
from readlist.identifiers import parse_arxiv_id
from readlist.paper import MatchState, Record
from readlist.resolver.arxiv_api.candidates import Candidates
from readlist.resolver.arxiv_api.faults import Broken, GaveUp, Refused, TooLong
from readlist.resolver.arxiv_api.feed import Page
from readlist.resolver.arxiv_api.queries import by_abstract, by_phrase, by_words, evenly, generic
from readlist.resolver.decision import decide
from readlist.resolver.question import Answer, Question

SOURCE = "api"
_IDS = 100
#: Questions to a query, and words: where phrases are taken apart each is a clause, of which the index allows 1,024.
_TITLES, _ABSTRACTS, _ALONE = 40, 25, 8
_MOST_CLAUSES = 900
#: Characters to a query: far below what a POST body may have, and an end to what strange titles can do.
_LONGEST_QUERY = 16_000
#: Results to a question: partial twins outrank a plain title in the sum over all clauses, a short title above all.
_RESULTS, _RESULTS_GENERIC, _RESULTS_DEEP = 10, 40, 200
#: Larger pages come back empty or short more often.
_LARGEST_PAGE = 1000
_DEEPEST = 3
#: How often a page is asked for again when entries are missing.
_AGAIN = 2
#: How often the service may break over parts of a question that it broke over as a whole: enough to find a few that
#: spoil it, and an end to it where the service is out of order.
_MOST_BROKEN = 30
#: How often the service may refuse one query after the other: enough to find what spoils one by halves, and an end to
#: it where it refuses everything. The first number holds as long as nothing has come through.
_MOST_REFUSED_AT_FIRST, _MOST_REFUSED = 8, 20
#: One empty answer proves nothing: the service has said "nothing" to questions that it could answer.
_TRIES = 2
_UNSEARCHABLE = "the API cannot search for a title without words of content; readlist review set names the record"
_INCOMPLETE = "arXiv's answers were not complete"


class Pages(Protocol):
    """What a look-up needs of the client."""

    def page(
        self,
        *,
        search_query: str = "",
        id_list: Sequence[str] = (),
        start: int = 0,
        max_results: int,
        again: bool = False,
        hurried: bool = False,
    ) -> Page:
        """One page of an answer, from the cache or from the service; raises a Fault."""
        ...

    def note(self, *, asked: int, answered: int, left: int) -> None:
        """How far the look-up is."""
        ...


@dataclass(slots=True)
class _Item:
    """A question as asked in one form."""

    number: int
    clause: str
    results: int


class LookUp:
    """One pass over questions; `answers` yields each as soon as it is settled."""

    def __init__(self, client: Pages, questions: Sequence[Question], *, fresh: bool = False) -> None:
        self._client = client
        self._fresh = fresh
        self._questions = questions
        self._candidates = Candidates(questions)
        self._open = dict.fromkeys(range(len(questions)))
        self._refused: dict[int, str] = {}
        self._crowded: set[int] = set()
        #: Whole pages in which each question, and each id, had its chance.
        self._tries: Counter[int] = Counter()
        self._id_tries: Counter[str] = Counter()
        #: What was not right with the pages in which a question might have found its record.
        self._gaps: dict[int, str] = {}
        #: The questions that could be asked in some form, and the ids that some of them have.
        self._asked: set[int] = set()
        self._ids: dict[int, str] = {}
        # Refusals since something came through, and whether anything ever did.
        self._refusals, self._came = 0, False
        # A good page has come since the service last broke over a query, one with records, and how often it broke over
        # parts of one.
        self._alive, self._shown, self._broken = False, False, 0
        self._broken_ids: dict[str, str] = {}
        self._left = 0
        # Set once the service has given the same short page twice: it counts what it does not show.
        self._total_overstates = False

    def answers(self) -> Iterator[Answer]:
        """Answers in the order in which they are settled, and one for every question.

        An answer without records is provisional; one with ``failed`` settles nothing.
        """
        try:
            yield from self._by_id()
            yield from self._in_form(by_phrase, _TITLES, self._sorted_by_content())
            untitled = [n for n in self._open if not self._candidates.has_title(n)]
            yield from self._in_form(by_words, _TITLES, untitled)
            yield from self._in_form(by_abstract, _ABSTRACTS, list(self._open))
            crowded_out = [n for n in self._open if n in self._crowded and not self._candidates.has_title(n)]
            yield from self._in_form(by_phrase, _ALONE, crowded_out, deep=True)
            for form in (by_abstract, by_words, by_phrase):
                once = [n for n in self._open if 0 < self._tries[n] < _TRIES and not self._has_any(n)]
                yield from self._in_form(form, _ABSTRACTS, once, again=True)
        except (GaveUp, ServiceError) as fault:  # the latter: no turn to be had
            for number in self._taken(self._open):
                yield Answer(self._questions[number], (), SOURCE, failed=str(fault))
            return
        for number in self._taken(self._open):
            failed = None if self._has_any(number) else self._unsettled(number)
            records = () if failed else self._candidates.of(number)
            yield Answer(self._questions[number], records, SOURCE, failed=failed)

    def _has_any(self, number: int) -> bool:
        return self._state(number) is not MatchState.NOT_FOUND

    def _unsettled(self, number: int) -> str | None:
        """Why it cannot be said that there is nothing for a question; None where it can."""
        if why := self._refused.get(number) or self._gaps.get(number):
            return why
        identifier = self._ids.get(number)
        if number not in self._asked and identifier is None:
            return _UNSEARCHABLE
        tries = self._tries[number] if number in self._asked else self._id_tries[identifier or ""]
        return None if tries >= _TRIES else _INCOMPLETE

    def _by_id(self) -> Iterator[Answer]:
        wanted: dict[str, list[int]] = {}
        for number in self._open:
            identifier = parse_arxiv_id(self._questions[number].arxiv_id or "")
            if identifier is not None:
                wanted.setdefault(identifier.id, []).append(number)
                self._ids[number] = identifier.id
        yield from self._named(wanted, list(wanted))
        missing = [one for one, numbers in wanted.items() if one not in self._broken_ids and numbers[0] in self._open]
        yield from self._named(wanted, missing, again=True)

    def _named(
        self, wanted: Mapping[str, Sequence[int]], names: Sequence[str], *, again: bool = False
    ) -> Iterator[Answer]:
        """Ask for records by their ids."""
        batches = evenly(names, _IDS)
        for done, ids in enumerate(batches):
            self._plan(len(batches) - done)
            found = {record.arxiv_id: record for record in self._records(ids, again=again)}
            for identifier_text in ids:
                for number in wanted[identifier_text]:
                    if identifier_text in self._broken_ids:
                        self._refused[number] = self._broken_ids[identifier_text]
                    if identifier_text in found and number in self._open:
                        del self._open[number]
                        self._plan(len(batches) - done - 1)
                        yield Answer(self._questions[number], (found[identifier_text],), SOURCE)

    def _records(self, ids: Sequence[str], *, hurried: bool = False, again: bool = False) -> list[Record]:
        def page(afresh: bool) -> Page:
            return self._client.page(id_list=ids, max_results=len(ids), again=again or afresh, hurried=hurried)

        try:
            found, last = self._whole_page(page, answered=lambda known: known >= set(ids))
            if last.missing:
                self._broken_ids.update(dict.fromkeys({*last.unread} & {*ids}, last.gap))
            else:
                self._id_tries.update(ids)
            return found
        except (TooLong, Refused) as fault:
            self._count_refused(fault)
            if len(ids) == 1:
                self._broken_ids[ids[0]] = str(fault)
                return []
        except Broken as fault:
            self._count_broken(fault, alone=len(ids) == 1, hurried=hurried)
            if len(ids) == 1:
                self._broken_ids[ids[0]] = str(fault)
                return []
            if not hurried:
                if not any(self._records([end], hurried=True) or self._lives(fault) for end in (ids[0], ids[-1])):
                    raise GaveUp(str(fault)) from fault
                hurried = True
        middle = len(ids) // 2
        halves = (ids[:middle], ids[middle:])
        return [record for half in halves for record in self._records(half, hurried=hurried, again=again)]

    def _sorted_by_content(self) -> list[int]:
        """Short titles together: they need a larger page, and would crowd the others out."""
        return sorted(self._open, key=lambda n: generic(self._questions[n]))

    def _in_form(
        self,
        form: Callable[[Question], str],
        size: int,
        numbers: Sequence[int],
        *,
        deep: bool = False,
        again: bool = False,
    ) -> Iterator[Answer]:
        items = []
        for number in numbers:
            question = self._questions[number]
            results = _RESULTS_DEEP if deep else _RESULTS_GENERIC if generic(question) else _RESULTS
            if clause := form(question):
                self._asked.add(number)
                items.append(_Item(number, clause, results))
        # What spoilt a query in another form is asked alone from now on.
        suspects = [item for item in items if item.number in self._refused]
        others = [item for item in items if item.number not in self._refused]
        batches = [part for batch in evenly(others, size) for part in _short_enough(batch)]
        batches += [[item] for item in suspects]
        for done, batch in enumerate(batches):
            self._plan(len(batches) - done)
            # An earlier page may have brought what settles some of these.
            still = [item for item in batch if item.number in self._open]
            if still:
                hurried = still[0].number in self._refused
                yield from self._ask(still, _DEEPEST if deep else 1, again=again, hurried=hurried)

    def _ask(
        self, batch: Sequence[_Item], pages: int, *, again: bool = False, hurried: bool = False
    ) -> Iterator[Answer]:
        try:
            yield from self._ask_together(batch, pages, again=again, hurried=hurried)
            return
        except (TooLong, Refused) as fault:
            self._count_refused(fault)
            if len(batch) == 1:
                self._refused[batch[0].number] = str(fault)
                return
        except Broken as fault:
            self._count_broken(fault, alone=len(batch) == 1, hurried=hurried)
            if len(batch) == 1:
                self._refused[batch[0].number] = str(fault)
                return
            if not hurried:
                yield from self._ask_the_ends(batch, pages, fault)
                batch = [item for item in batch if item.number in self._open and item.number not in self._refused]
                hurried = True
        # One question spoils them all, or they are too many: halves tell which.
        middle = (len(batch) + 1) // 2
        for half in (batch[:middle], batch[middle:]):
            if half:
                yield from self._ask(half, pages, again=again, hurried=hurried)

    def _ask_together(self, batch: Sequence[_Item], pages: int, *, again: bool, hurried: bool) -> Iterator[Answer]:
        query = " OR ".join(item.clause for item in batch)
        size = min(sum(item.results for item in batch), _LARGEST_PAGE)
        for start in range(0, pages * size, size):

            def page(afresh: bool, start: int = start) -> Page:
                return self._client.page(
                    search_query=query, start=start, max_results=size, again=again or afresh, hurried=hurried
                )

            more = self._gather(batch, page)
            yield from self._settled(batch)
            if not more or not any(item.number in self._open for item in batch):
                return
        self._crowded.update(item.number for item in batch if generic(self._questions[item.number]))

    def _ask_the_ends(self, batch: Sequence[_Item], pages: int, fault: Broken) -> Iterator[Answer]:
        """Ask for the first question alone, or for the last. When neither passes, the service is out of order."""
        for end in (batch[0], batch[-1]):
            yield from self._ask([end], pages, hurried=True)
            if self._lives(fault):
                return
        raise GaveUp(str(fault)) from fault

    def _count_broken(self, fault: Broken, *, alone: bool, hurried: bool) -> None:
        """The service broke over a query. Raises GaveUp where it is not likely to be the query's fault."""
        if hurried:
            self._broken += 1
            if self._broken > _MOST_BROKEN:
                raise GaveUp(str(fault)) from fault
        elif alone and not self._lives(fault):
            raise GaveUp(str(fault)) from fault
        else:
            self._alive = self._shown = False

    def _lives(self, fault: Broken) -> bool:
        """Whether the service has answered since. That it has nothing is no answer where it keeps back what it has."""
        return self._shown if fault.hollow else self._alive

    def _count_refused(self, fault: TooLong | Refused) -> None:
        """The service refused a query. Raises GaveUp where it does so whatever it is asked."""
        self._refusals += 1
        if self._refusals > (_MOST_REFUSED if self._came else _MOST_REFUSED_AT_FIRST):
            raise GaveUp(f"{fault}. So it did {self._refusals} times in a row; is arxiv.url right?") from fault

    def _gather(self, batch: Sequence[_Item], page: Callable[[bool], Page]) -> bool:
        """Ask for one page and keep its records; true when there are more behind it."""
        numbers = [item.number for item in batch]
        _, last = self._whole_page(
            page,
            enough=lambda: all(self._is_settled(number) for number in numbers),
            answered=lambda _known: all(self._state(number) is not MatchState.NOT_FOUND for number in numbers),
        )
        if not last.missing:
            self._tries.update(numbers)
        elif last.unread:
            self._gaps.update((number, last.gap) for number in numbers)
        return last.more

    def _whole_page(
        self,
        ask: Callable[[bool], Page],
        *,
        answered: Callable[[set[str]], bool],
        enough: Callable[[], bool] = lambda: False,
    ) -> tuple[list[Record], Page]:
        """The records of a page, asked for again while entries are missing that could matter, and its last state.

        A page that comes back short with the same entries is not asked for a third time: then perhaps the count is
        wrong, not the page. It proves that something is there, not that something is not.
        A cached page is passed by where a fresh answer is wanted and the ``answered`` says that it holds none.
        """
        known: dict[str, Record] = {}
        before: frozenset[str] | None = None
        for attempt in range(1 + _AGAIN):
            page = self._offered(ask(attempt > 0), known)
            if page.cached and self._fresh and not answered(set(known)):
                page = self._offered(ask(True), known)
            if not page.cached:
                self._alive = self._came = True
                self._shown = self._shown or bool(page.records)
                self._refusals = 0
            now = frozenset(record.arxiv_id for record in page.records)
            if page.records and now == before and not page.unread:
                self._total_overstates = True
            if not page.missing or (self._total_overstates and not page.unread) or enough():
                break
            before = now
        return list(known.values()), page

    def _offered(self, page: Page, known: dict[str, Record]) -> Page:
        known.update((record.arxiv_id, record) for record in page.records)
        self._candidates.offer(page.records)
        return page

    def _state(self, number: int) -> MatchState:
        return decide(self._questions[number], self._candidates.of(number), SOURCE)[0].state

    def _is_settled(self, number: int) -> bool:
        return self._state(number) is MatchState.MATCHED

    def _settled(self, batch: Sequence[_Item]) -> Iterator[Answer]:
        settled = [item.number for item in batch if self._is_settled(item.number)]
        for number in self._taken(settled):
            yield Answer(self._questions[number], self._candidates.of(number), SOURCE)

    def _taken(self, numbers: Sequence[int] | dict[int, None]) -> Iterator[int]:
        for number in list(numbers):
            if number in self._open:
                del self._open[number]
                self._plan(self._left)
                yield number

    def _plan(self, left: int) -> None:
        self._left = left
        asked = len(self._questions)
        self._client.note(asked=asked, answered=asked - len(self._open), left=left)


def _short_enough(batch: list[_Item]) -> Iterator[list[_Item]]:
    characters = sum(len(item.clause) + 4 for item in batch)
    clauses = sum(len(item.clause.split()) for item in batch)
    if len(batch) > 1 and (characters > _LONGEST_QUERY or clauses > _MOST_CLAUSES):
        middle = len(batch) // 2
        yield from _short_enough(batch[:middle])
        yield from _short_enough(batch[middle:])
    elif batch:
        yield batch
