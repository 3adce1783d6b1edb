"""Every action of the TUI, once: key bindings, the footer, the help screen and the command palette are made of it."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS

HOME, PAPER, TRIAGE, REVIEW, READER, STATISTICS = "list", "paper", "triage", "review", "reader", "statistics"
ZOTERO = "zotero"
_PAPERS = frozenset({HOME, PAPER, TRIAGE})
_SCROLLING = frozenset({HOME, PAPER, TRIAGE, REVIEW, READER, STATISTICS, ZOTERO})
_PLAN = frozenset({ZOTERO})
_MAIN = frozenset({HOME, PAPER, TRIAGE, REVIEW, STATISTICS, ZOTERO})
_LIST = frozenset({HOME})
_REVIEW = frozenset({REVIEW})


class Action(NamedTuple):
    """Something a person can do.

    ``handler`` is the action method of the screen, as Textual writes it (``verdict('read')``). ``places`` are the
    screens that have it. ``hint`` is the rank in the footer, 0 for none; ``label`` is its short name there.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    description: str
    handler: str
    places: frozenset[str]
    hint: int = 0
    counted: bool = False


def _do(
    name: str,
    keys: str,
    label: str,
    handler: str,
    places: frozenset[str],
    description: str,
    hint: int = 0,
    counted: bool = False,
) -> Action:
    return Action(name, tuple(keys.split()), label, description, handler, places, hint, counted)


