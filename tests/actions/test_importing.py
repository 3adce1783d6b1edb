"""Importing sources: files, folders, standard input, ids; what is new, what is known, what cannot be read."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from readlist.actions.importing import import_sources, import_text
from readlist.actions.progress import Progress
from readlist.errors import UnreadableSource, WrongUsage
from readlist.library import Library, papers
from tests.support import abstract, listing

ONE = listing([("First title", abstract(1)), ("Second title", abstract(2))])
TWO = listing([("Second title", abstract(2)), ("Third title", abstract(3))], "May 7")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "dumps"
    found.mkdir()
    (found / "a.txt").write_text(ONE, encoding="utf-8")
    (found / "b.txt").write_text(TWO, encoding="utf-8")
    (found / "picture.png").write_bytes(b"\x89PNG")
    return found


def test_the_four_real_dumps(library: Library, dumps: list[Path], now: datetime) -> None:
    result = import_sources(library, [str(path) for path in dumps], now)
    assert [source.entries for source in result.sources] == [29, 69, 40, 79]
    assert (result.entries, result.papers, result.new, result.errors) == (217, 146, 146, ())
    assert all(source.new + source.merged == source.entries and not source.problems for source in result.sources)
    sightings = library.connection.execute("SELECT count(*) FROM sighting").fetchone()[0]
    again = import_sources(library, [str(path) for path in reversed(dumps)], now)
    assert (again.entries, again.papers, again.new) == (217, 146, 0)
    assert library.connection.execute("SELECT count(*) FROM sighting").fetchone()[0] == sightings
    assert len(library.history()) == 1
    most = max(papers.many(library, papers.ids(library, now=now)), key=lambda paper: len(paper.sightings))
    assert len(most.sightings) == 4


def test_a_real_dump_pasted_twice_is_twice_the_entries_and_once_the_sightings(
    library: Library, dumps: list[Path], now: datetime, tmp_path: Path
) -> None:
    twice = tmp_path / "twice.txt"
    twice.write_bytes(dumps[0].read_bytes() * 2)
    result = import_sources(library, [str(twice)], now)
    assert (result.entries, result.papers, result.new) == (58, 29, 29)
    assert library.connection.execute("SELECT count(*) FROM sighting").fetchone()[0] == 29


def test_a_folder_gives_its_text_files(library: Library, folder: Path, now: datetime) -> None:
    result = import_sources(library, [str(folder)], now)
    assert [Path(source.source).name for source in result.sources] == ["a.txt", "b.txt"]
    assert (result.entries, result.papers) == (4, 3)
    second = papers.get(library, 2)
    assert second is not None
    assert [s.entry.source for s in second.sightings] == ["a.txt", "b.txt"]


def test_folders_and_standard_input_hold_any_format(library: Library, tmp_path: Path, now: datetime) -> None:
    found = tmp_path / "mixed"
    found.mkdir()
    texts = {
        "a.bib": "@misc{a, title={In BibTeX}}",
        "b.ris": "TY  - JOUR\nTI  - In RIS\nER  - \n",
        "c.json": '[{"id": "c", "type": "article", "title": "In CSL"}]',
        "d.JSON": '[{"paper": {"id": "2611.00001", "title": "In JSON", "summary": "s"}}]',
        "e.html": '<html><body><h3><a href="/papers/2611.00002">On a page</a></h3></body></html>',
        "f": "2611.00003\n",
        "g.txt": ONE,
        "h.pdf": "%PDF",
        ".hidden.bib": "@misc{h, title={Hidden}}",
    }
    for name, text in texts.items():
        (found / name).write_text(text, encoding="utf-8")
    result = import_sources(library, [str(found)], now)
    formats = ["bibtex", "ris", "csl-json", "hf-json", "hf-html", "ids", "hf-text"]
    assert [source.format for source in result.sources] == formats
    assert (result.papers, result.errors) == (8, ())
    for name, text in list(texts.items())[:7]:
        again = import_sources(library, ["-"], now, read_stdin=text.encode)
        assert (again.new, again.sources[0].format) == (0, formats.pop(0)), name


def test_a_file_under_another_name_adds_nothing(library: Library, folder: Path, now: datetime) -> None:
    import_sources(library, [str(folder / "a.txt")], now)
    (folder / "copy.txt").write_text(ONE, encoding="utf-8")
    result = import_sources(library, [str(folder / "copy.txt")], now)
    assert (result.entries, result.new, result.sources[0].merged) == (2, 0, 2)
    assert len(library.history()) == 1


def test_standard_input_and_ids(library: Library, now: datetime) -> None:
    result = import_sources(
        library, ["-", "2401.07519v2", "https://arxiv.org/abs/2401.07519"], now, read_stdin=ONE.encode
    )
    assert [(source.source, source.entries) for source in result.sources] == [
        ("-", 2),
        ("2401.07519v2", 1),
        ("https://arxiv.org/abs/2401.07519", 1),
    ]
    assert result.papers == 3
    found = papers.get(library, 3)
    assert found is not None
    assert found.sightings[0].entry.arxiv_id == "2401.07519"


def test_what_cannot_be_read_hinders_nothing_else(library: Library, folder: Path, now: datetime) -> None:
    (folder / "bad.txt").write_bytes(b"Gr\xfc\xdfe")
    result = import_sources(library, [str(folder), str(folder / "none.txt")], now)
    assert [Path(source.source).name for source in result.sources] == ["a.txt", "b.txt"]
    assert len(result.errors) == 2
    assert "bad.txt: line 1: byte 0xfc at offset 2" in result.errors[0]
    assert "none.txt: no such file" in result.errors[1]


def test_an_import_is_one_step(library: Library, folder: Path, now: datetime) -> None:
    import_sources(library, [str(folder)], now)
    library.undo()
    assert papers.counts(library).total == 0
    assert library.connection.execute("SELECT count(*) FROM sighting").fetchone()[0] == 0


def test_the_listing_day_must_fit(library: Library, folder: Path, now: datetime) -> None:
    with pytest.raises(WrongUsage, match="still to come"):
        import_sources(library, [str(folder)], now, listed=date(2026, 12, 1))
    with pytest.raises(WrongUsage, match=r"no listing of that day here; .*a\.txt is of Jun 17"):
        import_sources(library, [str(folder)], now, listed=date(2026, 6, 18))
    result = import_sources(library, [str(folder)], now, listed=date(2025, 6, 17))
    assert result.papers == 3
    found = papers.get(library, 1)
    assert found is not None
    listed = found.sightings[0].entry.listing
    assert listed is not None
    assert listed.date == date(2025, 6, 17)


def test_a_removed_paper_stays_removed(library: Library, folder: Path, now: datetime) -> None:
    from readlist.actions import triage

    import_sources(library, [str(folder / "a.txt")], now)
    triage.remove(library, [2], now)
    result = import_sources(library, [str(folder / "b.txt")], now)
    assert (result.new, result.sources[0].merged) == (1, 1)
    assert papers.ids(library, now=now, sort="id") == [1, 3]


def test_pasted_text(library: Library, now: datetime) -> None:
    assert import_text(library, ONE, "pasted", now).papers == 2
    assert library.history(1)[0].summary == "imported a pasted listing (2 papers)"
    with pytest.raises(UnreadableSource, match=r"^pasted: "):
        import_text(library, "hello", "pasted", now)


LONG = listing([(f"Title number {n}", abstract(n)) for n in range(250)])


def test_papers_are_there_for_others_while_an_import_runs_and_it_is_one_step(library: Library, now: datetime) -> None:
    seen: list[int] = []
    with Library.open(library.path) as other:

        def report(progress: Progress) -> None:
            if progress.stage == "import":
                assert papers.counts(other).total == progress.done
                seen.append(progress.done)
                with other.unjournaled():
                    pass  # nobody holds the lock between two batches

        import_text(library, LONG, "pasted", now, report=report)
    assert seen == [0, 100, 200, 250]
    library.undo()
    assert papers.counts(library).total == 0
    library.redo()
    assert papers.counts(library).total == 250


def test_an_import_that_is_stopped_keeps_what_it_has(library: Library, now: datetime) -> None:
    def stop(progress: Progress) -> None:
        if progress.done == 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_text(library, LONG, "pasted", now, report=stop)
    assert papers.counts(library).total == 200
    result = import_text(library, LONG, "pasted", now)
    assert (result.new, result.papers) == (50, 250)
    library.undo(2)
    assert papers.counts(library).total == 0
