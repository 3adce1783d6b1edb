"""What a sync is asked to do, with what, and what came of it. Plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from readlist.paper import Paper
from readlist.zotero.changes import PUSH_ONLY, Notice, Pull, Row, Rules
from readlist.zotero.events import Progress, ignore
from readlist.zotero.state import ItemState, new_key


class PaperList(Protocol):
    """The list that is kept in step."""

    def papers(self) -> Sequence[Paper]:
        """All papers as they are now, those in the trash too."""

    def freeze_keys(self, paper_ids: Iterable[int]) -> None:
        """Give papers their citation keys, for good."""

    def take_over(
        self, library: str, pulls: Sequence[Pull], linked: frozenset[int], finish: Callable[[Pull, Paper], ItemState]
    ) -> Sequence[Taken]:
        """Change the list as ``pulls`` say, and keep with it, in one transaction, what ``finish`` makes of each.

        An entry that turns out to be one of the papers in ``linked`` is left: they have items already.
        """


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a pull: the paper (None: it has an item already), its new state, and what was not kept."""

    paper: Paper | None
    state: ItemState | None
    doubt: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync did (or, as a dry run, would do).

    ``left`` are papers that could not be written, with the reason; ``stopped`` says why the sync ended early: the
    same command goes on from there.
    """

    library: str
    library_version: int
    created: tuple[Row, ...] = ()
    updated: tuple[Row, ...] = ()
    trashed: tuple[Row, ...] = ()
    pulled: tuple[Row, ...] = ()
    revised: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    conflicts: tuple[Row, ...] = ()
    unchanged: int = 0
    left: tuple[Notice, ...] = ()
    notices: tuple[Notice, ...] = ()
    requests: int = 0
    dry_run: bool = False
    stopped: str | None = None
    #: The library was never synced with before, and holds something.
    first: bool = False

    @property
    def complete(self) -> bool:
        return not self.left and self.stopped is None

    @property
    def changes(self) -> int:
        """How many changes there are, on both sides."""
        pushed = len(self.created) + len(self.updated) + len(self.trashed)
        return pushed + len(self.pulled) + len(self.revised) + len(self.removed)

    def to_json(self) -> dict[str, object]:
        """The document of ``zotero plan --json`` and ``zotero sync --json``."""
        document: dict[str, object] = {
            "push": {
                "create": [row.to_json() for row in self.created],
                "update": [row.to_json() for row in self.updated],
                "trash": [row.to_json() for row in self.trashed],
            },
            "pull": {
                "create": [row.to_json() for row in self.pulled],
                "update": [row.to_json() for row in self.revised],
                "remove": [row.to_json() for row in self.removed],
            },
            "conflicts": [row.to_json() for row in self.conflicts],
            "unchanged": self.unchanged,
            "requests": self.requests,
            "library": self.library,
            "library_version": self.library_version,
            "notices": [notice.to_json() for notice in self.notices],
        }
        if not self.dry_run:
            document["left"] = [notice.to_json() for notice in self.left]
        return document


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done, and how.

    Args:
        collection: name of the collection that items are put into; made where it is missing.
        tag_collections: names of further collections, by the tag whose papers belong in them.
        dry_run: plan only; nothing is written there or stored here.
        sure: go on even where much would be removed.
        confirm: shown the plan before anything is done; what it raises ends the sync.
    """

    now: datetime
    rules: Rules = PUSH_ONLY
    collection: str = "Reading list"
    tag_collections: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    sure: bool = False
    confirm: Callable[[SyncResult], None] | None = None
    progress: Progress = ignore
    make_key: Callable[[], str] = new_key
