"""Living files: up to date, untouched where nothing changed, shared with others without a loss."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readlist.actions import exporting, triage
from readlist.actions.importing import import_text
from readlist.actions.living import Refreshed, refresh_targets
from readlist.library import Library, edits, papers
from readlist.paper import Match, MatchState, Paper, Status
from readlist.settings import ExportTarget, Settings
from tests.conftest import NOW
from tests.support import record

SURE = Match(MatchState.MATCHED, 0.99, "test", "resolver", ("title equal",))


def settings(folder: Path, *targets: ExportTarget, **options: Any) -> Settings:
    return Settings(
        folder, folder / "config.toml", folder / "l", folder / "s", folder, targets=targets, fixed_now=NOW, **options
    )


def fill(library: Library, *titles: str) -> None:
    with library.action("import", "imported", NOW) as writer:
        for number, title in enumerate(titles, 1):
            paper = edits.add_by_hand(writer, {"title": title, "title_key": title.lower()})
            edits.set_match(writer, paper, SURE, record(f"2401.{number:05}", title, categories=("cs.CV",)))


def rename(library: Library, paper: int, title: str) -> None:
    with library.action("refresh", "renamed", NOW) as writer:
        writer.update("paper", paper, {"title": title})


def get(library: Library, number: int) -> Paper:
    found = papers.get(library, number)
    assert found is not None
    return found


@pytest.fixture
def bib(tmp_path: Path) -> ExportTarget:
    return ExportTarget(tmp_path / "paper" / "refs.bib", "bibtex")


def one(found: list[Refreshed]) -> Refreshed:
    assert len(found) == 1
    return found[0]


def test_the_file_is_what_an_export_writes(library: Library, tmp_path: Path, bib: ExportTarget) -> None:
    fill(library, "Beta thing", "Alpha thing")
    done = one(refresh_targets(library, settings(tmp_path, bib)))
    assert (done.papers, done.left_out, done.changed, done.conflicts, done.error) == (2, 0, True, (), None)
    assert bib.path.read_text() == exporting.export(library, "bibtex", [1, 2]).text
    rename(library, 1, "Gamma thing")
    refresh_targets(library, settings(tmp_path, bib))
    assert bib.path.read_text() == exporting.export(library, "bibtex", [1, 2]).text
    library.undo()
    refresh_targets(library, settings(tmp_path, bib))
    assert "Beta thing" in bib.path.read_text()


def test_a_file_that_would_be_the_same_is_not_touched(library: Library, tmp_path: Path, bib: ExportTarget) -> None:
    fill(library, "Beta thing")
    where = settings(tmp_path, bib, ExportTarget(tmp_path / "list.csv", "csv"))
    refresh_targets(library, where)
    stamps = []
    for path in (bib.path, tmp_path / "list.csv"):
        os.utime(path, (1, 1))
        stamps.append((path.stat().st_ino, path.stat().st_mtime))
    triage.set_status(library, [1], Status.NEW, NOW)
    assert [each.changed for each in refresh_targets(library, where)] == [False, False]
    assert [(path.stat().st_ino, path.stat().st_mtime) for path in (bib.path, tmp_path / "list.csv")] == stamps


def test_only_what_changed_is_rendered_again(
    library: Library, tmp_path: Path, bib: ExportTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(library, *(f"Thing number {number}" for number in range(20)))
    where = settings(tmp_path, bib)
    refresh_targets(library, where)
    from readlist.exporters import bibtex

    rendered: list[int] = []
    real = bibtex.entries

    def watched(papers: list[Paper], *rest: Any) -> list[str]:
        rendered.extend(paper.id for paper in papers)
        return real(papers, *rest)

    monkeypatch.setattr(bibtex, "entries", watched)
    before = bib.path.read_text().splitlines()
    rename(library, 7, "Another thing")
    refresh_targets(library, where)
    assert rendered == [7]
    after = bib.path.read_text().splitlines()
    assert len(before) == len(after)
    assert [new for old, new in zip(before, after, strict=True) if old != new] == ["  title = {Another thing},"]


def test_after_any_change_the_file_is_what_an_export_writes(
    library: Library, tmp_path: Path, bib: ExportTarget
) -> None:
    fill(library, *(f"Thing number {number}" for number in range(12)))
    where = settings(tmp_path, bib)
    changes: list[Callable[[], object]] = [
        lambda: rename(library, 3, "Another thing"),
        lambda: triage.set_status(library, [1, 5, 12], Status.READ, NOW),
        lambda: exporting.set_key(library, get(library, 5), "aardvark", NOW),
        lambda: triage.remove(library, [4, 6], NOW),
        lambda: triage.change_tags(library, [2], NOW, add=["faces"]),
        lambda: library.undo(2),
        lambda: rename(library, 12, "Twelve & more"),
        lambda: library.undo(3),
        lambda: library.redo(2),
        lambda: import_text(library, "@misc{zebra, title={Zebra}, eprint={2402.00001}}", "a.bib", NOW),
    ]
    for change in [lambda: None, *changes]:
        change()
        assert one(refresh_targets(library, where)).conflicts == ()
        assert bib.path.read_text() == exporting.export(library, "bibtex", papers.ids(library, now=NOW)).text
        assert one(refresh_targets(library, where)).changed is False


def test_a_file_that_others_edit_is_shared(library: Library, tmp_path: Path, bib: ExportTarget) -> None:
    fill(library, "Beta thing", "Alpha thing")
    where = settings(tmp_path, bib)
    refresh_targets(library, where)
    theirs = "@book{knuth,\n  title = {The Art},\n}\n"
    text = bib.path.read_text().replace("  year", "  file = {a.pdf},\n  year", 1)
    bib.path.write_text(f"% ours and theirs\n{text}\n{theirs}")
    assert one(refresh_targets(library, where)).changed is False
    rename(library, 1, "Gamma thing")
    rename(library, 2, "Delta thing")
    done = one(refresh_targets(library, where))
    assert (done.changed, done.conflicts) == (True, ())
    expected = f"% ours and theirs\n{text}\n{theirs}".replace("Beta", "Gamma").replace("Alpha", "Delta")
    assert bib.path.read_text() == expected


def test_a_conflict_is_said_until_it_is_settled(library: Library, tmp_path: Path, bib: ExportTarget) -> None:
    fill(library, "Beta thing")
    where = settings(tmp_path, bib)
    refresh_targets(library, where)
    bib.path.write_text(bib.path.read_text().replace("Beta thing", "Their thing"))
    assert one(refresh_targets(library, where)).conflicts == ()  # only they changed it
    rename(library, 1, "Gamma thing")
    for _ in range(2):
        assert one(refresh_targets(library, where)).conflicts == (
            f"{bib.path}: lovelace2024beta: title changed on both sides; the file's is kept",
        )
        assert "Their thing" in bib.path.read_text()
    bib.path.write_text(bib.path.read_text().replace("Their thing", "Gamma thing"))
    assert one(refresh_targets(library, where)).conflicts == ()
    rename(library, 1, "Epsilon thing")
    assert one(refresh_targets(library, where)).conflicts == ()
    assert "Epsilon thing" in bib.path.read_text()


def test_a_file_that_was_there_first_is_not_replaced(library: Library, tmp_path: Path, bib: ExportTarget) -> None:
    fill(library, "Beta thing")
    bib.path.parent.mkdir()
    bib.path.write_text("@book{knuth,\n  title = {The Art},\n}\n")
    csv = ExportTarget(tmp_path / "list.csv", "csv")
    csv.path.write_text("mine\n")
    done = refresh_targets(library, settings(tmp_path, bib, csv))
    assert bib.path.read_text().startswith("@book{knuth,\n  title = {The Art},\n}\n\n@misc{lovelace")
    assert csv.path.read_text() == "mine\n"
    assert "somebody else changed the file" in done[1].conflicts[0]


def test_an_empty_query_empties_no_file(library: Library, tmp_path: Path, bib: ExportTarget) -> None:
    fill(library, "Beta thing")
    refresh_targets(library, settings(tmp_path, bib))
    before = bib.path.read_text()
    nothing = ExportTarget(bib.path, "bibtex", "tag:typo")
    assert "left as it is" in (one(refresh_targets(library, settings(tmp_path, nothing))).error or "")
    assert bib.path.read_text() == before


def test_papers_that_leave_the_query_leave_the_file(library: Library, tmp_path: Path) -> None:
    fill(library, "Beta thing", "Alpha thing")
    target = ExportTarget(tmp_path / "refs.bib", "biblatex", "-status:read")
    refresh_targets(library, settings(tmp_path, target))
    triage.set_status(library, [1], Status.READ, NOW)
    refresh_targets(library, settings(tmp_path, target))
    assert target.path.read_text() == exporting.export(library, "biblatex", [2]).text


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (ExportTarget(Path("x.bib"), "docx"), "no format 'docx'"),
        (ExportTarget(Path("x.bib"), "bibtex", "status:"), "query"),
        (ExportTarget(Path("x.bib"), "bibtex", options={"absract": True}), "no option 'absract'"),
        (ExportTarget(Path("x.bib"), "bibtex", options={"add": ["pages"]}), "add knows abstract"),
        (ExportTarget(Path("x.bib"), "bibtex", options={"most_authors": 0}), "not a number from 1"),
    ],
)
def test_a_target_that_cannot_be_is_named(library: Library, tmp_path: Path, target: ExportTarget, message: str) -> None:
    fill(library, "Beta thing")
    good = ExportTarget(tmp_path / "good.md", "markdown")
    bad, fine = refresh_targets(library, settings(tmp_path, target, good))
    assert bad.error is not None
    assert "[[export.target]] number 1" in bad.error
    assert message in bad.error
    assert fine.changed


def test_options_of_the_target_come_before_those_of_all(library: Library, tmp_path: Path) -> None:
    fill(library, "Beta thing", "Alpha thing")
    one_line = ExportTarget(
        tmp_path / "a.bib", "bibtex", options={"layout": "line", "sort": "-id", "leave_out": ["url"]}
    )
    where = settings(tmp_path, one_line, export_options={"layout": "wrapped", "add": "keywords,abstract"})
    assert one(refresh_targets(library, where)).error is None
    lines = one_line.path.read_text().splitlines()
    assert [line[:14] for line in lines] == ["@misc{lovelace", "", "@misc{lovelace"]
    assert "Alpha" in lines[0]
    assert "keywords = {status:new}" in lines[0]
    assert "abstract = {" in lines[0]
    assert "url" not in lines[0]


def test_a_living_file_of_any_format_keeps_to_its_options(library: Library, tmp_path: Path) -> None:
    fill(library, "A title")
    with library.action("note", "", NOW) as writer:
        edits.set_note(writer, 1, "Mine.")
    target = ExportTarget(tmp_path / "refs.json", "csl-json", options={"add": ["note"]})
    refresh_targets(library, settings(tmp_path, target))
    assert "Mine." in target.path.read_text()
