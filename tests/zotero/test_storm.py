"""Random edits on both sides, faults and kills, in random order; then one quiet push must have put all right."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from readlist.errors import ServiceError
from readlist.paper import Paper, Status
from readlist.zotero.extra import read_status
from readlist.zotero.state import ItemState
from tests.servers.zotero import ZoteroServer
from tests.zotero.fakes import NOW, Killed, MemoryStore, Watcher, paper, run

FAULTS = ("reset-before", "reset-after", "lost", "cut", "short", "partial", "status", "backoff")


class Storm:
    """One seed's history. The second editor changes titles, foreign Extra lines, foreign tags and rights."""

    def __init__(self, seed: int, server: ZoteroServer) -> None:
        self.random, self.server, self.store = random.Random(seed), server, MemoryStore()
        self.papers: dict[int, Paper] = {}
        self.titles: dict[str, str] = {}
        self.lines: dict[str, list[str]] = {}
        self.erased: set[str] = set()
        self.trashed: set[str] = set()

    def step(self) -> None:
        actions = [self.add, self.change, self.change, self.edit, self.edit, self.connector, self.trash, self.push]
        self.random.choice([*actions, self.push, self.push])()

    def add(self) -> None:
        for _ in range(self.random.choice((1, 2, 3, 60))):
            number = len(self.papers) + 1
            self.papers[number] = paper(number)

    def change(self) -> None:
        if not self.papers:
            return
        number = self.random.choice(list(self.papers))
        made = self.papers[number]
        what = self.random.randrange(5)
        if what == 0:
            made = replace(made, title=f"Ours {self.random.random()}")
        elif what == 1:
            made = replace(made, tags=tuple(self.random.sample(["faces", "a", "b", "c"], 2)))
        elif what == 2:
            made = replace(made, removed=None if made.removed else NOW)
        else:
            made = replace(made, status=self.random.choice([Status.TO_READ, Status.READING, Status.READ]))
        self.papers[number] = made

    def _item(self) -> dict[str, Any] | None:
        items = self.server.items()
        return self.random.choice(items) if items else None

    def edit(self) -> None:
        item = self._item()
        if item is None:
            return
        key, token = item["key"], f"{self.random.random()}"
        what = self.random.randrange(3)
        if what == 0:
            self.server.edit(key, title=f"Theirs {token}")
            if key in {state.key for state in self.store.state.items.values()}:
                self.titles[key] = f"Theirs {token}"  # from now on ours must not overwrite it
        elif what == 1:
            self.lines.setdefault(key, []).append(f"X{token}: é\t.")
            self.server.edit(key, extra=f"{self.lines[key][-1]}\n{item['extra']}")
        else:
            self.server.edit(key, tags=[*item["tags"], {"tag": "theirs"}, {"tag": "faces", "type": 1}], rights="CC")

    def connector(self) -> None:
        """Another program saves a paper that we may come to know, or that is new here and not pushed yet."""
        number = self.random.randint(1, len(self.papers) + 5)
        if not any(f"2401.{number:05d}" in item["extra"] for item in self.server.items()):
            extra = f"arXiv:2401.{number:05d} [cs.CV]"
            self.server.add({"itemType": "journalArticle", "title": "C", "extra": extra, "rights": "CC"})

    def trash(self) -> None:
        item = self._item()
        if item is None:
            return
        if self.random.random() < 0.5:
            self.server.erase(item["key"])
            self.erased.add(item["extra"].split("arXiv:")[1][:10])
        else:
            self.server.edit(item["key"], deleted=1)
            self.trashed.add(item["key"])

    def push(self) -> None:
        for _ in range(self.random.randrange(3)):
            kind = self.random.choice(FAULTS)
            method = self.random.choice(["POST", "POST", None])
            self.server.fault(
                kind,
                method=method,
                code=self.random.choice([429, 500, 503]),
                seconds=1,
                count=self.random.randrange(50),
            )
        watcher = Watcher(self.random.choice([None, None, 1, 2]))
        with suppress(Killed, ServiceError):
            run(self.server, self.store, list(self.papers.values()), progress=watcher)

    def check(self) -> None:
        """After a push without faults: all in step, nothing lost, nothing doubled, nothing of others touched."""
        self.server.world.faults.clear()
        papers = list(self.papers.values())
        result = run(self.server, self.store, papers)
        assert result.complete
        items = {item["key"]: item for item in self.server.items()}
        named = [item["extra"].split("arXiv:")[1][:10] for item in items.values()]
        assert len(named) == len(set(named)), "a paper has two items"
        for made in papers:
            state = self.store.state.items.get(made.id)
            if state is None or state.pending:
                assert made.removed is not None, "a paper has no item"
                continue
            if state.deleted:
                assert made.arxiv_id in self.erased
                continue
            self._check_item(made, state, items[state.key])
        for key, lines in self.lines.items():
            if key in items:
                assert set(lines) <= set(items[key]["extra"].split("\n"))
        for key, title in self.titles.items():
            if key in items:
                assert items[key]["title"] == title
        again = run(self.server, self.store, papers)
        assert (again.created, again.updated, again.trashed) == ((), (), ())
        assert again.requests <= 4
        assert {item["key"]: item for item in self.server.items()} == items

    def _check_item(self, made: Paper, state: ItemState, item: dict[str, Any]) -> None:
        assert made.arxiv_id is not None
        assert made.arxiv_id in item["extra"]
        if item.get("deleted"):
            assert made.removed is not None or state.key in self.trashed
        elif made.removed is None:
            assert read_status(item["extra"]) == made.status
            assert set(made.tags) <= {tag["tag"] for tag in item["tags"] if not tag.get("type")}
            if state.made_by_us:
                assert item["title"] == self.titles.get(state.key, made.title)


@pytest.mark.parametrize("seed", range(8))
def test_after_the_storm(seed: int) -> None:
    with ZoteroServer(limited=False) as server:
        storm = Storm(seed, server)
        for _ in range(30):
            storm.step()
        storm.check()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_after_a_long_storm(seed: int) -> None:
    with ZoteroServer(limited=False) as server:
        storm = Storm(seed, server)
        for _ in range(6):
            for _ in range(25):
                storm.step()
            storm.check()
