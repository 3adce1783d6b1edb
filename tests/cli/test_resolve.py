"""What readlist resolve says, and how commands read words that look like options or ids."""

from __future__ import annotations

import pytest

from tests.support import Cli, abstract, listing, record, write_snapshot


def test_nothing_to_resolve_says_why(cli: Cli) -> None:
    assert cli("resolve").out == "Nothing to resolve: the list is empty.\n"
    known = [record(f"2401.0000{n}", f"Title of paper number {n}") for n in (1, 2)]
    twins = [record(f"2402.0000{n}", "Twins", abstract(f"twin {n}")) for n in (1, 2)]
    entries = [(known[0].title, known[0].abstract), ("Twins", ""), ("Nowhere", ""), ("Not there", ""), ("Mine", "")]
    (cli.folder / "june.txt").write_text(listing(entries), encoding="utf-8")
    cli("import", "june.txt")
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", [*known, *twins]))
    told = cli("resolve", "--source", "snapshot").out
    assert told.startswith("5 papers: 1 matched, 1 for review, 3 not found (snapshot, ")
    cli("review", "not-on-arxiv", "p3")
    cli("review", "reject", "p2")
    assert cli("resolve", "--source", "snapshot").out == (
        "Nothing to resolve: 1 without a record, as you said (readlist review set ID ARXIV_ID names one); "
        "2 not found (--again looks once more); 1 not on arXiv, as you said.\n"
    )
    assert cli("resolve", "p1").out == "Nothing to resolve: every paper has its record.\n"
    assert cli("resolve", "nosuchword").out == "No paper matches 'nosuchword'.\n"
    assert cli("resolve", "--source", "snapshot", "--again", "p4", "--json").json["tried"] == 1


def test_papers_that_turn_out_to_be_one_are_counted(cli: Cli) -> None:
    found = record("2401.00001", "Title of paper number 1", abstract("one", 120))
    entries = [(found.title, found.abstract), ("Another title", abstract("one", 120)[:-30] + " changed at its end")]
    (cli.folder / "june.txt").write_text(listing(entries), encoding="utf-8")
    assert cli("import", "june.txt", "--json").json["papers"] == 2
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", [found]))
    out = cli("resolve", "--source", "snapshot").out
    assert "2 papers: 2 matched, 0 for review, 0 not found, 1 of them joined with another" in out


@pytest.mark.parametrize("arguments", [("resolve", "-again"), ("list", "-limit", "2"), ("list", "-json")])
def test_a_slip_of_the_dash_is_no_search(cli: Cli, arguments: tuple[str, ...]) -> None:
    err = cli(*arguments, code=2).err
    assert f"write -{arguments[1]} for the option" in err


def test_quiet_stands_behind_every_command(cli: Cli) -> None:
    cli("import", "2401.07519", "-q")
    assert cli("list", "-q").out.count("\n") == 1
    assert cli("export", "json", "-q", "-o", "out.json").err == ""


def test_short_ids_and_arxiv_ids_are_words_of_a_query(cli: Cli) -> None:
    cli("import", "2401.07519", "2403.11641")
    assert cli("list", "--ids", "p2").out == "p2\n"
    assert cli("list", "--ids", "p1", "OR", "p2").out.split() == ["p1", "p2"]
    assert cli("list", "--ids", "-p1").out == "p2\n"


def test_all_bad_lines_of_a_snapshot_are_named(cli: Cli) -> None:
    part = write_snapshot(cli.folder / "part.jsonl", [record("2401.00001", "Title of paper number 1")])
    part.write_text(part.read_text() + "{broken\n" * 30, encoding="utf-8")
    found = cli("snapshot", "build", part)
    assert "1 record indexed, 30 lines without a record" in found.out
    assert found.err.count("part.jsonl: line ") == 20
    kept = (cli.home / "logs" / "snapshot-lines.txt").read_text(encoding="utf-8").splitlines()
    assert "10 more; all of them are in " in found.err
    assert len(kept) == 30
    assert "line 31: " in kept[-1]


def test_an_interrupted_command_says_what_is_left(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    cli("import", "2401.07519", "2403.11641")
    monkeypatch.setattr("readlist.cli.commands.resolving.resolve", interrupted)
    assert "interrupted; what was answered is kept, 2 papers left, and the same command" in cli("resolve", code=130).err
    monkeypatch.setattr("readlist.cli.commands.snapshot.build_snapshot", interrupted)
    assert "the index is as it was before, and a build starts anew" in cli("snapshot", "build", "x", code=130).err
    monkeypatch.setattr("readlist.cli.commands.listing.list_rows", interrupted)
    assert "interrupted; what was done is kept, and the same command goes on" in cli("list", code=130).err
