"""What the threads tell the app, and it the screens: changes, searches, counts and jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.message import Message

from readlist.actions.browsing import Counts, SavedSearch
from readlist.actions.progress import Progress
from readlist.paper import Record
from readlist.tui.jobs import Outcome
from readlist.tui.views import View


class Changed(Message):
    """The library has changed. ``ids``: the papers concerned; ``kind``: do, undo or redo."""

    def __init__(self, summary: str, ids: Sequence[int], kind: str, count: int) -> None:
        super().__init__()
        self.summary, self.ids, self.kind, self.count = summary, tuple(ids), kind, count


class Counted(Message):
    """How many papers there are, in all and by tag; the tags' colours, and the searches that are saved."""

    def __init__(
        self, counts: Counts, tags: dict[str, int], colours: dict[str, str], searches: list[SavedSearch]
    ) -> None:
        super().__init__()
        self.counts, self.tags, self.colours, self.searches = counts, tags, colours, searches


class SavedCounted(Message):
    """How many papers each saved search finds, by its id; None: it cannot be read any more."""

    def __init__(self, numbers: dict[int, int | None]) -> None:
        super().__init__()
        self.numbers = numbers


class Kept(Message):
    """How the list looks is written down."""


class LivingKept(Message):
    """The living files were brought up to date; ``troubles``: sentences about what hindered that."""

    def __init__(self, troubles: tuple[str, ...]) -> None:
        super().__init__()
        self.troubles = troubles


class Search(NamedTuple):
    """What a list shows. ``number`` tells searches apart; ``keep``: the cursor stays where it is.

    ``meanwhile``: the query without a word that may become a filter, to be shown where nothing is found with it.
    """

    number: int
    view: View
    query: str
    sort: str
    keep: bool = False
    meanwhile: str | None = None


class Found(Message):
    """The ids that a search found, in order; where there are none, how many it finds in the whole list.

    ``meanwhile``: they are those of the query without the word that may become a filter.
    """

    def __init__(self, search: Search, ids: list[int], elsewhere: int = 0, *, meanwhile: bool = False) -> None:
        super().__init__()
        self.search, self.ids, self.elsewhere, self.meanwhile = search, ids, elsewhere, meanwhile


class Completed(Message):
    """What a filter can be given, looked up for the start of a value."""

    def __init__(self, name: str, start: str, values: dict[str, int]) -> None:
        super().__init__()
        self.name, self.start, self.values = name, start, values


class JobTold(Message):
    """A job has come further; ``left``: seconds until it is over, None where nobody knows."""

    def __init__(self, name: str, progress: Progress, left: float | None = None) -> None:
        super().__init__()
        self.name, self.progress, self.left = name, progress, left


class JobEnded(Message):
    """A job is over; ``outcome`` says how, ``stopped``: the person stopped it."""

    def __init__(self, name: str, outcome: Outcome, *, stopped: bool = False) -> None:
        super().__init__()
        self.name, self.outcome, self.stopped = name, outcome, stopped


class Fetched(Message):
    """A record was looked for; where it is None, ``sentence`` says why. ``ids``: the papers that wait for it.

    ``then`` is called in the app's own thread where it was found.
    """

    def __init__(
        self, wanted: str, record: Record | None, sentence: str, ids: Sequence[int], then: Callable[[], None] | None
    ) -> None:
        super().__init__()
        self.wanted, self.record, self.sentence, self.ids, self.then = wanted, record, sentence, tuple(ids), then


class Looked(Message):
    """Something was read for a screen: ``what`` it asked for, and what it is."""

    def __init__(self, what: str, value: object) -> None:
        super().__init__()
        self.what, self.value = what, value


class Said(Message):
    """Something small was done; ``copied`` is a text for the clipboard."""

    def __init__(self, sentence: str, copied: str | None = None) -> None:
        super().__init__()
        self.sentence, self.copied = sentence, copied
