"""Looking at the library: what the faces read, and how they show it, under one roof.

The faces know actions and nouns; how papers are kept is the library's own matter.
"""

from readlist.library import Action, Library
from readlist.library.orders import SORTS
from readlist.library.papers import (
    Counts,
    Row,
    candidate_record,
    counts,
    find,
    get,
    ids,
    in_use,
    list_rows,
    many,
    tag_counts,
    touched,
    with_tag,
)
from readlist.library.query import FILTERS, VALUES, Condition, QueryError, parse, tag_term, unknown_filters
from readlist.library.rows import time_text
from readlist.library.searches import SavedSearch, keep_preference, preference, saved_searches, tag_colours
from readlist.library.store import looked_at, opened
from readlist.library.tags import tags_among
from readlist.library.vocabulary import values

__all__ = [
    "FILTERS",
    "SORTS",
    "VALUES",
    "Action",
    "Condition",
    "Counts",
    "Library",
    "QueryError",
    "Row",
    "SavedSearch",
    "candidate_record",
    "counts",
    "find",
    "get",
    "ids",
    "in_use",
    "keep_preference",
    "list_rows",
    "looked_at",
    "many",
    "opened",
    "parse",
    "preference",
    "saved_searches",
    "tag_colours",
    "tag_counts",
    "tag_term",
    "tags_among",
    "time_text",
    "touched",
    "unknown_filters",
    "values",
    "with_tag",
]
