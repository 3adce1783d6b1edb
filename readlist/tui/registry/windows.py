"""The actions of the windows over the screens, but for those that screens have too."""

from __future__ import annotations

from readlist.tui.registry.action import do
from readlist.tui.registry.places import ALL_TAGS, CHOICE, COLUMNS, FILES, IMPORT, LINE, LINES, NOTE, SORT, TAGS

_NOTE = frozenset({NOTE})
_ALL_TAGS = frozenset({ALL_TAGS})
_COLUMNS = frozenset({COLUMNS})
_FILES = frozenset({FILES})

CHOOSE = (
    do("choose", "enter", "choose", "choose", frozenset({CHOICE, SORT}), "choose what the cursor is on", hint=1),
    do(
        "choose-number",
        "1 2 3 4 5 6 7 8 9",
        "the first",
        "number({})",
        frozenset({CHOICE}),
        "choose by number: the first key takes the first option, and so on",
    ),
    do(
        "turn-order",
        "space r left right",
        "the other way round",
        "turn",
        frozenset({SORT}),
        "sort the other way round",
        hint=2,
    ),
    do("next-order", "S", "next", "move(1)", frozenset({SORT}), "the next order"),
    do(
        "submit",
        "enter",
        "do it",
        "submit",
        frozenset({LINE, LINES, TAGS, COLUMNS, IMPORT}),
        "do it; Enter always does where a line is typed",
        hint=4,
    ),
    do("other-line", "tab shift+tab", "other line", "app.focus_next", frozenset({LINES}), "to the other line", hint=5),
    do("tick", "space", "fill or empty", "fill", frozenset({TAGS, COLUMNS}), "fill the box, or empty it", hint=2),
    do(
        "complete",
        "tab",
        "complete",
        "complete",
        frozenset({TAGS, IMPORT}),
        "complete what is typed; from the boxes: back to the line",
        hint=1,
    ),
    do("to-line", "slash shift+tab", "to the line", "type", frozenset({TAGS}), "back to the line that is typed"),
    do("to-files", "down", "to the files", "to_files", frozenset({IMPORT}), "on to the files", hint=2),
    do("column-down", "J shift+down", "move it down", "shift(1)", _COLUMNS, "move the column down", hint=5),
    do("column-up", "K shift+up", "up", "shift(-1)", _COLUMNS, "move the column up", hint=6),
    do("all-columns", "r", "all again", "reset", _COLUMNS, "all columns in their own order", hint=7),
    do("show-tag", "enter", "papers", "command('show')", _ALL_TAGS, "the papers with this tag", hint=1),
    do("rename-tag", "r", "rename", "command('rename')", _ALL_TAGS, "rename the tag, or merge it into another", hint=2),
    do("colour-tag", "c", "colour", "command('colour')", _ALL_TAGS, "give the tag a colour", hint=3),
    do("delete-tag", "d", "delete", "command('delete')", _ALL_TAGS, "delete the tag from every paper", hint=4),
    do(
        "open-file",
        "enter l right",
        "open or import",
        "enter",
        _FILES,
        "into the folder, or import the file and those that are marked",
        hint=1,
    ),
    do("mark-file", "space", "mark", "mark", _FILES, "mark the file, to import several", hint=2),
    do("parent-folder", "backspace h left", "folder above", "up", _FILES, "the folder above", hint=3),
    do("keep-note", "escape ctrl+s", "keep it", "keep", _NOTE, "keep the note as it is typed, and close", hint=1),
    do("forget-note", "ctrl+g", "forget", "forget", _NOTE, "close, and forget what was typed", hint=2),
    do("preview-note", "ctrl+t", "preview", "preview", _NOTE, "show the note as Markdown, and back", hint=3),
    do("edit-note", "ctrl+o", "your editor", "editor", _NOTE, "edit the note in your own editor", hint=4),
)
