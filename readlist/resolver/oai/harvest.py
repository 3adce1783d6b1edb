"""The harvest: pages asked for one after the other, each kept before the next, until the list ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import orjson

from readlist.errors import ServiceError
from readlist.paper import Record
from readlist.resolver.arxiv_api.asking import Asker
from readlist.resolver.arxiv_api.faults import Fault, GaveUp, Passing
from readlist.resolver.oai.files import Line, State, Store
from readlist.resolver.oai.page import (
    PREFIX,
    Odd,
    Page,
    TokenExpired,
    first_version,
    is_first_version,
    read_page,
    read_record,
)

OAI_URL = "https://oaipmh.arxiv.org/oai"
#: The service refuses dates before this day, which no datestamp lies before.
EARLIEST = date(2005, 9, 16)
#: A token may expire at midnight; one that is refused as often as this with nothing new in between never works.
_MOST_RESTARTS = 2
#: As many pages as this that bring nothing, not even a later datestamp, are no list that ends. (A day on which arXiv
#: touched half of its records has 600.)
_MOST_IDLE = 1000
#: The compacted file of lines is worth its writing where more than this share of the lines is superseded.
_SUPERSEDED = 0.5
#: Records that did not come whole are asked for one by one: at most so many in one run, and no more once so many in a
#: row are still not whole, for then it is not the single record that is at fault.
_MOST_SINGLE, _HOPELESS = 100, 5
# Marks a line of a record that the index did not know before this harvest.
_NEW = "new"

#: The records that the index has of these arXiv ids, by id.
Known = Callable[[Iterable[str]], Mapping[str, Record]]


class Stopped(Exception):
    """The service cannot be asked further now; ``str(stopped)`` says why. Every page up to here is kept."""


@dataclass(frozen=True, slots=True)
class Harvested:
    """What a finished harvest brought: distinct records that changed since a day, and how many of them are new.

    ``newest`` is the latest datestamp; ``left_out`` counts entries that are no record of a paper (deleted, foreign)
    and ``odd`` those that did not come whole, not even alone: the next harvest asks for them again.
    """

    since: date
    changed: int
    new: int
    newest: date | None
    left_out: int
    odd: int


def harvest(
    store: Store,
    asker: Asker,
    *,
    since: date,
    today: date,
    known: Known,
    report: Callable[[State], None],
) -> Harvested:
    """Harvest what changed, going on where the last harvest was interrupted.

    ``since`` is where to begin when there was none before. ``report`` is told of each page. Raises Stopped when the
    service cannot be asked now, ServiceError when it refuses the request or goes in a circle.
    """
    state = _begun(store, asker.url, since, today)
    report(state)
    run = _Run(store, asker, today, known, report)
    run.to_the_end()
    run.get_missing()
    return _finish(store)


def _begun(store: Store, url: str, since: date, today: date) -> State:
    state = store.state or State()
    if state.since is None:
        start = max(min(state.finished or since, today), EARLIEST)
        state = replace(State(), since=start, url=url, begin=state.safe, safe=state.safe, finished=state.finished,
                        built=state.built, missing=state.missing)  # fmt: skip
    elif state.url != url:
        state = replace(state, url=url, token=None, since=state.again_from)  # a token is only good where it came from
    store.save(state)
    return state


class _Run:
    """One process's part of a harvest."""

    def __init__(self, store: Store, asker: Asker, today: date, known: Known, report: Callable[[State], None]) -> None:
        self._store, self._asker, self._today, self._known, self._report = store, asker, today, known, report
        self._tokens: set[str] = set()
        self._restarts = self._idle = 0
        self._had = {line["id"]: _fingerprint(line) for _, line in store.lines()}
        self._from = self._state.since

    @property
    def _state(self) -> State:
        assert self._store.state is not None
        return self._store.state

    def to_the_end(self) -> None:
        if self._state.token is None:
            self._from = self._state.again_from
        while True:
            try:
                page = self._page()
            except TokenExpired as fault:
                self._restart(str(fault))
                continue
            self._keep(page)
            if page.token is None:
                return

    def _page(self) -> Page:
        token = self._state.token
        if token is None:
            assert self._from is not None
            parameters = {"verb": "ListRecords", "metadataPrefix": "arXiv", "from": self._from.isoformat()}
        else:
            # The token alone: every other argument beside it is an error.
            parameters = {"verb": "ListRecords", "resumptionToken": token}
        return self._ask(parameters, partial(read_page, resumed=token is not None))

    def _ask(self, parameters: Mapping[str, str], read: Callable[[bytes], Page]) -> Page:
        doubted: list[Odd] = []

        def read_twice(content: bytes) -> Page:
            page = read(content)
            if page.odd and not doubted:
                # Perhaps only this answer is broken. A record that stays so must not hold up all others.
                doubted.extend(page.odd)
                raise Passing(f"arXiv sent a record that is not whole ({page.odd[0]})")
            return page

        try:
            return self._asker.ask(parameters, read_twice)
        except TokenExpired:
            raise
        except GaveUp as fault:
            raise Stopped(str(fault)) from fault
        except Fault as fault:
            self._drop_token()
            raise ServiceError(f"{fault}. Check the setting oai.url ({self._asker.url}).") from fault

    def _keep(self, page: Page) -> None:
        state, token = self._state, page.token
        if token is not None and (token == state.token or token in self._tokens):
            self._drop_token()
            raise Stopped("arXiv's list goes in a circle: a resumption token came again")
        self._tokens.update({state.token, token} - {None})  # type: ignore[arg-type]
        # A harvest begins again with the day on which the last one ended: most of that is here already.
        fresh = [line for line in self._completed(page.lines) if self._had.get(line["id"]) != _fingerprint(line)]
        # A datestamp of tomorrow would make the next harvest miss what changes until then.
        days = [min(day, self._today) for day in (state.newest, page.newest) if day is not None]
        newest = max(days, default=None)
        if newest != state.newest:
            self._restarts = 0
        self._idle = 0 if fresh or newest != state.newest else self._idle + 1
        if self._idle > _MOST_IDLE:
            self._drop_token()
            raise Stopped(f"arXiv's list does not end: {self._idle:,} pages brought nothing")
        ordered = state.ordered and not (state.newest and page.oldest and page.oldest < state.newest)

        def after(length: int) -> State:
            return replace(
                state,
                token=token,
                safe=length,
                newest=newest,
                ordered=ordered,
                pages=state.pages + 1,
                records=state.records + len(fresh),
                deleted=state.deleted + page.deleted,
                foreign=state.foreign + page.foreign,
                missing=_still_missing(state.missing, page),
                nameless=state.nameless + sum(not one.arxiv_id for one in page.odd),
            )

        self._store.append(fresh, after)
        self._had.update((line["id"], _fingerprint(line)) for line in fresh)
        self._report(self._state)

    def get_missing(self) -> None:
        """Ask for the records that did not come whole one by one; what stays so is left for the next harvest."""
        hopeless = 0
        for arxiv_id in self._state.missing[:_MOST_SINGLE]:
            if hopeless >= _HOPELESS:
                return
            parameters = {"verb": "GetRecord", "metadataPrefix": "arXiv", "identifier": f"{PREFIX}{arxiv_id}"}
            page = self._ask(parameters, read_record)
            settled = page == Page() or arxiv_id in {*(line["id"] for line in page.lines), *page.gone}
            hopeless = 0 if settled else hopeless + 1
            self._keep_single(arxiv_id, page.lines if settled else (), settled)

    def _keep_single(self, arxiv_id: str, lines: Sequence[Line], settled: bool) -> None:
        state = self._state
        fresh = [line for line in self._completed(lines) if self._had.get(line["id"]) != _fingerprint(line)]
        # What is still not whole goes to the end, so that the others have their turn.
        rest = (*(one for one in state.missing if one != arxiv_id), *(() if settled else (arxiv_id,)))

        def after(length: int) -> State:
            return replace(state, safe=length, records=state.records + len(fresh), missing=rest)

        self._store.append(fresh, after)
        self._had.update((line["id"], _fingerprint(line)) for line in fresh)
        self._report(self._state)

    def _completed(self, lines: Sequence[Line]) -> list[Line]:
        known = self._known([line["id"] for line in lines])
        return [_completed(line, known.get(line["id"])) for line in lines]

    def _restart(self, why: str) -> None:
        self._restarts += 1
        if self._restarts > _MOST_RESTARTS or self._state.token is None:
            self._drop_token()
            raise Stopped(f"{why}, the last of {self._restarts} times")
        self._drop_token()
        self._tokens.clear()
        self._from = self._state.again_from

    def _drop_token(self) -> None:
        self._store.save(replace(self._state, token=None))


