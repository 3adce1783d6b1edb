"""Ten thousand papers written, and read by pybtex, which shares no code with us: every field says what it should."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random
from typing import Any

import pytest
from pybtex.database import Entry, Person, parse_string
from pybtex.richtext import Text

from readlist.exporters.bibtex import Dialect, bibtex
from readlist.paper import Author, Paper, Status
from readlist.publications import Reference
from tests.exporters.samples import NOW

WORDS = (
    "learning models Diffusion GPT-4 LoRA of for the attention 3D Szűcs' naïve Poincaré Łukasiewicz Ångström façade "
    "50% R&D a_b #1 C++ (or) [not] M$^2$CD $x^2$ $\\alpha$-stable K-means: over? @home état: iPhone x*y under/over café"
).split()
#: pybtex shows this formula as Unicode, and the others as they stand.
ALPHA = "$\\alpha$", "α"
GIVEN = "Qixun Xu Ада J. K.-L. Mária Łukasz Søren İnci Jean-Luc Núñez Þór Ana Léa-Zoë O'Neal".split()
FAMILIES = (
    "Wang Bai Szűcs Erdős Wałęsa Ångström O'Brien Müller-Lüdenscheidt Çelik Đorđević Strauß Núñez Anders Oland Andy"
).split()
PARTICLES = ["", "", "", "", "van der ", "de la ", "von ", "De la "]
SUFFIXES = ["", "", "", "", "", " Jr.", " III"]
GROUPS = ["The ATLAS Collaboration", "Gemini Team", "Barnes and Noble", "Plato"]
REFERENCES: list[tuple[str, Reference]] = [
    ("Nature 521(7), 436-444 (2015)", Reference("article", "Nature", 2015, "521", "7", "436--444")),
    ("Phys.Rev.D83:063512,2011", Reference("article", "Phys. Rev. D", 2011, "83", None, "063512")),
    ("Proc. CVPR 2024, pp. 1-10", Reference("inproceedings", "Proc. CVPR", 2024, None, None, "1--10")),
    ("A&A 641, A6 (2020)", Reference("article", "A&A", 2020, "641", None, "A6")),
    ("PhD thesis, University of X, 2010", Reference("phdthesis", "University of X", 2010)),
    ("Technical Report A_1, INRIA, 2004", Reference("techreport", "INRIA", 2004, number="A_1")),
    ("Springer, Berlin, 2021, xii+350 pp", Reference("book", "Springer", 2021)),
    (
        "Chapter 3 in: Artificial Things, LNCS 1063, Springer, pp. 3-12, 1996",
        Reference(
            "incollection",
            "Artificial Things",
            1996,
            "1063",
            None,
            "3--12",
            "Springer",
            "Lecture Notes in Computer Science",
            "3",
        ),
    ),
]
#: By kind: the entry's type and the field of the venue in each dialect.
TYPES = {
    "article": (("article", "journal"), ("article", "journaltitle")),
    "inproceedings": (("inproceedings", "booktitle"), ("inproceedings", "booktitle")),
    "incollection": (("incollection", "booktitle"), ("inbook", "booktitle")),
    "book": (("book", "publisher"), ("book", "publisher")),
    "phdthesis": (("phdthesis", "school"), ("thesis", "institution")),
    "techreport": (("techreport", "institution"), ("report", "institution")),
}
PLACES: list[tuple[str | None, Reference | None]] = [*REFERENCES, ("somewhere or other", None), *[(None, None)] * 6]
NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .,:/()-]|--")
TAGS = ["faces", "to do", "a_b", "100%", "R&D", "--later", "été", "x; y"]


def author(random: Random) -> Author:
    if random.random() < 0.03:
        name = random.choice(GROUPS)
        return Author(name, name, "")
    given = " ".join(random.sample(GIVEN, random.randint(1, 2)))
    family = random.choice(PARTICLES) + " ".join(random.sample(FAMILIES, random.choice([1, 1, 1, 2])))
    family += random.choice(SUFFIXES)
    return Author(f"{given} {family}", family, given)


def made(number: int, random: Random) -> tuple[Paper, Reference | None]:
    """A paper, and where it appeared as a bibliography is to say it."""
    journal_ref, reference = random.choice(PLACES)
    published = date(random.randint(2008, 2026), random.randint(1, 12), random.randint(1, 28))
    paper = Paper(
        number,
        " ".join(random.choices(WORDS, k=random.randint(2, 12))).strip("?:-"),
        " ".join(random.choices(WORDS, k=40)) if number <= 500 else "",
        NOW,
        NOW,
        authors=tuple(author(random) for _ in range(random.choice([1, 2, 3, 8]))),
        arxiv_id=f"{published:%y%m}.{number:05}",
        published=published,
        categories=(random.choice(["cs.CV", "math.AG", "hep-th", "cond-mat.str-el"]),),
        doi=f"10.1000/x_{number}(a)" if random.random() < 0.5 else None,
        journal_ref=journal_ref,
        status=random.choice(list(Status)),
        tags=tuple(random.sample(TAGS, random.randint(0, 3))),
        note=random.choice(["", "Mine: 5% of R&D"]),
        citekey=f"key{number}",
    )
    return replace(paper, title=paper.title or "T"), reference


@cache
def plain(latex: str) -> str:
    return str(Text.from_latex(latex)) if NOT_PLAIN.search(latex) else latex


def names(person: Person) -> tuple[str, str]:
    """Given and family names, particles before and suffixes behind the latter."""
    given = [*person.first_names, *person.middle_names]
    family = [*person.prelast_names, *person.last_names, *person.lineage_names]
    return plain(" ".join(given)), plain(" ".join(family))


def expected(paper: Paper, reference: Reference | None, dialect: Dialect) -> dict[str, Any]:
    """What each field is to say; None: no such field."""
    latexes = dialect == "bibtex"
    day, published = paper.published, reference is not None
    assert day is not None
    where = {TYPES[reference.kind][not latexes][1]: reference.venue} if reference else {}
    if reference and reference.publisher:
        where["publisher"] = reference.publisher
    if reference and not latexes and reference.kind in ("phdthesis", "techreport"):
        where["type"] = reference.kind
    # A status says that a note is no person's own, and is left out where there is nothing else to say.
    told = bool(paper.tags) or paper.status != "new" or bool(paper.journal_ref and not published)
    keywords = [*paper.tags, f"status:{paper.status}"] if told else []
    return {
        "title": paper.title.replace(*ALPHA),
        "abstract": paper.abstract.replace(*ALPHA) or None,
        **where,
        "series": reference.series if reference else None,
        "chapter": reference.chapter if reference else None,
        "volume": reference.volume if reference else None,
        "number": reference.number if reference else None,
        "pages": reference.pages if reference else None,
        "note": paper.journal_ref if not published else None,
        "year": str(reference.year if reference else day.year) if latexes else None,
        "month": month_name[day.month] if latexes and not published else None,
        "date": None if latexes else str(reference.year) if reference else day.isoformat(),
        "eprint": paper.arxiv_id,
        "archiveprefix": "arXiv" if latexes else None,
        "eprinttype": "arxiv",
        "primaryclass" if latexes else "eprintclass": paper.primary_category,
        "doi": paper.doi,
        "url": None if published and paper.doi else paper.url,
        "keywords": ", ".join(keywords) or None,
        "annote" if latexes else "annotation": paper.note or None,
    }


@pytest.mark.parametrize(
    ("dialect", "count"),
    [("bibtex", 1_000), ("biblatex", 1_000), pytest.param("bibtex", 10_000, marks=pytest.mark.slow)],
)
def test_every_field_is_read_as_it_was_meant(dialect: Dialect, count: int) -> None:
    random = Random(20261121)
    papers = [made(number, random) for number in range(1, count + 1)]
    written = bibtex([paper for paper, _ in papers], dialect, abstract=True, note=True)
    found = parse_string(written, "bibtex").entries
    assert len(found) == count
    verbatim = {"eprint", "doi", "url", "pages"}
    for paper, reference in papers:
        entry: Entry = found[paper.citekey]
        kind = "misc" if dialect == "bibtex" else "online"
        assert entry.type == (TYPES[reference.kind][dialect == "biblatex"][0] if reference else kind)
        assert [names(person) for person in entry.persons["author"]] == [
            (author.given, author.family) for author in paper.authors
        ]
        wanted = {name: text for name, text in expected(paper, reference, dialect).items() if text is not None}
        assert {
            name.lower(): text if name.lower() in verbatim else plain(text) for name, text in entry.fields.items()
        } == wanted
