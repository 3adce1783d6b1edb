"""Where a paper appeared, and the DOIs that say it by themselves.

Most DOIs name a publisher and a number and no more. Some are made of the venue, the year, the volume and the page, as
their registrants document or have kept to for decades; only those are read, and only what stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "article", "inproceedings", "incollection", "book", "phdthesis", "mastersthesis", "techreport"
]


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a paper appeared. ``pages`` has ``--`` between first and last; ``number`` is the issue, or a report's.

    ``venue``: the journal, the proceedings or the book that it is in, a thesis's school, a report's institution, a
    book's publisher. ``publisher``, ``series`` and ``chapter`` are those of the book that a chapter is in.
    """

    kind: Kind
    venue: str
    year: int
    volume: str | None = None
    number: str | None = None
    pages: str | None = None
    publisher: str | None = None
    series: str | None = None
    chapter: str | None = None


#: Journals of the American Physical Society: name, the year in which volume 1 began, volumes a year. Counted so that
#: Physical Review E, which began with volume 47 in 1993, fits too.
_APS: dict[str, tuple[str, float, int]] = {
    "physrevlett": ("Phys. Rev. Lett.", 1958.5, 2),
    **{f"physrev{letter}": (f"Phys. Rev. {letter.upper()}", 1970, 2) for letter in "abcde"},
    "physrevx": ("Phys. Rev. X", 2011, 1),
    "physrevapplied": ("Phys. Rev. Applied", 2014, 2),
    "physrevfluids": ("Phys. Rev. Fluids", 2016, 1),
    "physrevmaterials": ("Phys. Rev. Materials", 2017, 1),
    "physrevresearch": ("Phys. Rev. Research", 2019, 1),
    "prxquantum": ("PRX Quantum", 2020, 1),
    "revmodphys": ("Rev. Mod. Phys.", 1929, 1),
}
#: Journals of the Institute of Physics with a volume each year, by ISSN: name, the year before volume 1.
_IOP: dict[str, tuple[str, int]] = {
    "0264-9381": ("Class. Quantum Grav.", 1983),
    "0266-5611": ("Inverse Problems", 1984),
    "0305-4470": ("J. Phys. A: Math. Gen.", 1967),
    "0951-7715": ("Nonlinearity", 1987),
    "0953-8984": ("J. Phys.: Condens. Matter", 1988),
    "1361-6382": ("Class. Quantum Grav.", 1983),
    "1367-2630": ("New J. Phys.", 1998),
    "1748-0221": ("JINST", 2005),
    "1751-8113": ("J. Phys. A: Math. Theor.", 1967),
    "1751-8121": ("J. Phys. A: Math. Theor.", 1967),
}
#: And those whose volumes are years and whose issues are months.
_IOP_BY_YEAR = {"1126-6708": "JHEP", "1475-7516": "JCAP", "1742-5468": "J. Stat. Mech."}
#: Conferences of the IEEE under the names that its DOIs have for them. Names that two conferences share are left out.
_IEEE = {
    name.lower(): name
    for name in (
        "ASRU BIBM CDC CVPR CVPRW FOCS FG ICASSP ICC ICCV ICCVW ICDCS ICDE ICDM ICDMW ICIP ICME ICPR ICRA ICSE ICSME "
        "ICTAI IJCNN INFOCOM IPDPS IROS ISBI ISCA ISIT ISMAR LICS SANER WACV WACVW"
    ).split()
} | {"glocom": "GLOBECOM", "globecom": "GLOBECOM"}  # fmt: skip
#: Volumes of the ACL Anthology, https://aclanthology.org/info/ids/: since 2020, and the letters of the years before.
_ACL = {
    "acl-long": "ACL", "acl-main": "ACL", "acl-short": "ACL", "emnlp-main": "EMNLP", "eacl-long": "EACL",
    "eacl-main": "EACL", "eacl-short": "EACL", "naacl-long": "NAACL", "naacl-main": "NAACL", "naacl-short": "NAACL",
    "coling-main": "COLING", "aacl-main": "AACL",
    **{
        f"findings-{name}": f"Findings of the Association for Computational Linguistics: {name.upper()}"
        for name in ("acl", "emnlp", "naacl", "eacl")
    },
}  # fmt: skip
_ACL_LETTERS = {"P": "ACL", "D": "EMNLP", "E": "EACL", "N": "NAACL", "K": "CoNLL"}


def _aps(found: re.Match[str]) -> Reference | None:
    journal = _APS.get(found["journal"].lower())
    if journal is None:
        return None
    name, first, per_year = journal
    volume = found["volume"]
    return Reference("article", name, int(first + (int(volume) - 1) / per_year), volume, None, found["page"].upper())


def _iop(found: re.Match[str]) -> Reference | None:
    issn, volume, page = found["issn"], found["volume"], found["page"].upper()
    if issn in _IOP_BY_YEAR:
        return Reference("article", _IOP_BY_YEAR[issn], int(volume), found["issue"], None, page)
    if issn not in _IOP or len(volume) == 4:
        return None
    name, before_first = _IOP[issn]
    return Reference("article", name, before_first + int(volume), volume, found["issue"].lstrip("0"), page)


