"""readlist review: the list, one decision, many, and one after the other at a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from readlist.cli.output import Output
from readlist.cli.reviewer import Reviewer
from readlist.cli.session import Session
from readlist.library import Library
from readlist.settings import load
from tests.support import Cli, Result, abstract, listing, record, write_snapshot

NAME = "Natural Language Generation"
TWINS = [
    record("2502.14437", NAME, abstract(1), published=date(2025, 2, 20), authors="Ehud Reiter"),
    record("2503.16728", NAME, abstract(2), published=date(2025, 3, 20)),
]
OTHER = record("2401.00001", "Something else", abstract(3), published=date(2024, 1, 2))
SECOND = [record(f"2404.0000{n}", "Attention", abstract(f"attention {n}")) for n in (1, 2)]


@pytest.fixture
def doubtful(cli: Cli) -> Cli:
    """p1 and p2 in doubt between two records each, p3 matched."""
    entries = [(NAME, "", "• 2 authors", "Mar 20, 2025"), ("Attention", ""), (OTHER.title, OTHER.abstract)]
    (cli.folder / "june.txt").write_text(listing(entries), encoding="utf-8")
    cli("import", "june.txt")
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", [*TWINS, *SECOND, OTHER]))
    assert cli("resolve", "--source", "snapshot", "--json").json["review"] == 2
    return cli


def state(cli: Cli, paper: str) -> str:
    found = cli("show", paper, "--json").json
    return str(found["arxiv_id"] or found["match"]["state"])


def test_the_list_shows_both_sides(doubtful: Cli) -> None:
    lines = doubtful("review", "--list").out.splitlines()
    assert lines[0] == f"p1  {NAME}"
    assert lines[1] == "    june.txt:13, listing of Jun 17, 2026, 2 authors, Mar 20, 2025"
    told = {line.split()[2]: line for line in lines[2:8] if " %  " in line}
    assert told["2502.14437"].endswith(f"{NAME}  (20 Feb 2025, 1 author)")
    assert told["2503.16728"].endswith(f"{NAME}  (20 Mar 2025, 2 authors)")
    assert doubtful("review").out.splitlines() == lines  # without a terminal


def test_json_has_the_candidates(doubtful: Cli) -> None:
    found = doubtful("review", "--list", "--json").json
    assert [paper["id"] for paper in found] == ["p1", "p2"]
    assert {candidate["arxiv_id"] for candidate in found[0]["match"]["candidates"]} == {"2502.14437", "2503.16728"}
    assert set(found[0]["match"]["candidates"][0]) == {"arxiv_id", "title", "score", "reasons"}
    assert doubtful("review", "--json").json == found


def test_without_a_library_nothing_is_in_doubt(cli: Cli) -> None:
    assert cli("review", "--list", "--json").json == []


def test_a_paper_added_by_hand_is_itself_again_when_its_record_is_rejected(cli: Cli) -> None:
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", [OTHER, *TWINS]))
    cli("add", "--title", "My own title", "--author", "Foo, Bob", "--doi", "10.1000/182", "--year", "2024")
    before = cli("show", "p1", "--json").json
    cli("review", "set", "p1", "2401.00001")
    cli("review", "set", "p1", "2502.14437")
    cli("tag", "p1", "+mine")
    cli("review", "reject", "p1")
    after = cli("show", "p1", "--json").json
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"tags", "match"}


def test_a_paper_imported_by_its_id_is_known_by_it(cli: Cli) -> None:
    cli("import", "2401.07519")
    assert cli("tag", "2401.07519", "+x").code == 0
    assert "is not in the list" in cli("show", "2401.07520", code=2).err


def test_nothing_in_doubt(cli: Cli) -> None:
    cli("import", "2401.07519")
    assert cli("review", "--list").err == "No doubtful matches.\n"
    assert cli("review", "--json").json == []


def test_one_decision_each(doubtful: Cli) -> None:
    assert doubtful("review", "accept", "p1", "2502.14437").out == f"p1  “{NAME}” is 2502.14437\n"
    assert doubtful("review", "reject", "p2").out == "p2  “Attention” is none of the candidates\n"
    assert (state(doubtful, "p1"), state(doubtful, "p2")) == ("2502.14437", "not-found")
    doubtful("undo", "2")
    assert "is not on arXiv" in doubtful("review", "not-on-arxiv", "p1").out
    assert state(doubtful, "p1") == "not-on-arxiv"


def test_a_wrong_match_is_rejected_or_corrected_for_good(doubtful: Cli) -> None:
    assert "is not 2401.00001" in doubtful("review", "reject", "p3").out
    doubtful("resolve", "--again", "--source", "snapshot")
    assert state(doubtful, "p3") == "not-found"
    doubtful("undo", "2")
    doubtful("review", "set", "p3", "https://arxiv.org/abs/2404.00001v2")
    doubtful("resolve", "--again", "--source", "snapshot")
    found = doubtful("show", "p3", "--json").json
    assert (found["arxiv_id"], found["match"]["decided_by"]) == ("2404.00001", "person")


def test_two_papers_that_are_one_are_joined(doubtful: Cli) -> None:
    doubtful("tag", "p3", "+faces")
    told = doubtful("review", "set", "p1", "2401.00001").out
    assert told == f"p1  “{NAME}” is 2401.00001, joined with p3: 2 sightings, tags kept\n"
    assert "joined with p3" in doubtful("history").out
    doubtful("undo")
    assert (state(doubtful, "p1"), state(doubtful, "p3")) == ("review", "2401.00001")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["accept", "p3"], "p3 is not in review"),
        (["accept", "p1", "2401.00001"], "2401.00001 is no candidate of p1"),
        (["accept", "p1", "nonsense"], "'nonsense' is not an arXiv id"),
        (["accept", "p99"], "no paper 'p99'"),
        (["accept", "-", "2401.00001"], "name an ARXIV_ID with one ID only"),
        (["reject", "nobody"], "no paper 'nobody'"),
        (["set", "p1", "https://example.org/x"], "is not an arXiv id"),
        (["--list", "accept", "p1"], "--list and --json go without accept"),
    ],
)
def test_errors_are_usage(doubtful: Cli, arguments: list[str], message: str) -> None:
    found = doubtful("review", *arguments, code=2)
    assert message in found.err
    assert found.out == ""


def test_without_a_network_nothing_is_lost(doubtful: Cli) -> None:
    doubtful.setenv(READLIST_ARXIV_URL="http://127.0.0.1:9/api/query", READLIST_ARXIV_DELAY="0.001")
    found = doubtful("review", "set", "p1", "2409.99999", code=3)
    assert found.err.endswith("Nothing was changed; the same command continues.\n")
    assert found.err.count("\n") == 2
    assert state(doubtful, "p1") == "review"


def test_many_ids_from_standard_input(doubtful: Cli) -> None:
    ids = doubtful("list", "match:review", "--ids").out
    out = doubtful("review", "accept", "-", stdin=ids).out
    assert [line.split()[0] for line in out.splitlines()] == ["p1", "p2"]
    assert doubtful("review", "--json").json == []
    assert "decided on 2 papers" in doubtful("undo").out
    assert (state(doubtful, "p1"), state(doubtful, "p2")) == ("review", "review")


def test_of_many_each_is_done_that_can_be_done(doubtful: Cli) -> None:
    found = doubtful("review", "reject", "-", stdin="p1\np77\np2\np2\n", code=3)
    assert (state(doubtful, "p1"), state(doubtful, "p2")) == ("not-found", "not-found")
    assert "no paper 'p77'" in found.err
    assert "2 papers decided; 1 id could not be used" in found.err
    assert "nothing was decided" in doubtful("review", "accept", "-", stdin="p77\n", code=2).err
    assert doubtful("review", "accept", "-", stdin="").out == ""


def test_many_of_which_two_are_one(doubtful: Cli) -> None:
    best = doubtful("review", "--json").json[1]["match"]["candidates"][0]["arxiv_id"]
    doubtful("review", "set", "p3", best)
    assert "joined with p3" in doubtful("review", "accept", "-", stdin="p2\n").out
    assert state(doubtful, "p2") == best


@pytest.fixture
def terminal(doubtful: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setattr(Output, "interactive", property(lambda _self: True))
    monkeypatch.setenv("COLUMNS", "88")
    return doubtful


def answers(cli: Cli, *lines: str, code: int = 0) -> Result:
    return cli("review", stdin="".join(f"{line}\n" for line in lines), code=code)


def test_one_after_the_other(terminal: Cli) -> None:
    found = answers(terminal, "2", "r")
    assert "1 of 2  p1  june.txt:13, listing of Jun 17, 2026, 2 authors, Mar 20, 2025" in found.out
    assert "2 of 2  p2" in found.out
    assert f"=  Title: {NAME}" in found.out
    assert found.out.splitlines()[-1] == "1 accepted, 1 rejected"
    assert found.err == "readlist undo takes the last decision back.\n"
    first = found.out.index("> 1 ")
    best = found.out[first:].split("%")[1].split()[0]
    assert state(terminal, "p1") == ({"2502.14437", "2503.16728"} - {best}).pop()
    assert state(terminal, "p2") == "not-found"


def test_quit_skip_and_the_end_of_input_decide_nothing(terminal: Cli) -> None:
    for lines in (("q",), ("s", "s"), (), ("s",)):
        assert answers(terminal, *lines).out.endswith("2 still in doubt\n")
    assert state(terminal, "p1") == state(terminal, "p2") == "review"


def test_undo_goes_back_to_the_paper(terminal: Cli) -> None:
    out = answers(terminal, "u", "n", "u", "a", "q").out
    assert "nothing was decided here that could be taken back" in out
    assert f"taken back: “{NAME}” is not on arXiv" in out
    assert out.count("1 of 2  p1") == 2
    assert state(terminal, "p1") in {"2502.14437", "2503.16728"}


def test_a_typed_id_is_shown_and_confirmed(terminal: Cli) -> None:
    out = answers(terminal, "i", "nonsense", "i", "2401.00001", "n", "i", "", "i", "2401.00001", "y", "q").out
    assert "[-Natural Language Generation-]" in out or "Title, record: Something else" in out
    assert "2401.00001 is p3 in the list already: accepting it joins the two." in " ".join(out.split())
    assert out.index("joins the two") < out.index("joined with p3")
    assert state(terminal, "p1") == "2401.00001"


def test_help_and_comparing_with_another_one(terminal: Cli) -> None:
    out = answers(terminal, "?", "what", "d 2", "d 7", "d", "q").out
    assert out.count("it is not on arXiv") == 2
    assert "> 2 " in out
    assert out.count("d and a number from 1 to 2") == 2


def test_what_is_accepted_is_what_is_shown(terminal: Cli) -> None:
    second = terminal("review", "--json").json[0]["match"]["candidates"][1]["arxiv_id"]
    out = answers(terminal, "d 2", "a", "q").out
    assert f"   arXiv:{second}" in out
    assert state(terminal, "p1") == second


def test_the_facts_stay_on_a_small_screen_and_w_shows_the_rest(terminal: Cli) -> None:
    terminal.setenv(LINES="16", COLUMNS="60")
    short = answers(terminal, "q").out.partition("Is it this one")[0]
    assert len(short.splitlines()) <= 16
    assert "lines more: w shows the whole" in short
    assert "Abstract, only in the record: " in short
    whole = " ".join(answers(terminal, "w", "q").out.split())
    assert " ".join(TWINS[0].abstract.split()) in whole or " ".join(TWINS[1].abstract.split()) in whole


def test_ctrl_c_says_what_is_left(terminal: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_prompt: str) -> str:
        raise KeyboardInterrupt

    settings = load(os.environ)
    session = Session(settings, Output.of_process(0))
    with Library.open(terminal.home / "library.sqlite3") as library:
        reviewer = Reviewer(session, library, [1, 2], lambda _arxiv_id: None, interrupted)
        with pytest.raises(KeyboardInterrupt):
            reviewer.run()
    assert capsys.readouterr().out.endswith("2 still in doubt\n")


def test_a_service_that_cannot_be_asked_leaves_the_paper(terminal: Cli) -> None:
    with Library.open(terminal.home / "library.sqlite3") as library, library.unjournaled() as connection:
        connection.execute("DELETE FROM record WHERE arxiv_id LIKE '25%'")
    (terminal.home / "snapshot.sqlite3").unlink()
    terminal.setenv(READLIST_ARXIV_URL="http://127.0.0.1:9/api/query", READLIST_ARXIV_DELAY="0.001")
    found = answers(terminal, "a", "r", code=3)
    assert "p1 stays in review" in found.err
    assert "1 paper could not be decided." in found.err
    assert "1 rejected, 1 still in doubt" in found.out
    assert (state(terminal, "p1"), state(terminal, "p2")) == ("review", "not-found")


def test_text_from_outside_is_text(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Output, "interactive", property(lambda _self: True))
    (cli.folder / "june.txt").write_text(listing([("Attention \x1b[31m\u202e[red]is[/] it", "")]), encoding="utf-8")
    cli("import", "june.txt")
    evil = [record(f"2404.0000{n}", "Attention \x1b[31m\x07[red]is[/] it", abstract(n)) for n in (1, 2)]
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", evil))
    cli("resolve", "--source", "snapshot")
    for out in (answers(cli, "q").out, cli("review", "--list").out):
        assert "[red]is[/]" in out
        assert not {"\x1b", "\x07", "\u202e"} & set(out)


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_in_a_real_terminal(doubtful: Cli) -> None:
    master, slave = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm"}
    program = subprocess.Popen(
        [sys.executable, "-m", "readlist", "review"], stdin=slave, stdout=slave, stderr=slave, env=environment
    )
    os.close(slave)
    seen = ""

    def until(text: str) -> None:
        nonlocal seen
        end = time.monotonic() + 120
        while text not in seen:
            ready, _, _ = select.select([master], [], [], 0.2)
            if ready:
                seen += os.read(master, 65536).decode(errors="replace")
            assert time.monotonic() < end, seen
        seen = seen.split(text, 1)[1]

    until("1 of 2")
    until("? ")
    os.write(master, b"r\n")
    until("none of the candidates")
    until("2 of 2")
    until("? ")
    os.write(master, b"q\n")
    until("1 rejected, 1 still in doubt")
    assert program.wait(120) == 0
    os.close(master)
    assert state(doubtful, "p1") == "not-found"
