"""Where there are keys: the screens, and the windows over them."""

from __future__ import annotations

HOME, PAPER, TRIAGE, REVIEW, READER, STATISTICS = "list", "paper", "triage", "review", "reader", "statistics"
ZOTERO = "zotero"
#: A few options; one line or two to be typed; the tags of papers; all tags; the columns; the order of the list.
CHOICE, LINE, LINES, TAGS, ALL_TAGS, COLUMNS, SORT = "choice", "line", "lines", "tags", "all-tags", "columns", "sort"
#: The note of a paper; where an import comes from, and the files to pick from there; the search among keys.
NOTE, IMPORT, FILES, HELP = "note", "import", "files", "help"
#: Everything that opens over a screen.
WINDOWS = frozenset({CHOICE, LINE, LINES, TAGS, ALL_TAGS, COLUMNS, SORT, NOTE, IMPORT, FILES, HELP})
#: Where every character is typed, so that no action can have its key.
TYPING = frozenset({LINE, LINES, NOTE, IMPORT, HELP})