def _still_missing(missing: Sequence[str], page: Page) -> tuple[str, ...]:
    """The ids that are missing after a page: some may have come on it, and some may not have come whole."""
    came = {*(line["id"] for line in page.lines), *page.gone}
    odd = (one.arxiv_id for one in page.odd if one.arxiv_id)
    return tuple(one for one in dict.fromkeys((*missing, *odd)) if one not in came)


def _completed(line: Line, known: Record | None) -> Line:
    """The line with what only the index knows: the day of the first version, which never changes."""
    if known is None:
        return {**line, _NEW: True}
    if known.published is None or not is_first_version(known.published, line["id"]):
        return line
    return line if line["versions"] else {**line, "versions": [first_version(known.published)]}


def _fingerprint(line: Line) -> int:
    """What tells two states of a record apart; good for this process only."""
    return hash(orjson.dumps({**line, _NEW: None}, option=orjson.OPT_SORT_KEYS))


def _finish(store: Store) -> Harvested:
    state = store.state
    assert state is not None
    assert state.since is not None
    before: set[str] = set()
    changed: dict[str, bool] = {}
    count = 0
    for at, line in store.lines():
        count += 1
        if at < state.begin:
            before.add(line["id"])
        else:
            changed[line["id"]] = changed.get(line["id"], False) or bool(line.get(_NEW))
    done = Harvested(
        since=state.since,
        changed=len(changed),
        new=sum(new and arxiv_id not in before for arxiv_id, new in changed.items()),
        newest=state.newest or state.finished,
        left_out=state.deleted + state.foreign,
        odd=len(state.missing) + state.nameless,
    )
    # What has no name can only be had by asking for all of it again.
    finished = state.since if state.nameless else state.newest or state.finished or state.since
    store.save(State(finished=finished, begin=state.safe, safe=state.safe, built=state.built, missing=state.missing))
    if len(before | changed.keys()) < count * (1 - _SUPERSEDED):
        store.compact()
    return done
