"""Links that abstracts and comments mention."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

from readlist.errors import ReadlistError

_LINK = re.compile(r"(?:https?://|(?<![\w@/.])(?:github\.com|[\w-]+\.github\.io)/?)[^\s<>\"'{}|\\^`]*", re.IGNORECASE)
#: Code comes before project pages, project pages before any other link.
_KINDS = ("github.com/", "gitlab.", "huggingface.co/", "bitbucket.org/", ".github.io", "://")


def code_link(text: str) -> str | None:
    """The link to code or project in a text; None when it has none."""
    found = [match[0].rstrip(".,;:)]}") for match in _LINK.finditer(text)]
    links = [link if "://" in link else f"https://{link}" for link in found if len(link) > len("https://")]
    for kind in _KINDS:
        for link in links:
            if kind in link.lower():
                return link
    return None


def open_in_browser(address: str) -> None:
    """Open an address in the person's browser, without a word of its own on the terminal.

    Raises `ReadlistError` where there is none, as over ssh.
    """
    if sys.platform == "win32":
        os.startfile(address)
        return
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    failed = program is None
    if program is not None:
        try:
            done = subprocess.run(
                [program, address],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=5,
                check=False,
            )
            failed = done.returncode != 0
        except subprocess.TimeoutExpired:
            failed = False  # some openers stay as long as the browser does
        except OSError:
            failed = True
    if failed:
        raise ReadlistError(f"no browser opened here; the address is {address}")
