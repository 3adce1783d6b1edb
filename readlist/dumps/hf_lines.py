"""What a line of a Hugging Face papers page is, by itself: header, menu, byline, title-like, text-like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from readlist.dumps.dates import DATE_LINE

DOT = "·"
# Some copies lose the bullet; "5 authors" is no organisation all the same.
_AUTHORS = re.compile(r"(?:(?:(?P<organisation>\S.*?) )?(?P<bullet>[•∙*·-]) ?)?(?P<count>\d[\d,]*) authors?")
_ONE_LINE_TAIL = re.compile(rf"(?P<byline>\S.*?) ?{DOT} ?(?P<date>{DATE_LINE.pattern})")
# Lines that only this page's header has; "new" and "Subscribe" alone could be anything.
HEADER = re.compile(
    r"get trending papers in your email inbox!?|daily papers|by ?@?_?ak\w*( and the research community)?|"
    r"and the research community",
    re.IGNORECASE,
)
HEADER_FILLER = re.compile(r"new|subscribe|ak|by|trending papers|papers", re.IGNORECASE)
_GLUED = re.compile(
    r"(?P<first>.*?\S) ?"
    r"(?P<rest>new|Get trending papers in your email inbox!?|Daily Papers|by ?AK and the research community)"
)
#: What stands above a card of the daily page; the account may stand on the same line.
SUBMITTED = re.compile(r"submitted by(?: (?P<account>[\w.-]+))?", re.IGNORECASE)
ACCOUNT = re.compile(r"@?[A-Za-z0-9][\w.-]{0,41}", re.ASCII)
#: Votes and comments of a card: ``213``, ``1,208``, ``1.2k``, ``-`` for none.
COUNT = re.compile(r"\d[\d.,]*k?|-")
# Menus, tabs, buttons and footer of the site.
_MENU = frozenset(
    "hugging face|hugging face's logo|models|datasets|spaces|buckets|storage buckets|community|docs|documentation|"
    "enterprise|team & enterprise|pricing|log in|sign up|website|tasks|huggingchat|collections|languages|organizations|"
    "blog|posts|articles|learn|discord|forum|github|solutions|inference providers|inference endpoints|hub|search|"
    "search models, datasets, users...|papers|trending|trending papers|daily|weekly|monthly|today|all|"
    "system theme|light|dark|light theme|dark theme|theme|company|tos|terms|terms of service|privacy|about|careers|"
    "jobs|press|contact|new|subscribe|previous|next|load more|back to top|upvote|upvoted|submit|submit paper|"
    "submit a paper|© hugging face".split("|")
)
_BUTTON = re.compile(r"view (all|more).*|© \d{4}.*hugging face.*|[\W\d]+", re.IGNORECASE)
#: A line of this many characters behind a title is its abstract, whatever it ends with.
ABSTRACT_LENGTH = 200
#: No ordinary title is longer. (The longest arXiv title so far has under 300 characters.)
TITLE_LENGTH = 300
# What is longer is a title only between two abstracts and without a sentence in it, and up to this length.
_LONGEST_TITLE = 600
_SENTENCE_END = (".", "!", "…", ".)", '."', ".”", "。")
_OPENING = re.compile(
    r"(we|our|in this|this (paper|work|study|article|report)|here,? we|recent(ly| advances)?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds something; ``number`` counts from 1."""

    number: int
    text: str


# Each of these three would look for its beginning through all of an abstract, so the end is looked at first.


def counted_authors(text: str) -> re.Match[str] | None:
    """The number of authors, with an organisation before it or none."""
    return _AUTHORS.fullmatch(text) if text.endswith(("author", "authors")) else None


def one_line_tail(text: str) -> re.Match[str] | None:
    """A byline and a date in one line."""
    return _ONE_LINE_TAIL.fullmatch(text) if DOT in text else None


def glued(text: str) -> re.Match[str] | None:
    """A line that goes on with the first line of another listing's header."""
    return _GLUED.fullmatch(text) if text.endswith(("new", "inbox", "inbox!", "Papers", "community")) else None


def is_menu(text: str) -> bool:
    """Whether a line has the words of a menu, a button or a page number. A title may have them too."""
    return text.lower() in _MENU or _BUTTON.fullmatch(text) is not None


def is_menu_word(text: str) -> bool:
    """Whether it is a menu's line with a word in it, which numbers and signs have not."""
    return text.lower() in _MENU


def is_abstract(text: str) -> bool:
    """Whether a line behind a title reads like an abstract: long, or a sentence."""
    return len(text) >= ABSTRACT_LENGTH or (text.count(" ") >= 7 and is_complete(text))


def is_surely_abstract(text: str) -> bool:
    """Whether a line cannot be a title: long, or a sentence with a full stop, for titles end with "!" and "..."."""
    return len(text) >= ABSTRACT_LENGTH or (is_abstract(text) and not text.endswith(("!", "…", "...")))


def is_complete(text: str) -> bool:
    """Whether a line ends as sentences do, or as text that was cut does."""
    return text.endswith(_SENTENCE_END)


def is_heading(text: str) -> bool:
    """Whether a short line is more like a title than like a sentence or an address."""
    return len(text) < 150 and "://" not in text and not text.endswith((*_SENTENCE_END, ":", ";", ","))


def is_long_title(text: str) -> bool:
    """Whether a line that is long for a title is at least no sentences: none ends inside it, none at its end."""
    return (
        len(text) <= _LONGEST_TITLE
        and ". " not in text
        and "://" not in text
        and not text.endswith((*_SENTENCE_END, ":", ";", ","))
    )


def is_cut_text(text: str) -> bool:
    """Whether a line without an end reads like the beginning of an abstract: ten words, mostly in lower case."""
    words = [word for word in text.split() if word[0].isalpha()]
    lower = sum(word[0].islower() for word in words)
    return len(words) >= 10 and (lower * 10 >= len(words) * 7 or (_OPENING.match(text) is not None and ":" not in text))
