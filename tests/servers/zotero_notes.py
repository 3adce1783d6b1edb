"""What the server does to the HTML of a note: TinyMCE's list of valid elements and attributes, and nothing active."""

from __future__ import annotations

import re

from lxml import html
from lxml.html import HtmlElement

_ELEMENTS = frozenset(
    "a strong em strike u p ol ul li br img sub sup blockquote table tr tbody thead tfoot td th caption div span code "
    "pre address h1 h2 h3 h4 h5 h6 hr font dd dl dt cite abbr acronym del ins bdo col colgroup dfn kbd label legend q "
    "samp var".split()
)
_RENAMED = {"b": "strong", "i": "em"}
_DROPPED = ("script", "style", "iframe", "object", "embed", "form", "title")
_EVERYWHERE = frozenset({"id", "class", "style", "title", "dir", "lang"})
_HERE = {
    "a": {"rel", "rev", "charset", "hreflang", "type", "name", "href", "target"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"type", "start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


def sanitised(note: str) -> str:
    """A note's HTML as it is stored."""
    if not note.strip():
        return ""
    root = html.fragment_fromstring(note, create_parent="div")
    for element in list(root.iter()):
        if element is root:
            continue
        if not isinstance(element.tag, str) or element.tag in _DROPPED:
            element.drop_tree()
            continue
        element.tag = _RENAMED.get(element.tag, element.tag)
        if element.tag not in _ELEMENTS:
            element.drop_tag()
            continue
        _attributes(element)
    return (root.text or "") + "".join(html.tostring(child, encoding="unicode") for child in root)


def _attributes(element: HtmlElement) -> None:
    allowed = _EVERYWHERE | _HERE.get(str(element.tag), set())
    for name, value in list(element.attrib.items()):
        active = name in {"href", "src"} and re.match(r"(?i)\s*(javascript|vbscript|data(?!:image))", value)
        if active or not (name in allowed or name.startswith("data-")):
            del element.attrib[name]
