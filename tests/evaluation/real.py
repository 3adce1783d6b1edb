"""Entries of real dumps, labelled by hand: the title's fingerprint and the arXiv id stand in ``dumps.tsv``.

The dumps themselves are not part of the project; a paper whose title is not in the list is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from readlist.actions.importing import import_sources
from readlist.library import Library, papers
from readlist.resolver.question import question_of
from tests.evaluation.sets import Labelled, LabelledSet

REAL = LabelledSet("real dumps", "copied from listing pages, labelled by hand", 0.0, ())
_TRUTH = Path(__file__).with_name("dumps.tsv")


def fingerprint(title: str) -> str:
    """What names a title in the list of truths: case, blanks and punctuation do not count."""
    return sha256("".join(filter(str.isalnum, title.casefold())).encode()).hexdigest()[:12]


def real_entries(dumps: Sequence[Path]) -> list[Labelled]:
    """The papers of dump files, imported as a person would, with their truth."""
    lines = _TRUTH.read_text(encoding="ascii").splitlines()
    truth = dict(line.split("\t") for line in lines)
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    with TemporaryDirectory() as folder, Library.open(Path(folder) / "library.sqlite3") as library:
        import_sources(library, [str(path) for path in sorted(dumps)], now)
        found = [
            question_of(paper)
            for paper in papers.many(library, papers.unresolved(library, "", now, again=False, service=True))
        ]
    known = [(question, truth.get(fingerprint(question.titles[0]))) for question in found]
    return [Labelled(REAL, question, arxiv_id, frozenset()) for question, arxiv_id in known if arxiv_id]
