"""What a person may want below the items that we made: the PDF as a link or a file, and arXiv's comment as a note.

Made once and then theirs: what they delete or change there is not made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from readlist.errors import ReadlistError
from readlist.identifiers import pdf_url
from readlist.paper import Paper
from readlist.zotero.changes import Notice, Row, Rules
from readlist.zotero.memory import Memory
from readlist.zotero.sending import batches, refusal, send
from readlist.zotero.state import ItemState

if TYPE_CHECKING:
    from readlist.zotero.client import ZoteroClient

#: What is remembered under this name in what our side said: the children's keys, with a mark while nobody knows.
_CHILDREN = "children"
_SENT = "?"


@dataclass(frozen=True, slots=True)
class Child:
    """A child to make: ``name`` is ``pdf``, ``file`` or ``comment``; what is uploaded has a ``path`` and no payload."""

    owner: int
    parent: str
    name: str
    key: str
    row: Row
    payload: Mapping[str, object]
    path: Path | None = None


def wanted(
    papers: Iterable[Paper], items: Mapping[int, ItemState], rules: Rules, make_key: Callable[[], str]
) -> list[Child]:
    """The children that items of ours lack."""
    found: list[Child] = []
    if not (rules.attach or rules.comments):
        return found
    for paper in papers:
        item = items.get(paper.id)
        if item is None or not item.made_by_us or not item.version or item.deleted or item.trashed:
            continue
        if paper.arxiv_id is None or paper.removed is not None or paper.id in rules.leave_out:
            continue
        known = _known(item)
        for name, payload, shown, path in _wishes(paper, rules):
            key = known.get(name, "").removeprefix(_SENT) or make_key()
            if known.get(name, _SENT).startswith(_SENT):
                row = Row(paper.id, item.key, paper.title, {"attachment": (None, shown)})
                whole = {"key": key, "version": 0, "parentItem": item.key, **payload} if payload else {}
                found.append(Child(paper.id, item.key, name, key, row, whole, path))
    return found


class _Wish(NamedTuple):
    name: str
    payload: dict[str, object]
    shown: str
    path: Path | None = None


def _wishes(paper: Paper, rules: Rules) -> list[_Wish]:
    assert paper.arxiv_id is not None
    found: list[_Wish] = []
    if rules.attach == "link":
        address = pdf_url(paper.arxiv_id)
        link = {"linkMode": "linked_url", "title": "Preprint PDF", "url": address, "contentType": "application/pdf"}
        found.append(_Wish("pdf", {"itemType": "attachment", **link, "tags": []}, address))
    elif rules.attach == "upload" and rules.pdf_of is not None and (path := rules.pdf_of(paper)) is not None:
        found.append(_Wish("file", {}, path.name, path))
    if rules.comments and paper.comment:
        # As Zotero's own translator writes it.
        text = f"Comment: {paper.comment}"
        found.append(_Wish("comment", {"itemType": "note", "note": f"<p>{escape(text)}</p>", "tags": []}, text))
    return found


def _known(item: ItemState) -> dict[str, str]:
    known = item.here.get(_CHILDREN)
    return {str(name): str(key) for name, key in known.items()} if isinstance(known, dict) else {}


class Nursery:
    """Makes children. ``made`` are rows of what was made, ``left`` of what could not be."""

    def __init__(self, client: ZoteroClient, memory: Memory, rules: Rules) -> None:
        self._client, self._memory, self._rules = client, memory, rules
        self.made: list[Row] = []
        self.left: dict[tuple[int, str], Notice] = {}

    def look_at(self, papers: Iterable[Paper], make_key: Callable[[], str]) -> list[Child]:
        """What is to be made for these papers, but for what was given up."""
        found = wanted(papers, self._memory.state.items, self._rules, make_key)
        return [child for child in found if (child.owner, child.name) not in self.left]

    def make(self, children: Sequence[Child]) -> bool:
        """Make them; false when the library has to be looked at again."""
        plain = [child for child in children if child.payload]
        if not all(self._send(batch) for batch in batches(plain)):
            return False
        for child in children:
            if not child.payload:
                self._upload(child)
        return True

    def _send(self, batch: Sequence[Child]) -> bool:
        self._remember(batch, _SENT)
        report = send(self._client, self._memory, [child.payload for child in batch])
        if report is None:
            return False
        done = []
        for place, child in enumerate(batch):
            code, reason = refusal(report, place)
            if place in report.successful or place in report.unchanged or code == 412:  # 412: it is there already
                done.append(child)
            else:
                self._leave(child, reason)
        self._remember(done, "")
        self._memory.reached(report.version)
        self.made += [child.row for child in done]
        return True

    def _upload(self, child: Child) -> None:
        assert child.path is not None
        try:
            sent = self._client.upload_pdf(child.parent, child.path, title="Preprint PDF")
        except ReadlistError as error:
            self._leave(child, str(error))
            return
        self._remember([replace(child, key=sent.key)], "")
        self.made.append(child.row)

    def _leave(self, child: Child, reason: str) -> None:
        row = child.row
        self.left[child.owner, child.name] = Notice(row.paper_id, row.key, row.title, f"its {child.name}: {reason}")

    def _remember(self, children: Sequence[Child], mark: str) -> None:
        items: dict[int, ItemState] = {}
        for child in children:
            state = items.get(child.owner) or self._memory.state.items[child.owner]
            known = {**_known(state), child.name: f"{mark}{child.key}"}
            items[child.owner] = replace(state, here={**state.here, _CHILDREN: known})
        self._memory.keep(items)
