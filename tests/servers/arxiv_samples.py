"""What tests ask the server for: the four dumps' papers with a neighbourhood, and a few made-up records."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from random import Random

from readlist import dumps
from readlist.resolver.question import Question
from readlist.text import collapse, key, words
from tests.servers.arxiv_index import Row, read_rows
from tests.servers.arxiv_text import to_unicode

_SHARED = Path(os.environ.get("READLIST_SHARED") or Path(__file__).parents[3] / "shared")
SNAPSHOT = _SHARED / "arxiv" / "arxiv-metadata-part.jsonl.gz"
DUMPS = _SHARED / "dumps"
#: The real dumps and snapshot are beside the repository, or they are not: then their tests are skipped.
PRESENT = SNAPSHOT.exists() and DUMPS.exists()


def dump_questions() -> list[Question]:
    """The 146 papers of the four dumps, by title and abstract only."""
    found: dict[tuple[str, str], Question] = {}
    for path in sorted(DUMPS.glob("*_*.txt")):
        for entry in dumps.read(path.read_bytes(), path.name, today=date(2026, 11, 20)).entries:
            question = Question(len(found) + 1, (entry.title,), entry.abstract)
            found.setdefault((key(entry.title), key(entry.abstract)[:80]), question)
    return list(found.values())


def neighbourhood(questions: list[Question], size: int) -> list[Row]:
    """The records that share most with the questions: every right one, and those easily mistaken for them."""
    rows = read_rows(SNAPSHOT)
    titles = {word for question in questions for word in words(question.titles[0])}
    runs = {run for question in questions for run in _runs(question.abstract)}

    def nearness(row: Row) -> float:
        tokens = set(words(row["title"]))
        shared = len(runs & _runs(row["abstract"]))
        return shared / 10 + len(tokens & titles) / (len(tokens) + 2)

    return sorted(rows, key=nearness, reverse=True)[:size]


def _runs(text: str) -> set[tuple[str, ...]]:
    tokens = text.lower().split()
    return set(zip(*(tokens[i:] for i in range(4)), strict=False))


def as_listed(row: Row, number: int, chance: Random) -> Question:
    """The question that a listing of this record may ask: TeX flattened, blanks and dashes changed, text cut off."""
    title, abstract = _flat(row["title"]), _flat(row["abstract"])
    if chance.random() < 0.3:
        title = title.replace(": ", ":")
    if chance.random() < 0.4:
        title = title.replace("-", chance.choice("–—‐ "))
    if chance.random() < 0.2:
        abstract = abstract[: chance.choice([0, 300])]
    return Question(number, (title,), abstract)


def _flat(text: str) -> str:
    return re.sub(r"\\[A-Za-z]+\s*|[${}\\]", "", to_unicode(collapse(text)))


_SYLLABLES = "ba dor fen gul hir jom kat lev mur nop pel qua rix sut tav vor wen yad zol bri cla dre".split()


def made_up(count: int = 30) -> list[Row]:
    """Records that resemble none but themselves, with authors, dates and abstracts."""
    return [_made_up(number) for number in range(1, count + 1)]


def _made_up(number: int) -> Row:
    chance = Random(number)
    vocabulary = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(80)]
    return {
        "id": f"2401.{number:05d}",
        "title": f"{' '.join(vocabulary[:3]).capitalize()}: {' of the '.join(vocabulary[3:6])}",
        "authors": f"Ana Brandt{number}, Li Wei and Jan van der Berg",
        "abstract": ". ".join(" ".join(vocabulary[at : at + 10]).capitalize() for at in range(10, 80, 10)) + ".",
        "categories": "cs.CV cs.AI",
        "comments": f"{number} pages",
        "versions": [{"version": "v1", "created": "Mon, 15 Jan 2024 10:00:00 GMT"}],
    }


def question_for(row: Row, number: int = 0) -> Question:
    """The question that a listing of this record would ask."""
    return Question(number, (row["title"],), row["abstract"], (3,), (date(2024, 1, 15),))
