"""The Zotero program on this machine: its local API, read from Zotero 7 on and written from 10 on.

What differs from zotero.org (contracts, section 7): no key to read; to write, the person at the machine allows it in a
window of Zotero, once or always; versions count for one database only, told by its ``Zotero-Server-ID``; there is no
list of what was deleted, so a library that changed is read whole, which costs nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from readlist.zotero.state import Target

#: How ``zotero.library`` names it.
LOCAL = "local"
URL = "http://127.0.0.1:23119/api"
#: What Zotero's window calls us.
APP_NAME = "readlist"
#: Seconds that a person has to answer Zotero's window.
PATIENCE = 300.0
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})

ASKING = "Zotero asks in its window whether readlist may write: Always Allow asks only once"
NOT_RUNNING = (
    "Zotero is not running on this machine (nothing answers at {url}). Start it and run the same command again."
)
SWITCHED_OFF = (
    "Zotero's local API is off: in Zotero, open Settings, Advanced, and tick "
    '"Allow other applications on this computer to communicate with Zotero".'
)
TOO_OLD = (
    "This Zotero{version} can only be read from outside; changes need Zotero 10 or later. "
    "Update Zotero, use zotero.library = user:<number>, or pull only."
)
DENIED = (
    "Zotero was told not to let readlist write. Run the same command again and choose Always Allow in Zotero's window."
)
OTHER_DATABASE = "Another Zotero database answers than before. Run the same command again."


@dataclass(frozen=True, slots=True)
class LocalLibrary(Target):
    """The personal library of one database on this machine. Its versions mean nothing to any other."""

    server: str = ""

    def __str__(self) -> str:
        return f"{LOCAL}:{self.server}" if self.server else LOCAL


def is_local(library: str | None) -> bool:
    """Is this ``zotero.library`` the program on this machine?"""
    return library is not None and library.strip().lower() == LOCAL


def is_here(url: str) -> bool:
    """Is this address on this machine?"""
    return (urlsplit(url).hostname or "") in _HERE


def base(url: str) -> str:
    """The address of the local API: ``zotero.url`` where that is on this machine, else where Zotero listens."""
    return url.rstrip("/") if is_here(url) else URL


def too_old(version: str | None) -> str:
    """The sentence on a Zotero that takes no changes; ``version`` as it says it itself."""
    return TOO_OLD.format(version=f" ({version})" if version else "")
