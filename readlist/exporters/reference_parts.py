"""The parts that journal references of all kinds have: years, pages, volumes."""

from __future__ import annotations

import re

from readlist.text import collapse

YEAR = re.compile(r"(?<![\d.:/-])(19[3-9]\d|20[0-4]\d)(?![\d:/]|[-–]+\d|\.\d)")
DASH = r"\s*(?:-{1,3}|–|—|−)\s*"
PAGE = r"[A-Za-z]{0,2}\d[\dA-Za-z.]*"
PAGES = re.compile(rf"\b(?:pp?|pages?|pgs?)\b\.?\s*:?\s*(?P<pages>{PAGE}(?:{DASH}{PAGE})?)(?![\w-])", re.IGNORECASE)
VOLUME = re.compile(r"\b(?:vol|volume)\b\.?\s*:?\s*(?P<volume>[A-Z]?\d+(?:\.?[A-Z])?)(?!\w)", re.IGNORECASE)


def only_year(text: str) -> int | None:
    """The year in a text, pages left out; None where there is none, or more than one."""
    years = set(YEAR.findall(PAGES.sub(" ", text)))
    return int(years.pop()) if len(years) == 1 else None


def tidy(venue: str) -> str:
    """A venue without the brackets and signs that were cut off behind it."""
    venue = collapse(venue)
    venue = re.sub(r"\((?:[^()]*['’]\d\d)?\s*$|\(\s*\)", "", venue).strip(" ,:-")
    if venue.count("(") > venue.count(")"):
        venue += ")"
    return venue


def span_of(pages: str | None) -> str | None:
    """Pages with two dashes between first and last."""
    return re.sub(DASH, "--", pages.rstrip(".")) if pages else None
