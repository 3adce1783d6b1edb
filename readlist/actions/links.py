"""Links that abstracts and comments mention."""

from __future__ import annotations

import re

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
