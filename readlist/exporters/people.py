"""Names as bibliographies take them apart."""

from __future__ import annotations

import re

from readlist.paper import Author

_SUFFIX = re.compile(r"(?P<family>.+?),? (?P<suffix>[JS]r\.?|[js]r\.|II|III|IV|2nd|3rd)")


def family_and_suffix(author: Author) -> tuple[str, str]:
    """The family name without ``Jr.``, ``III`` and the like, and that suffix (empty where there is none)."""
    found = _SUFFIX.fullmatch(author.family.strip())
    return (found["family"], found["suffix"]) if found else (author.family.strip(), "")
