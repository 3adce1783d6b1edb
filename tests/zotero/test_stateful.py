"""Anything, in any order: edits on both sides, a second installation, faults, kills; then a quiet sync puts all right.

Hypothesis makes up the histories and shrinks one that fails. The long run, with counts for the README:
``python -m tests.zotero.storm``.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from readlist.errors import ServiceError
from readlist.library import Library, edits, papers
from readlist.paper import Paper, Status
from readlist.text import key as title_key
from readlist.zotero import notes
from readlist.zotero.extra import STATUS_NAMES, read_status
from readlist.zotero.library_store import LibraryStore
from readlist.zotero.state import ItemState
from readlist.zotero.task import PaperList, SyncResult
from tests.servers.zotero import ZoteroServer
from tests.zotero.desk import Desk
from tests.zotero.fakes import Killed

FAULTS = ("reset-before", "reset-after", "lost", "cut", "short", "partial", "status", "backoff")
NUMBERS = st.integers(1, 4)
WHO = st.integers(0, 1)
#: What a run went through, and what was wrong in it.
COUNTS: Counter[str] = Counter()

T = TypeVar("T")


class MortalStore(LibraryStore):
    """A store whose process is killed at a save: right before it, or right after."""

    def __init__(self, library: Library, at: int, *, after: bool) -> None:
        super().__init__(library)
        self._left, self._after = at, after

    def _dying(self, save: Callable[[], None]) -> None:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        save()
        if self._left == 0:
            raise Killed

    def save_zotero_items(self, library: str, items: Mapping[int, ItemState | None]) -> None:
        self._dying(lambda: super(MortalStore, self).save_zotero_items(library, items))

    def save_zotero_library(self, library: str, **what: Any) -> None:
        self._dying(lambda: super(MortalStore, self).save_zotero_library(library, **what))


class MortalDesk(Desk):
    """A desk whose next sync may be killed."""

    dies: tuple[int, bool] | None = None

    def sides(self) -> tuple[PaperList, LibraryStore]:
        listed, store = super().sides()
        if self.dies is None:
            return listed, store
        return listed, MortalStore(self.library, self.dies[0], after=self.dies[1])


class TwoDesksAndAnEditor(RuleBasedStateMachine):
    """Each edit has a name of its own, so that it can be looked for at the end."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.server = ZoteroServer(limited=False)
        self.server.__enter__()
        self.desks = [MortalDesk(Path(self._folder.name) / f"{name}.sqlite3", self.server) for name in "ab"]
        self.edits = 0
        # By arXiv id: what was added and never taken off, and the last wording of each side.
        self.tags: dict[str, set[str]] = {}
        self.paragraphs: dict[str, set[str]] = {}
        self.titles: dict[str, dict[str, str]] = {}
        self.thrown: set[str] = set()
        self.lines: dict[str, list[str]] = {}
        # What both sides said after each desk's last sync, None where that was disturbed.
        self.agreed: list[dict[str, dict[str, tuple[str, str]]] | None] = [None, None]
        self.foreign: dict[str, str] = {}

    def name(self) -> str:
        self.edits += 1
        return f"e{self.edits}"

    @initialize()
    def start(self) -> None:
        self.desks[0].add(1, 2)
        for desk in self.desks:
            desk.sync()
            desk.resolve()

    @invariant()
    def count(self) -> None:
        COUNTS["steps"] += 1

    # The lists

    def _paper(self, who: int, number: int, *, removed: bool = False) -> Paper | None:
        desk = self.desks[who]
        found = papers.holder(desk.library, f"2401.{number:05d}")
        made = papers.get(desk.library, found) if found is not None else None
        return made if made is not None and (made.removed is not None) == removed else None

    @rule(who=WHO, number=NUMBERS)
    def add(self, who: int, number: int) -> None:
        if papers.holder(self.desks[who].library, f"2401.{number:05d}") is None:
            self.desks[who].add(number)

    @rule(who=WHO, number=NUMBERS, status=st.sampled_from(list(Status)))
    def set_status(self, who: int, number: int, status: Status) -> None:
        if (made := self._paper(who, number)) is not None:
            self.desks[who].status(status, made.id)

    @rule(who=WHO, number=NUMBERS)
    def add_tag(self, who: int, number: int) -> None:
        if (made := self._paper(who, number)) is not None and made.arxiv_id is not None:
            name = self.name()
            self.desks[who].tag(add=name, number=made.id)
            self.tags.setdefault(made.arxiv_id, set()).add(name)

    @rule(who=WHO, number=NUMBERS, which=st.integers(0, 5))
    def drop_tag(self, who: int, number: int, which: int) -> None:
        if (made := self._paper(who, number)) is not None and made.tags and made.arxiv_id is not None:
            name = made.tags[which % len(made.tags)]
            self.desks[who].tag(drop=name, number=made.id)
            self.tags.get(made.arxiv_id, set()).discard(name)

    @rule(who=WHO, number=NUMBERS)
    def write_note(self, who: int, number: int) -> None:
        if (made := self._paper(who, number)) is not None and made.arxiv_id is not None:
            name = self.name()
            self.desks[who].note(f"{made.note}\n\n{name} *here*".strip(), made.id)
            self.paragraphs.setdefault(made.arxiv_id, set()).add(name)

    @rule(who=WHO, number=NUMBERS)
    def record_renamed(self, who: int, number: int) -> None:
        if (made := self._paper(who, number)) is not None and made.arxiv_id is not None:
            title = f"Renamed by its record, {self.name()}"
            desk = self.desks[who]
            with desk.library.action("refresh", "", desk.tick()) as writer:
                writer.update("paper", made.id, {"title": title, "title_key": title_key(title)})
            self.titles.setdefault(made.arxiv_id, {})[f"list {who}"] = title

    @rule(who=WHO, number=NUMBERS, back=st.booleans())
    def remove(self, who: int, number: int, back: bool) -> None:
        if (made := self._paper(who, number, removed=back)) is not None and made.arxiv_id is not None:
            self.desks[who].remove(made.id, removed=not back)
            self.thrown.add(made.arxiv_id)

    @rule(who=WHO)
    def resolve(self, who: int) -> None:
        self.desks[who].resolve()

    @rule(who=WHO)
    def empty_trash(self, who: int) -> None:
        desk = self.desks[who]
        with desk.library.action("trash", "", desk.tick()) as writer:
            edits.empty_trash(writer)

    # The second editor

    def _items(self) -> list[dict[str, Any]]:
        return [item for item in self.server.items() if item["itemType"] == "preprint"]

    def _item(self, which: int) -> dict[str, Any] | None:
        items = [item for item in self._items() if not item.get("deleted")]
        return items[which % len(items)] if items else None

    @rule(which=NUMBERS, status=st.sampled_from(list(Status)))
    def plugin(self, which: int, status: Status) -> None:
        if (item := self._item(which)) is not None:
            lines = [line for line in item["extra"].split("\n") if not line.startswith("Read_Status")]
            extra = "\n".join([*lines, f"Read_Status: {STATUS_NAMES[status]}"])
            self.server.edit(item["key"], extra=extra)

    @rule(which=NUMBERS)
    def their_title(self, which: int) -> None:
        if (item := self._item(which)) is not None:
            title = f"Their own wording, {self.name()}"
            self.server.edit(item["key"], title=title)
            self.titles.setdefault(_arxiv(item), {})["Zotero"] = title

    @rule(which=NUMBERS)
    def their_tag(self, which: int) -> None:
        if (item := self._item(which)) is not None:
            name = self.name()
            self.server.edit(item["key"], tags=[*item["tags"], {"tag": name}])
            self.tags.setdefault(_arxiv(item), set()).add(name)

    @rule(which=NUMBERS, tag=st.integers(0, 5))
    def their_tag_off(self, which: int, tag: int) -> None:
        if (item := self._item(which)) is not None and item["tags"]:
            gone = item["tags"][tag % len(item["tags"])]
            self.server.edit(item["key"], tags=[row for row in item["tags"] if row != gone])
            self.tags.get(_arxiv(item), set()).discard(gone["tag"])

    @rule(which=NUMBERS)
    def their_paragraph(self, which: int) -> None:
        if (item := self._item(which)) is not None:
            for child in self.server.items():
                if child.get("parentItem") == item["key"] and notes.is_ours(child.get("note", "")):
                    name = self.name()
                    self.server.edit(child["key"], note=f"{child['note']}<p>{name} <b>there</b></p>")
                    self.paragraphs.setdefault(_arxiv(item), set()).add(name)

    @rule(which=NUMBERS)
    def what_is_not_ours(self, which: int) -> None:
        if (item := self._item(which)) is not None:
            line = f"Mine {self.name()}: é\t."
            self.lines.setdefault(item["key"], []).append(line)
            self.server.edit(item["key"], extra=f"{line}\n{item['extra']}", rights="mine")
            text = f"<p>A note of mine, {self.name()}</p>"
            self.foreign[self.server.add({"itemType": "note", "parentItem": item["key"], "note": text})] = text

    @rule(number=NUMBERS)
    def connector(self, number: int) -> None:
        arxiv_id = f"2401.{number:05d}"
        if arxiv_id in {_arxiv(item) for item in self._items()}:
            return
        if any(desk_has_sent(desk, arxiv_id) for desk in self.desks):
            return  # it would be there twice, and rightly so
        places = list(self.server.library().collections)[:1]
        title = f"Saved by the connector, {self.name()}"
        work = {"itemType": "preprint", "archiveID": f"arXiv:{arxiv_id}", "title": title}
        self.server.add({**work, "collections": places})

    @rule(which=NUMBERS, how=st.sampled_from(["trash", "restore", "erase"]))
    def throw_away(self, which: int, how: str) -> None:
        items = [item for item in self._items() if bool(item.get("deleted")) == (how == "restore")]
        if not items:
            return
        item = items[which % len(items)]
        self.thrown.add(_arxiv(item))
        if how == "erase":
            self.server.erase(item["key"])
            self.lines.pop(item["key"], None)
            self.foreign = {k: text for k, text in self.foreign.items() if k in self.server.library().items}
        else:
            self.server.edit(item["key"], deleted=int(how == "trash"))

    # Syncs

    @rule()
    def first_syncs(self) -> None:
        self.sync(0)

    @rule()
    def second_syncs(self) -> None:
        self.sync(1)

    @rule()
    def both_sync(self) -> None:
        for who in (0, 1, 0):
            self.sync(who)

    def sync(self, who: int) -> None:
        COUNTS["syncs"] += 1
        known, before = self.agreed[who], self._sides(who)
        result = self.desks[who].sync()
        after = self._sides(who)
        conflicts = {row.key: set(row.fields) for row in result.conflicts}
        for key in (known or {}).keys() & before.keys() & after.keys():
            for name in ("title", "status"):
                said = [side[key][name] for side in (known or {}, before, after)]
                self._nothing_lost(name, said[0], said[1], said[2], conflicts.get(key, set()))
        self.agreed[who] = after

    def _sides(self, who: int) -> dict[str, dict[str, tuple[str, str]]]:
        """Of each item of ours that nobody threw away: what the list says and what the item says, by field."""
        desk, found = self.desks[who], {}
        for number, state in LibraryStore(desk.library).zotero_state("user:12345").items.items():
            made, item = papers.get(desk.library, number), self.server.library().items.get(state.key)
            if made is None or item is None or made.removed or item.data.get("deleted") or not state.made_by_us:
                continue
            statuses = (str(made.status), str(read_status(item.data["extra"])))
            found[state.key] = {"title": (made.title, item.data["title"]), "status": statuses}
        return found

    def _nothing_lost(
        self, name: str, known: tuple[str, str], before: tuple[str, str], after: tuple[str, str], conflicts: set[str]
    ) -> None:
        """What one side changed is on both; what both changed otherwise is in conflict, and as it was."""
        ours, theirs = before[0] != known[0], before[1] != known[1]
        if known[0] != known[1] or (name == "status" and before[1] == "None"):
            return  # they were in conflict before, or the plugin's line is gone
        if ours and theirs and before[0] != before[1]:
            assert name in conflicts, f"{name}: {known} {before} {after}"
            assert after == before
        elif ours or theirs:
            wanted = before[0] if ours else before[1]
            assert after == (wanted, wanted), f"{name}: {known} {before} {after}"

    @rule(
        who=WHO,
        kind=st.sampled_from(FAULTS),
        method=st.sampled_from(["GET", "POST"]),
        times=st.integers(1, 3),
        count=st.integers(0, 3),
    )
    def sync_with_faults(self, who: int, kind: str, method: str, times: int, count: int) -> None:
        COUNTS["faults"] += times
        self.server.fault(kind, method=method, path="/users/", times=times, count=count, seconds=2)
        self.agreed[who] = None
        with suppress(ServiceError):
            self.desks[who].sync()
        self.server.world.faults.clear()

    @rule(who=WHO, at=st.integers(1, 12), after=st.booleans())
    def killed(self, who: int, at: int, after: bool) -> None:
        COUNTS["kills"] += 1
        self.agreed[who] = None
        self.desks[who].dies = (at, after)
        with suppress(Killed):
            self.desks[who].sync()
        self.desks[who].dies = None

    # The end

    def teardown(self) -> None:
        try:
            COUNTS["edits"] += self.edits
            COUNTS["histories"] += 1
            self._check()
        finally:
            for desk in self.desks:
                desk.library.close()
            self.server.__exit__(None, None, None)
            self._folder.cleanup()

    def _check(self) -> None:
        results = self._until_quiet()
        for key, lines in self.lines.items():
            extra = self.server.item(key)["extra"]
            assert [line for line in extra.split("\n") if line.startswith("Mine ")] == lines[::-1], extra
            assert self.server.item(key)["rights"] == "mine"
        for key, text in self.foreign.items():
            assert self.server.item(key)["note"] == text
        ids = [_arxiv(item) for item in self._items()]
        assert len(ids) == len(set(ids)), "an item stands twice"
        for desk, result in zip(self.desks, results, strict=True):
            self._compare(desk, result)

    def _until_quiet(self) -> list[SyncResult]:
        for _ in range(6):
            for desk in self.desks:
                desk.resolve()
            results = [desk.sync() for desk in self.desks]
            if not any(result.changes or result.left for result in results):
                return results
        raise AssertionError(f"the two sides never come to rest: {results}")

    def _compare(self, desk: Desk, result: SyncResult) -> None:
        in_conflict = {row.paper_id: set(row.fields) for row in result.conflicts}
        items = {item["key"]: item for item in self._items()}
        state = LibraryStore(desk.library).zotero_state("user:12345")
        for made in desk.all():
            linked = state.items.get(made.id)
            if linked is None:
                assert made.status is Status.SKIPPED, "a paper has no item"
                continue
            item = items[linked.key]
            if item.get("deleted"):
                continue
            self._same(made, item, in_conflict.get(made.id, set()), bound=linked.made_by_us)

    def _same(self, made: Paper, item: dict[str, Any], conflicts: set[str], *, bound: bool) -> None:
        arxiv_id = _arxiv(item)
        said = self.titles.get(arxiv_id, {})
        if "status" not in conflicts:
            there = read_status(item["extra"])
            assert there in {None, str(made.status)}
        tags = {row["tag"] for row in item["tags"]}
        assert tags == set(made.tags)
        child = [row for row in self.server.items() if row.get("parentItem") == item["key"]]
        ours = [row for row in child if notes.is_ours(row.get("note", "")) and not row.get("deleted")]
        assert len(ours) <= 1
        text = notes.from_html(ours[0]["note"]) if ours else ""
        assert text == (notes.normal(made.note) if made.note else "")
        if arxiv_id in self.thrown:
            return
        assert self.tags.get(arxiv_id, set()) <= tags, "a tag was lost"
        for paragraph in self.paragraphs.get(arxiv_id, set()):
            assert paragraph in text, "a paragraph was lost"
        if said and "title" not in conflicts and bound and item["title"] != made.title:
            # What the person words in Zotero stands against a record that says otherwise.
            assert said.get("Zotero") == item["title"] or "connector" in item["title"]
        if "title" in conflicts:
            assert item["title"] in said.values()


def _arxiv(item: dict[str, Any]) -> str:
    return str(item["archiveID"]).removeprefix("arXiv:")


def desk_has_sent(desk: Desk, arxiv_id: str) -> bool:
    """Whether an item may be made for this paper from an answer that was lost."""
    number = papers.holder(desk.library, arxiv_id)
    return number is not None and number in LibraryStore(desk.library).zotero_state("user:12345").items


def run(examples: int, steps: int) -> None:
    """Run that many histories of so many steps."""
    kept = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(TwoDesksAndAnEditor, settings=kept)


def test_any_history_ends_in_agreement() -> None:
    run(15, 30)
