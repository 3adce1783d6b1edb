"""The files beside the index: what was harvested so far, how far that is, and a lock for whoever changes them.

Written so that being killed anywhere neither loses nor doubles a page: a page's lines are appended and synced first,
then the state that counts them is replaced in one step. Bytes behind what the state counts are cut off again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from readlist.errors import LibraryError
from readlist.resolver.index_files import sync_folder, updates_path
from readlist.resolver.locking import try_lock, unlock

_LAYOUT = 1

#: One record in the shape of a line of the metadata snapshot.
Line = dict[str, Any]


def lines_path(index: Path) -> Path:
    """What was harvested, as JSON lines in the shape of the snapshot."""
    return index.with_name(index.name + ".harvest.jsonl")


def state_path(index: Path) -> Path:
    """How far the harvest is."""
    return index.with_name(index.name + ".harvest.json")


def forget(index: Path) -> None:
    """Remove overlay and harvest: a new index knows nothing of them."""
    try:
        # The state first: lines without a state are never believed.
        for path in (state_path(index), lines_path(index), _swap_path(index), updates_path(index)):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(f"{error.filename}: cannot be removed ({error.strerror})") from error


@contextmanager
def held(index: Path) -> Iterator[None]:
    """Be the only process that changes this index and its updates. Raises LibraryError when another one does."""
    path = index.with_name(index.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise LibraryError(f"{path}: cannot be written ({error.strerror})") from error
    try:
        if not try_lock(file):
            raise LibraryError(f"{index}: another readlist is building or updating this index; wait until it is done")
        try:
            yield
        finally:
            unlock(file)
    finally:
        os.close(file)


@dataclass(frozen=True, slots=True)
class State:
    """How far a harvest is.

    ``since``: the date asked for by the harvest that is under way, None between harvests; ``token``: for its next
    page at ``url``. ``begin`` and ``safe`` bound its lines in the file, in bytes. ``newest``: the latest datestamp it
    has seen, which is where to begin again as long as pages came in order (``ordered``). ``finished``: the latest
    datestamp of the harvest before. ``built``: how many bytes of lines the overlay holds. ``swap``: the file of lines
    is being replaced by a shorter one. ``missing``: the ids of records that did not come whole, in this harvest or one
    before, to be asked for one by one; ``nameless``: how many came of which not even the id is known.
    """

    since: date | None = None
    url: str = ""
    token: str | None = None
    begin: int = 0
    safe: int = 0
    newest: date | None = None
    ordered: bool = True
    finished: date | None = None
    built: int = 0
    swap: bool = False
    pages: int = 0
    records: int = 0
    deleted: int = 0
    foreign: int = 0
    missing: tuple[str, ...] = ()
    nameless: int = 0

    @property
    def again_from(self) -> date | None:
        """Where this harvest can begin again without missing anything."""
        return (self.ordered and self.newest) or self.since


@dataclass
class Store:
    """The files of one index's harvest. Open it only while the index is `held`.

    ``state`` is None where nothing was harvested yet, or where what lies there cannot be true.
    """

    index: Path
    state: State | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.settle()

    def settle(self) -> None:
        """Read the state, and cut off what an interrupted page left behind."""
        with self._told():
            self.state = self._load()
            if self.state is None:
                # Also where the files do not fit together: they are copies of what arXiv still has.
                forget(self.index)
                return
            if self.state.swap:
                self._finish_swap()
            lines = lines_path(self.index)
            if lines.exists() and lines.stat().st_size > self.state.safe:
                os.truncate(lines, self.state.safe)

    def save(self, state: State) -> None:
        """Write the state, in one step."""
        with self._told():
            data = {"layout": _LAYOUT, **asdict(state)}
            _replace(state_path(self.index), orjson.dumps(data, option=orjson.OPT_INDENT_2))
        self.state = state

    def append(self, lines: Iterable[Line], after: Callable[[int], State]) -> None:
        """Add a page's lines, then save the state that ``after`` makes of the new length in bytes."""
        with self._told(), lines_path(self.index).open("ab") as file:
            file.writelines(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
            file.flush()
            os.fsync(file.fileno())
            length = file.tell()
        self.save(after(length))

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Every line with the byte where it starts. Raises LibraryError for what somebody else wrote into the file."""
        path, at = lines_path(self.index), 0
        if not path.exists():
            return
        with self._told(), path.open("rb") as file:
            for raw in file:
                try:
                    line = orjson.loads(raw)
                    line["id"]
                except (ValueError, TypeError, KeyError):
                    raise LibraryError(
                        f"{path}: damaged at byte {at:,}; remove the file, and readlist snapshot update gets it again"
                    ) from None
                yield at, line
                at += len(raw)

    def compact(self) -> None:
        """Keep only the last line of each record."""
        assert self.state is not None
        last = {line["id"]: at for at, line in self.lines()}
        path, shorter = lines_path(self.index), _swap_path(self.index)
        with self._told():
            with path.open("rb") as old, shorter.open("wb") as new:
                at = 0
                for raw in old:
                    if last[orjson.loads(raw)["id"]] == at:
                        new.write(raw)
                    at += len(raw)
                new.flush()
                os.fsync(new.fileno())
                length = new.tell()
            self.save(replace(self.state, begin=length, safe=length, swap=True))
            self._finish_swap()

    def _finish_swap(self) -> None:
        assert self.state is not None
        shorter = _swap_path(self.index)
        if shorter.exists():
            shorter.replace(lines_path(self.index))
            sync_folder(self.index.parent)
        self.save(replace(self.state, swap=False))

    def _load(self) -> State | None:
        try:
            data = orjson.loads(state_path(self.index).read_bytes())
            if data.pop("layout") != _LAYOUT:
                return None
            data.pop("odd", None)  # what version 0.1.0 counted
            state = State(**{name: _typed(name, value) for name, value in data.items()})
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return None
        # Lines that are being replaced by fewer are enough, too.
        path = lines_path(self.index)
        length = path.stat().st_size if path.exists() else 0
        return state if length >= state.safe else None

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            name = error.filename or lines_path(self.index)
            raise LibraryError(f"{name}: the harvest cannot be written ({error.strerror or error})") from error


def _typed(name: str, value: Any) -> Any:
    if name in {"since", "newest", "finished"}:
        return None if value is None else date.fromisoformat(value)
    if name == "missing":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise TypeError(name)
        return tuple(value)
    if not isinstance(value, {"url": str, "token": str | None, "ordered": bool, "swap": bool}.get(name, int)):
        raise TypeError(name)
    return value


def _swap_path(index: Path) -> Path:
    return index.with_name(index.name + ".harvest.jsonl.partial")


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)
