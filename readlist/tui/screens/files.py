"""The files that a typed path may mean, to complete it or to pick from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple, cast

from textual.message import Message

from readlist.tui import registry
from readlist.tui.spans import Line, fit, safe
from readlist.tui.widgets.bars import Keyed
from readlist.tui.widgets.lines import LineList

#: Names of a folder that are looked at.
_MOST = 5000


class _Name(NamedTuple):
    name: str
    folder: bool


class FileList(LineList):
    """Folders and files that begin as the typed path does. It knows them by how they would be typed."""

    class Entered(Message):
        """A folder or a file was chosen; ``typed`` is how it would be typed."""

        def __init__(self, path: Path, typed: str, folder: bool) -> None:
            super().__init__()
            self.path, self.typed, self.folder = path, typed, folder

    class Up(Message):
        """The folder above is wanted."""

        def __init__(self, typed: str) -> None:
            super().__init__()
            self.typed = typed

    class Marked(Message):
        """A file was marked, or is not marked any more; ``number``: how many are."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self) -> None:
        super().__init__()
        self.marked: set[Path] = set()
        self._names: list[_Name] = []
        #: What is typed, the part of it that names a folder, and that folder.
        self._typed = self._head = ""
        self._folder = Path()
        #: The folder as it was read last, with the time of its last change, and how large the files in sight are.
        self._read: tuple[Path, int, list[_Name]] = (Path(), -1, [])
        self._sizes: dict[Path, int] = {}

    @property
    def count(self) -> int:
        return len(self._names)

    def line(self, index: int, width: int) -> Line:
        name, folder = self._names[index]
        marked = self._folder / name in self.marked
        told = "" if folder else f"{max(self._bytes_of(self._folder / name) / 1e3, 0.1):,.1f} kB"
        return [
            (f" {self.glyphs.marked if marked else ' '} ", "mark"),
            (fit(safe(name) + ("/" if folder else ""), width - 17, self.glyphs.ellipsis), "tag" if folder else "text"),
            (f"{told:>13}", "dim"),
        ]

    def empty(self, width: int) -> list[Line]:  # noqa: ARG002
        return [[("   no file begins like that", "dim")]] if self._typed else []

    def look(self, typed: str) -> None:
        """Show what begins like this."""
        self._typed = typed
        self._head, start = (typed, "") if typed in ("~", "") else _split(typed)
        self._folder, self._names = Path(self._head or "."), []
        with suppress(OSError, RuntimeError, ValueError):
            self._folder = self._folder.expanduser()
            self._names = _beginning(self._all(), start)
        self.cursor = self.top = 0
        self.changed()

    def _all(self) -> list[_Name]:
        """Everything in the folder; read again only where it has changed, not for each letter. Raises `OSError`."""
        changed = self._folder.stat().st_mtime_ns
        if self._read[:2] != (self._folder, changed):
            self._read = (self._folder, changed, _names(self._folder))
            self._sizes.clear()
        return self._read[2]

    def _bytes_of(self, path: Path) -> int:
        if path not in self._sizes:
            self._sizes[path] = 0
            with suppress(OSError):
                self._sizes[path] = path.stat().st_size
        return self._sizes[path]

    def completed(self) -> str:
        """What was typed, and as much more as can only be meant."""
        if not self._names:
            return self._typed
        if len(self._names) == 1:
            return self._as_typed(self._names[0])
        common = _common([name.name for name in self._names])
        longer = self._separated() + common
        return longer if len(longer) > len(self._typed) else self._typed

    def _separated(self) -> str:
        return self._head + ("/" if self._head == "~" else "")

    def _as_typed(self, name: _Name) -> str:
        return self._separated() + name.name + ("/" if name.folder else "")

    def on_mount(self) -> None:
        """The keys that the person chose."""
        registry.bind(self._bindings, registry.FILES, cast("Keyed", self.app).keyboard.keys)

    def action_move(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_edge(self, which: int) -> None:
        self.move_to(0 if which < 0 else self.count)

    def action_page(self, screens: float) -> None:
        self.move_to(self.cursor + round(max(1, self.size.height - 1) * screens))

    async def action_back(self) -> None:
        await self.run_action("screen.back")

    async def action_help(self) -> None:
        await self.run_action("screen.help")

    def action_mark(self) -> None:
        if self._names and not self._names[self.cursor].folder:
            self.marked ^= {self._folder / self._names[self.cursor].name}
            self.changed(self.cursor)
            self.post_message(self.Marked(len(self.marked)))
        self.move_to(self.cursor + 1)

    def action_enter(self) -> None:
        if self._names:
            name = self._names[self.cursor]
            self.post_message(self.Entered(self._folder / name.name, self._as_typed(name), name.folder))

    def action_up(self) -> None:
        with suppress(OSError, RuntimeError):
            self.post_message(self.Up(f"{str(self._folder.expanduser().absolute().parent).rstrip('/')}/"))

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        message.stop()
        self.focus()
        if message.clicks == 2 or self._names[message.index].folder:
            self.action_enter()


def _split(typed: str) -> tuple[str, str]:
    at = max(typed.rfind("/"), typed.rfind(os.sep)) + 1
    return typed[:at], typed[at:]


def _common(names: Sequence[str]) -> str:
    """The longest beginning that all share."""
    first, last = min(names), max(names)
    return first[: next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other),
                        len(first))]  # fmt: skip


def _names(folder: Path) -> list[_Name]:
    """What is in a folder, folders first."""
    found: list[_Name] = []
    with os.scandir(folder) as entries:
        for entry in islice(entries, _MOST):
            with suppress(OSError):
                found.append(_Name(entry.name, entry.is_dir()))
    return sorted(found, key=lambda name: (not name.folder, name.name.casefold()))


def _beginning(names: Sequence[_Name], start: str) -> list[_Name]:
    """Those that begin so; hidden ones only where a dot is typed."""
    hidden, begin = start.startswith("."), start.casefold()
    return [
        name for name in names if (hidden or not name.name.startswith(".")) and name.name.casefold().startswith(begin)
    ]