_MOVE = (
    _do("down", "j down", "down", "move(1)", _SCROLLING, "next paper, or scroll down", counted=True),
    _do("up", "k up", "up", "move(-1)", _SCROLLING, "previous paper, or scroll up", counted=True),
    _do(
        "first",
        "g home",
        "first",
        "edge(-1)",
        _SCROLLING,
        "first paper (with a count: that one)",
        counted=True,
    ),
    _do("last", "G end", "last", "edge(1)", _SCROLLING, "last paper (with a count: that one)", counted=True),
    _do("page-down", "pagedown ctrl+f", "page down", "page(1.0)", _SCROLLING, "one screenful down", counted=True),
    _do("page-up", "pageup ctrl+b", "page up", "page(-1.0)", _SCROLLING, "one screenful up", counted=True),
    _do("half-down", "ctrl+d", "half down", "page(0.5)", _SCROLLING, "half a screenful down", counted=True),
    _do("half-up", "ctrl+u", "half up", "page(-0.5)", _SCROLLING, "half a screenful up", counted=True),
    _do("open", "enter", "open", "open", _LIST, "open the paper", hint=20),
    _do("next-paper", "right_square_bracket l right", "next", "step(1)", frozenset({PAPER}), "next paper", hint=26),
    _do(
        "previous-paper",
        "left_square_bracket h left",
        "previous",
        "step(-1)",
        frozenset({PAPER}),
        "previous paper",
        hint=27,
    ),
    _do("back", "escape", "back", "back", _SCROLLING, "go back, or clear marks and search; never quits", hint=90),
    _do(
        "next-view",
        "tab right_square_bracket l right",
        "next place",
        "view(1)",
        _LIST,
        "next place of the sidebar",
        hint=70,
    ),
    _do(
        "previous-view",
        "shift+tab left_square_bracket h left",
        "previous place",
        "view(-1)",
        _LIST,
        "previous place of the sidebar",
    ),
    _do(
        "next-chart",
        "tab right_square_bracket l right",
        "next",
        "chart(1)",
        frozenset({STATISTICS}),
        "the next chart; digits go to one at once",
        hint=2,
        counted=True,
    ),
    _do(
        "previous-chart",
        "shift+tab left_square_bracket h left",
        "previous",
        "chart(-1)",
        frozenset({STATISTICS}),
        "the chart before",
        hint=3,
        counted=True,
    ),
    _do(
        "preview-down",
        "J shift+down",
        "text down",
        "preview(3)",
        frozenset({HOME, ZOTERO}),
        "scroll the paper beside the list down",
    ),
    _do(
        "preview-up",
        "K shift+up",
        "text up",
        "preview(-3)",
        frozenset({HOME, ZOTERO}),
        "scroll the paper beside the list up",
    ),
    _do(
        "next-candidate",
        "right_square_bracket l right tab",
        "other",
        "candidate(1)",
        _REVIEW,
        "the next record that it may be",
        hint=5,
    ),
    _do(
        "previous-candidate",
        "left_square_bracket h left shift+tab",
        "previous record",
        "candidate(-1)",
        _REVIEW,
        "the record before",
    ),
)
_DECIDE = (
    _do("status-new", "1", "new", "verdict('new')", _PAPERS, "status: new"),
    _do("status-to-read", "2", "to read", "verdict('to-read')", _PAPERS, "status: to read", hint=2),
    _do("status-reading", "3", "reading", "verdict('reading')", _PAPERS, "status: reading", hint=3),
    _do("status-read", "4", "read", "verdict('read')", _PAPERS, "status: read", hint=4),
    _do("status-skipped", "5", "skip", "verdict('skipped')", _PAPERS, "status: skipped", hint=5),
    _do("later", "space", "later", "later", frozenset({TRIAGE}), "decide later: the next paper", hint=6),
    _do(
        "raise-priority",
        "asterisk",
        "priority",
        "raise_priority",
        _PAPERS,
        "raise the priority, up to three stars",
        hint=30,
    ),
    _do("clear-priority", "0", "no priority", "clear_priority", _PAPERS, "clear the priority"),
    _do("tags", "t", "tags", "tags", _PAPERS, "add and remove tags", hint=31),
    _do("note", "n", "note", "note", _PAPERS, "write a note", hint=32),
    _do(
        "remove",
        "d delete",
        "remove",
        "remove",
        frozenset({HOME, PAPER}),
        "move to the trash; in the trash: take out again",
    ),
    _do(
        "undo",
        "u",
        "undo",
        "undo",
        _MAIN,
        "take the last change back, across restarts too",
        hint=10,
        counted=True,
    ),
    _do("redo", "ctrl+r", "redo", "redo", _MAIN, "do again what was undone", counted=True),
    _do("accept", "enter a", "accept", "accept", _REVIEW, "the paper is this record", hint=2),
    _do("reject", "r", "none", "reject", _REVIEW, "the paper is none of these records", hint=3),
    _do("not-on-arxiv", "n b", "not on arXiv", "not_on_arxiv", _REVIEW, "the paper is not on arXiv", hint=4),
    _do(
        "type-id",
        "i e",
        "type id",
        "type_id",
        _REVIEW,
        "type the arXiv id or the address of the record",
        hint=6,
    ),
    _do(
        "next-doubt",
        "space",
        "later",
        "later",
        _REVIEW,
        "decide later: the next doubtful paper",
        hint=7,
        counted=True,
    ),
    _do(
        "previous-doubt",
        "backspace",
        "previous",
        "earlier",
        _REVIEW,
        "back to a paper that is still in doubt",
        hint=28,
        counted=True,
    ),
    _do(
        "open-record",
        "o",
        "web page",
        "open_record",
        _REVIEW,
        "open the record's page in the browser",
        hint=12,
    ),
)
_FIND = (
    _do("search", "slash", "search", "search", _LIST, "search as you type; Escape clears", hint=12),
    _do(
        "mark",
        "space",
        "mark",
        "mark",
        _LIST,
        "mark the paper (with a count: as many); keys then act on all marked ones",
        hint=21,
        counted=True,
    ),
    _do("mark-range", "v", "mark to here", "mark_range", _LIST, "mark from the last mark to here"),
    _do("mark-all", "a", "mark all", "mark_all", _LIST, "mark all that the list shows; again: none"),
    _do("save-search", "w", "save search", "save_search", _LIST, "keep this search under a name, in the sidebar"),
    _do("place", "W", "this place", "place", _LIST, "rename, colour or delete this tag or saved search"),
    _do("manage-tags", "number_sign", "all tags", "manage_tags", _LIST, "all tags: rename, merge, colour, delete"),
    _do("sort", "S", "sort", "sort", _LIST, "sort by something else, or the other way round"),
    _do("columns", "C", "columns", "columns", _LIST, "choose the columns and their order"),
)
_DO = (
    _do("import", "i", "import", "import", _LIST, "import a file, a folder or a pasted listing", hint=40),
    _do("resolve", "R", "resolve", "resolve", _LIST, "find the arXiv records of papers that lack one"),
    _do("export", "x", "export", "export", _LIST, "export the marked papers, or all that the list shows", hint=41),
    _do("zotero", "z", "Zotero", "zotero", _LIST, "what a sync with Zotero would change; choose and do it", hint=42),
    _do("choose-change", "space", "choose", "choose", _PLAN, "do this change, or leave it for now", hint=2),
    _do("choose-all", "a", "all", "choose_all", _PLAN, "do all changes, or none", hint=3),
    _do("keep-list", "less_than_sign", "list's", "take('local')", _PLAN, "in a conflict, the list wins", hint=6),
    _do("take-zotero", "greater_than_sign", "Zotero's", "take('remote')", _PLAN, "in a conflict, Zotero wins", hint=7),
    _do("apply", "enter", "write", "apply", _PLAN, "write the chosen changes", hint=4),
    _do("plan-again", "r", "look again", "plan", _PLAN, "ask Zotero again what would change", hint=5),
    _do(
        "cancel",
        "c",
        "cancel",
        "cancel",
        frozenset({HOME, PAPER, TRIAGE, ZOTERO}),
        "stop what is running; what is done stays",
    ),
    _do("report", "L", "report", "report", _LIST, "what the last import, export or sync had to say, in full"),
    _do("open-page", "o", "web page", "open_page", _PAPERS, "open the paper's page in the browser"),
    _do(
        "open-one",
        "O",
        "links",
        "open_one",
        _PAPERS,
        "choose: abstract, Hugging Face, code, publisher, or PDF",
    ),
    _do("open-pdf", "p", "PDF", "open_pdf", _PAPERS, "open the PDF, downloaded once and kept"),
    _do("copy-link", "y", "copy link", "copy('link')", _PAPERS, "copy the papers' links"),
    _do("copy-key", "Y", "copy key", "copy('key')", _PAPERS, "copy the citation keys, made where there are none"),
    _do("copy-bibtex", "b", "copy BibTeX", "copy('bibtex')", _PAPERS, "copy the BibTeX entries"),
    _do("copy-id", "I", "copy id", "copy('id')", _PAPERS, "copy the arXiv ids"),
)
_GO = (
    _do("triage", "T", "triage", "triage", _LIST, "the inbox, one paper at a time", hint=11),
    _do("review", "m", "matches", "review", _LIST, "doubtful matches to review", hint=50),
    _do(
        "statistics",
        "s",
        "statistics",
        "statistics",
        _LIST,
        "charts: status, weeks, tags, reading pace, priorities, age of the inbox",
        hint=51,
    ),
    _do("messages", "M", "messages", "messages", _MAIN, "what was said, in full"),
    _do("theme", "", "theme", "theme", _MAIN, "choose the colours"),
    _do("help", "question_mark f1", "help", "help", _MAIN, "what can be done here", hint=13),
    _do("palette", "ctrl+p", "palette", "palette", _MAIN, "every action by its name", hint=80),
    _do("suspend", "ctrl+z", "suspend", "suspend", _SCROLLING, "to the shell for a while; fg comes back"),
    _do("quit", "q", "quit", "quit", _SCROLLING, "leave readlist; everything is kept", hint=85),
)
#: The groups, in the order in which help shows them.
_GROUPS = {
    "Decide": _DECIDE,
    "Move": _MOVE,
    "Find and mark": _FIND,
    "Import, export, sync": _DO,
    "Go to": _GO,
}
GROUPS = tuple(_GROUPS)
ACTIONS = tuple(action for group in _GROUPS.values() for action in group)
BY_NAME = {action.name: action for action in ACTIONS}
#: Every screen that has actions.
PLACES = tuple(sorted({place for action in ACTIONS for place in action.places}))

