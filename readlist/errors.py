"""The errors readlist raises on purpose: each carries a sentence for a person and an exit code.

Exceptions of libraries stop at the module that called them and become one of these.
"""

from __future__ import annotations


class ReadlistError(Exception):
    """Something failed; ``str(error)`` says what, where and what to do."""

    exit_code = 1


class WrongUsage(ReadlistError):
    """The request itself cannot be understood (wrong option, unreadable query, ambiguous id)."""

    exit_code = 2


class PartlyDone(ReadlistError):
    """Some of the work is done and kept; the sentence says what is left and how to go on."""

    exit_code = 3


class SettingsError(WrongUsage):
    """The configuration cannot be used; the sentence names file and key."""


class UnreadableSource(ReadlistError):
    """A file is not what it should be; the sentence names the file and, where known, line and byte."""


class LibraryError(ReadlistError):
    """The library file cannot be opened or written (locked, read-only, newer, damaged)."""


class LibraryUnavailable(LibraryError):
    """The library cannot be used now (locked, read-only, no access), which says nothing about its health."""


class LibraryDamaged(LibraryError):
    """The library file is not what SQLite or readlist wrote."""


class LibraryGone(LibraryUnavailable):
    """The file that was opened is not where it was: moved, deleted, or another one is in its place."""


class ServiceError(ReadlistError):
    """A remote service refused, failed or answered nonsense for good."""


class NeedsYes(PartlyDone):
    """Nothing was done, for a person has to say yes first; faces add how."""
