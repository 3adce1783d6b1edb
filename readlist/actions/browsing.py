"""Looking at the library: what the faces read, under one roof.

The faces know actions and nouns; how papers are kept is the library's own matter.
"""

from readlist.library import Action, Library
from readlist.library.papers import (
    SORTS,
    Counts,
    Row,
    candidate_record,
    counts,
    find,
    get,
    ids,
    list_rows,
    many,
    tag_counts,
    touched,
    with_tag,
)
from readlist.library.query import FILTERS, Condition, QueryError, parse
from readlist.library.rows import time_text
from readlist.library.store import opened

__all__ = [
    "FILTERS",
    "SORTS",
    "Action",
    "Condition",
    "Counts",
    "Library",
    "QueryError",
    "Row",
    "candidate_record",
    "counts",
    "find",
    "get",
    "ids",
    "list_rows",
    "many",
    "opened",
    "parse",
    "tag_counts",
    "time_text",
    "touched",
    "with_tag",
]
