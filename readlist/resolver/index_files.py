"""Files of the snapshot index that its builder, its reader and the harvest have in common."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def updates_path(index: Path) -> Path:
    """The overlay: an index of the same form with what was harvested since; its records override those of the first."""
    return index.with_name(index.name + ".updates")


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, where the system can (Windows opens no folders, and needs none)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
