# ruff: noqa: E501 - a table is read in columns
"""The labelled sets: which distortions, of which papers, with the right record in reach or not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from readlist.paper import Record
from readlist.resolver.question import Question
from tests.evaluation.distortions import (
    Corpus,
    Distortion,
    british,
    cut_abstract,
    cut_title,
    edited,
    flattened,
    hyphens,
    listed,
    new_name,
    no_abstract,
    no_byline,
    renamed,
    reworded,
    rewritten,
    shown,
    typo,
    typography,
)
from tests.evaluation.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A kind of entry. ``share``: its part of all entries; ``absent``: the right record is taken out of the index;
    ``about``: what a reader of the table should know; ``of``: whether it is made of all ``papers``, of those with a
    ``namesake`` (equal title, equal coined name, a title that begins another's), or of those submitted ``twice``."""

    name: str
    about: str
    share: float
    distortions: tuple[Distortion, ...]
    absent: bool = False
    of: str = "papers"


#: Every entry is listed as pages list it; the other distortions come before that. The mix leans to the hard side: of
#: the 146 papers of four real dumps, 135 are of the first three kinds.
SETS = (
    LabelledSet("plain", "as the page shows it: TeX flattened, date and author count", 0.26, (flattened, listed)),
    LabelledSet("typography", "dashes, quotes, ligatures, case, no blank behind a colon", 0.14, (flattened, typography, listed)),
    LabelledSet("no byline", "neither date nor author count", 0.13, (flattened, no_byline)),
    LabelledSet("spelling", "British, and compounds joined or split", 0.05, (british, hyphens, listed)),
    LabelledSet("title only", "no abstract, date or author count", 0.05, (flattened, typography, no_abstract, no_byline)),
    LabelledSet("title only, typo", "the same with one wrong letter", 0.004, (flattened, typo, no_abstract, no_byline)),
    LabelledSet("title only, cut", "the same, the title cut", 0.004, (flattened, cut_title, no_abstract, no_byline)),
    LabelledSet("no abstract", "title, date and author count", 0.05, (flattened, no_abstract, listed)),
    LabelledSet("cut title", "a third of the title or more, with the abstract", 0.04, (flattened, cut_title, listed)),
    LabelledSet("cut abstract", "200 to 600 characters of the abstract", 0.05, (flattened, cut_abstract, listed)),
    LabelledSet("cut both", "title and abstract cut, no byline", 0.015, (flattened, cut_title, cut_abstract, no_byline)),
    LabelledSet("typo", "one wrong letter in the title", 0.04, (flattened, typo, listed)),
    LabelledSet("edited", "title reworded, a tenth of the abstract edited", 0.06, (flattened, reworded, edited(0.1), listed)),
    LabelledSet("new name", "the coined name changed, a tenth of the abstract edited", 0.03, (flattened, new_name, edited(0.1), listed)),
    LabelledSet("renamed", "another title, the abstract as it was", 0.03, (flattened, renamed, listed)),
    LabelledSet("renamed, edited", "another title, a fifth of the abstract edited", 0.01, (flattened, renamed, edited(0.2), listed)),
    LabelledSet("renamed, bare", "the same without date and author count", 0.005, (flattened, renamed, edited(0.2), no_byline)),
    LabelledSet("rewritten", "two thirds of the abstract written anew", 0.005, (flattened, rewritten, listed)),
    LabelledSet("namesake", "another paper has its title or name, or begins with it", 0.04, (flattened, listed), of="namesake"),
    LabelledSet("namesake, bare", "the same, only a title", 0.006, (flattened, no_abstract, no_byline), of="namesake"),
    LabelledSet("namesake, edited", "the same, a fifth of the abstract edited", 0.02, (flattened, edited(0.2), listed), of="namesake"),
    LabelledSet("twice", "in the index under two ids", 0, (flattened, listed), of="twice"),
    LabelledSet("absent", "not in the index, as the page shows it", 0.05, (flattened, listed), absent=True),
    LabelledSet("absent, bare", "not in the index, only a title", 0.03, (flattened, no_abstract, no_byline), absent=True),
    LabelledSet("absent, renamed", "not in the index, renamed, edited", 0.02, (flattened, renamed, edited(0.2), listed), absent=True),
    LabelledSet("absent, cut", "not in the index, title and abstract cut", 0.02, (flattened, cut_title, cut_abstract, no_byline), absent=True),
    LabelledSet("absent, namesake", "not in the index, but a namesake is", 0.02, (flattened, listed), absent=True, of="namesake"),
    LabelledSet("absent, namesake, bare", "the same, only a title", 0.004, (flattened, no_abstract, no_byline), absent=True, of="namesake"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """An entry with its truth: the id of the right record, and those that hold the same paper a second time."""

    kind: LabelledSet
    question: Question
    truth: str
    same: frozenset[str]


def corpus_of(records: Sequence[Record], chance: Random) -> Corpus:
    """What distortions draw from."""
    some = chance.sample(records, min(len(records), 3000))
    words: Counter[str] = Counter()
    sentences: list[str] = []
    for record in some:
        words.update(word for word in record.abstract.split() if word.isalpha() and word.islower())
        sentences += [one for one in re.split(r"(?<=[.!?])\s+", record.abstract)[1:-1] if len(one) > 60][:2]
    names = sorted({record.title.partition(":")[0] for record in some if re.match(r"[\w+-]{3,14}:", record.title)})
    return Corpus(sorted(words), sentences or ["Nothing more is said."], names or ["Name"])


def labelled(snapshot: Snapshot, entries: int, seed: int) -> list[Labelled]:
    """The entries of all sets, about ``entries`` of them; the same for the same records and seed.

    Sets of which a snapshot has too few papers are smaller than their share. Papers submitted twice are only in the
    set about them: elsewhere they would have two right answers.
    """
    corpus = corpus_of(snapshot.records, Random(seed))
    twice = [record for record in snapshot.records if record.arxiv_id in snapshot.twins]
    usable = [
        record for record in snapshot.records if len(record.abstract) >= 300 and record.arxiv_id not in snapshot.twins
    ]
    sources = {
        "papers": usable,
        "namesake": [record for record in usable if record.arxiv_id in snapshot.hard],
        "twice": twice,
    }
    found: list[Labelled] = []
    total = sum(kind.share for kind in SETS)
    for kind in SETS:
        chance = Random(f"{seed} {kind.name}")
        wanted = round(entries * kind.share / total) or len(twice)
        for record in chance.sample(sources[kind.of], min(wanted, len(sources[kind.of]))):
            entry = shown(record)
            for distort in kind.distortions:
                entry = distort(entry, chance, corpus)
            question = Question(
                paper_id=len(found) + 1,
                titles=(" ".join(entry.title.split()),),
                abstract=" ".join(entry.abstract.split()),
                author_counts=(entry.authors,) if entry.authors else (),
                dates=(entry.listed,) if entry.listed else (),
            )
            found.append(Labelled(kind, question, record.arxiv_id, snapshot.twins.get(record.arxiv_id, frozenset())))
    return found