def _ieee(found: re.Match[str]) -> Reference | None:
    name = _IEEE.get(found["name"].lower())
    return Reference("inproceedings", name, int(found["year"])) if name else None


def _acl(found: re.Match[str]) -> Reference | None:
    name = _ACL.get(found["name"].lower())
    return Reference("inproceedings", name, int(found["year"])) if name else None


def _old_acl(found: re.Match[str]) -> Reference | None:
    name = _ACL_LETTERS.get(found["letter"].upper())
    return Reference("inproceedings", name, 2000 + int(found["year"])) if name else None


def _jhep(found: re.Match[str]) -> Reference:
    return Reference("article", "JHEP", int(found["year"]), found["issue"], None, found["page"])


def _lmcs(found: re.Match[str]) -> Reference:
    name = "Logical Methods in Computer Science"
    return Reference("article", name, int(found["year"]), found["volume"], found["issue"], found["page"])


def _sigma(found: re.Match[str]) -> Reference:
    year = int(found["year"])
    return Reference("article", "SIGMA", year, str(year - 2004), None, found["page"])


def _aaai(found: re.Match[str]) -> Reference:
    name = "Proceedings of the AAAI Conference on Artificial Intelligence"
    return Reference("inproceedings", name, 1986 + int(found["volume"]))


def _named(name: str) -> Callable[[re.Match[str]], Reference]:
    return lambda found: Reference("inproceedings", name, int(found["year"]))


def _lipics(found: re.Match[str]) -> Reference:
    return Reference("inproceedings", found["name"].upper(), int(found["year"]))


_YEAR = r"(?P<year>(?:19|20)\d\d)"
_Reader: TypeAlias = Callable[[re.Match[str]], Reference | None]
#: By the DOI's registrant: how its suffixes read.
_SUFFIXES: dict[str, list[tuple[str, _Reader]]] = {
    "10.1103": [(r"(?P<journal>[a-z]+)\.(?P<volume>\d{1,3})\.(?P<page>[a-z]?\d+)", _aps)],
    "10.1088": [(r"(?P<issn>\d{4}-\d{3}[\dx])/(?P<volume>\d+)/(?P<issue>\d+)/(?P<page>[a-z]?\d+)", _iop)],
    "10.1109": [(rf"(?P<name>[a-z]+?)(?:\d{{4,6}})?\.{_YEAR}\.\d+", _ieee)],
    "10.18653": [
        (rf"v1/{_YEAR}\.(?P<name>[a-z]+-[a-z]+)\.\d+", _acl),
        (r"v1/(?P<letter>[a-z])(?P<year>[01]\d)-[12]\d{3}", _old_acl),
    ],
    "10.1007": [(rf"jhep(?P<issue>[01]\d)\({_YEAR}\)(?P<page>\d+)", _jhep)],
    "10.23638": [(rf"lmcs-(?P<volume>\d+)\((?P<issue>\d+):(?P<page>\d+)\){_YEAR}", _lmcs)],
    "10.3842": [(rf"sigma\.{_YEAR}\.(?P<page>\d+)", _sigma)],
    "10.1609": [(r"aaai\.v(?P<volume>3[3-9]|[4-9]\d)i\d+\.\d+", _aaai)],
    "10.24963": [(rf"ijcai\.{_YEAR}/\d+", _named("IJCAI"))],
    "10.21437": [(rf"interspeech\.{_YEAR}-\d+", _named("Interspeech"))],
    "10.14722": [(rf"ndss\.{_YEAR}\.\d+", _named("NDSS"))],
    "10.4230": [(rf"lipics\.(?P<name>[a-z]+)\.{_YEAR}\.\d+", _lipics)],
}
_READERS = {
    registrant: [(re.compile(pattern, re.IGNORECASE), reader) for pattern, reader in readers]
    for registrant, readers in _SUFFIXES.items()
}


@lru_cache(maxsize=1024)
def stated_by(doi: str) -> Reference | None:
    """What a DOI says beyond doubt of where a paper appeared; None for most, which name a publisher and a number."""
    registrant, _, suffix = doi.strip().partition("/")
    for pattern, reader in _READERS.get(registrant, ()):
        found = pattern.fullmatch(suffix)
        if found:
            return reader(found)
    return None


# 978-3-319-89960-2_16 and 3-540-46117-5_111 are chapters; without the last number they are whole books.
_SPRINGER_BOOK = re.compile(
    r"10\.1007/(?:97[89]-[\d-]{10,13}|[\d-]{11,12}[\dx])(?P<chapter>_\d+(?:-\d+)?)?", re.IGNORECASE
)


def springer_book(doi: str | None) -> Literal["chapter", "book"] | None:
    """Whether a DOI is that of one of Springer's books, or of a chapter in one."""
    found = _SPRINGER_BOOK.fullmatch((doi or "").strip())
    return None if found is None else "chapter" if found["chapter"] else "book"
