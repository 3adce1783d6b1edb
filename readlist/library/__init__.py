"""The library: one SQLite file that keeps papers, what was seen of them, and a journal of every change."""

from readlist.library.journal import Action, Writer
from readlist.library.store import Library

__all__ = ["Action", "Library", "Writer"]