#: Keys as people write them.
SHOWN = {
    "slash": "/",
    "question_mark": "?",
    "asterisk": "*",
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "shift+up": "Shift+Up",
    "shift+down": "Shift+Down",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "delete": "Del",
    "backspace": "Backspace",
    "f1": "F1",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def character_key(character: str) -> str:
    """The name under which Textual sends the key of a character: ``slash`` for ``/``."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


#: Characters that are no letters, by the name of their key.
CHARACTERS = {character_key(character): character for character in string.punctuation}
_FUNCTION = re.compile(r"f\d+")


def key_name(key: str) -> str:
    """A key as people write it: ``/``, ``Ctrl+R``."""
    if key in SHOWN:
        return SHOWN[key]
    *held, base = key.split("+")
    if not held:
        return CHARACTERS.get(key) or (key.upper() if _FUNCTION.fullmatch(key) else key)
    shown = SHOWN.get(base) or CHARACTERS.get(base) or base
    return "+".join([*map(str.capitalize, held), shown.upper() if len(shown) == 1 else shown])


#: Keys by the name of an action, where they are not the ones of the registry.
Keys = Mapping[str, tuple[str, ...]]
_DEFAULT: Keys = {}


def actions(place: str, keys: Keys = _DEFAULT) -> list[Action]:
    """The actions of one screen, in the order of the registry, with the keys that a person chose."""
    return [_with(action, keys) for action in ACTIONS if place in action.places]


def _with(action: Action, keys: Keys) -> Action:
    return action._replace(keys=keys[action.name]) if action.name in keys else action


def bindings(place: str, keys: Keys = _DEFAULT) -> list[Binding]:
    """The key bindings of one screen."""
    return [
        Binding(",".join(action.keys), action.handler, action.description, show=False, id=f"{place}.{action.name}")
        for action in actions(place, keys)
        if action.keys
    ]


def hints(place: str, keys: Keys = _DEFAULT) -> list[Action]:
    """What the footer of a screen shows, the most important first; what has no key is not there."""
    shown = [action for action in actions(place, keys) if action.hint and action.keys]
    return sorted(shown, key=lambda action: action.hint)


def group_of(action: Action) -> str:
    """The group that an action stands under in help."""
    return next(group for group, members in _GROUPS.items() if action.name in {member.name for member in members})


def grouped(place: str, text: str = "", keys: Keys = _DEFAULT) -> Iterable[tuple[str, list[Action]]]:
    """The actions of a screen by group, those that hold every word of ``text``."""
    words = text.casefold().split()
    for group, members in _GROUPS.items():
        here = [_with(action, keys) for action in members if place in action.places]
        found = [action for action in here if _holds(action, words)]
        if found:
            yield group, found


def _holds(action: Action, words: list[str]) -> bool:
    shown = " ".join([action.label, action.description, *map(key_name, action.keys)]).casefold()
    return all(word in shown for word in words)
