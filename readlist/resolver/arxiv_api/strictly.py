"""XML from arXiv, read strictly: all of it or none, nothing repaired, no entity expanded, nothing fetched."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from readlist.resolver.arxiv_api.faults import Passing

# What XML forbids, though a title or comment may bring it along; one such byte must not spoil a whole page.
_FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#0*(?:[0-8]|1[124-9]|2\d|3[01]);|&#x0*(?:[0-8bcef]|1[0-9a-f]);", re.IGNORECASE
)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def parse(content: bytes, root: str, noun: str) -> tuple[Any, bytes]:
    """The root element, and the bytes that were read after control characters were taken out.

    ``root`` is the root's name as ``{namespace}name``, ``noun`` what such a document is called ("a feed"). Raises
    Passing for what is cut off, broken, or another document.
    """
    content = _FORBIDDEN.sub(b" ", content).strip()
    if not content:
        raise Passing("arXiv's answer was empty")
    if _DOCTYPE.search(content):
        # None of arXiv's answers has a document type; what has one is HTML, or declares entities that explode.
        raise Passing(f"arXiv's answer is not {noun}")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        element = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        begun = f"<{root.rpartition('}')[2]}".encode() in content[:2000]
        raise Passing(f"arXiv's answer is {'cut off or broken' if begun else f'not {noun}'}") from error
    if element.tag != root:
        raise Passing(f"arXiv's answer is not {noun}")
    return element, content
