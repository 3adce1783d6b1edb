"""The command line: what is printed where, exit codes, JSON, and errors as sentences."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from readlist import __version__
from readlist.cli.app import COMMANDS
from tests.support import Cli, abstract, listing, record, write_snapshot

ENTRIES = [(f"Title of paper number {n}", abstract(n), "• 2 authors", "Jan 15, 2024 8") for n in range(1, 5)]
LINES = listing(ENTRIES).count("\n") + 2
RECORDS = [
    record(f"2401.0000{n}", f"Title of paper number {n}", abstract(n), categories=("cs.CV",)) for n in range(1, 4)
]


@pytest.fixture
def filled(cli: Cli) -> Cli:
    """Four papers in the list, three of them resolved."""
    (cli.folder / "june.txt").write_text(listing(ENTRIES), encoding="utf-8")
    cli("import", "june.txt")
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", RECORDS))
    cli("resolve", "--source", "snapshot")
    return cli


def test_import_says_what_it_did(cli: Cli) -> None:
    (cli.folder / "june.txt").write_text(listing(ENTRIES) + "\n12\n", encoding="utf-8")
    result = cli("import", "june.txt")
    assert "june.txt: 4 entries, 4 new, 0 known" in result.out
    assert f"june.txt: line {LINES}: not part of a paper: 12" in result.err


def test_import_json_is_one_document(cli: Cli) -> None:
    (cli.folder / "june.txt").write_text(listing(ENTRIES) + "\n12\n", encoding="utf-8")
    found = cli("import", "june.txt", "--json").json
    assert found == {
        "sources": [
            {"source": "june.txt", "format": "hf-text", "entries": 4, "new": 4, "merged": 0,
             "problems": [{"line": LINES, "text": "12", "why": "not part of a paper"}]}
        ],
        "entries": 4,
        "papers": 4,
    }  # fmt: skip


def test_import_exit_codes(cli: Cli) -> None:
    (cli.folder / "june.txt").write_text(listing(ENTRIES), encoding="utf-8")
    (cli.folder / "bad.txt").write_bytes(b"Gr\xfc\xdfe")
    part = cli("import", "bad.txt", "june.txt", "--json", code=3)
    assert part.json["papers"] == 4
    assert part.err.startswith("readlist: bad.txt: line 1: byte 0xfc at offset 2: this is not UTF-8; ")
    assert part.err.count("\n") == 1
    none = cli("import", "bad.txt", "--json", code=1)
    assert none.out == ""
    wrong = cli("import", "june.txt", "--listed", "yesterday", "--json", code=2)
    assert wrong.out == ""
    assert "not a day such as 2026-06-17" in wrong.err


def test_import_from_standard_input(cli: Cli) -> None:
    assert cli("import", "-", "--json", stdin=listing(ENTRIES)).json["entries"] == 4


def test_resolve_json(filled: Cli) -> None:
    found = filled("resolve", "--again", "--source", "snapshot", "--json").json
    assert {key: found[key] for key in ("tried", "matched", "review", "not_found", "failed", "requests", "source")} == {
        "tried": 1, "matched": 0, "review": 0, "not_found": 1, "failed": 0, "requests": 0, "source": "snapshot",
    }  # fmt: skip
    assert isinstance(found["seconds"], float)


def test_the_json_of_a_paper_is_as_promised(filled: Cli) -> None:
    found = filled("show", "2401.00001", "--json").json
    assert list(found) == [
        "id", "title", "abstract", "authors", "arxiv_id", "arxiv_version", "published", "updated", "year",
        "primary_category", "categories", "doi", "journal_ref", "comment", "url", "status", "status_changed", "tags",
        "note", "citekey", "added", "match", "priority", "sightings", "zotero",
    ]  # fmt: skip
    assert found["id"] == "p1"
    assert found["year"] == 2024
    assert found["published"] is None
    assert found["added"] == "2026-11-20T09:00:00Z"
    assert found["match"]["state"] == "matched"
    assert found["sightings"] == [
        {"source": "june.txt", "line": 13, "title": "Title of paper number 1", "listed": None, "listed_text": "Jun 17",
         "date": "2024-01-15", "date_text": "Jan 15, 2024", "author_count": 2, "organisation": None, "comments": 8}
    ]  # fmt: skip
    assert [row["id"] for row in filled("list", "--json").json] == ["p1", "p2", "p3", "p4"]


def test_deciding_and_taking_back(filled: Cli) -> None:
    assert filled("status", "to-read", "p1", "2401.00002").out == "2 papers → to-read\n"
    assert filled("list", "status:to-read", "--ids").out == "p1\np2\n"
    filled("tag", "p1", "p2", "+faces", "+later")
    filled("tag", "p1", "-later", "-none")
    filled("star", "p1", "3")
    filled("note", "p1", "read this first")
    shown = filled("show", "p1", "--json").json
    assert (shown["tags"], shown["priority"], shown["note"]) == (["faces"], 3, "read this first")
    filled("remove", "p1")
    assert filled("list", "--ids").out == "p2\np3\np4\n"
    assert "Title of paper number 1" in filled("trash", "list").out
    assert filled("undo", "2").out.count("undone: ") == 2
    assert filled("show", "p1", "--json").json["note"] == ""
    assert filled("redo").out == "done again: note on “Title of paper number 1”\n"
    history = filled("history", "--json").json
    assert [(row["action"], row["state"]) for row in history[:2]] == [("remove", "undone"), ("note", "done")]


def test_ids_go_through_pipes(filled: Cli) -> None:
    lines = filled("list", "number").out
    assert filled("status", "read", "-", stdin=lines).out == "4 papers → read\n"
    ids = filled("list", "--ids").out
    assert filled("tag", "-", "+all", stdin=ids).out == "4 papers changed\n"


def test_words_that_begin_with_a_dash_are_words(filled: Cli) -> None:
    filled("tag", "p1", "+faces")
    assert filled("list", "-tag:faces", "--ids").out == "p2\np3\np4\n"
    assert filled("list", "number", "-1", "--ids").out == "p2\np3\np4\n"
    filled("tag", "p1", "-faces")
    assert filled("list", "tag:faces", "--ids").out == ""


def test_the_trash(filled: Cli) -> None:
    filled("remove", "p1", "p2")
    filled("trash", "restore", "p2")
    refused = filled("trash", "empty", code=3)
    assert "--yes" in refused.err
    filled("trash", "empty", "--yes")
    assert filled("trash", "list").out == ""
    assert filled("list", "--ids").out == "p2\np3\np4\n"


def test_export(filled: Cli) -> None:
    result = filled("export", "bibtex")
    text = (filled.folder / "exports" / "library.bib").read_text()
    assert result.out == f"{Path('exports') / 'library.bib'}\n"
    assert "1 paper left out: no arXiv record yet" in result.err
    assert text.count("@misc{") == 3
    assert "eprint = {2401.00001}" in text
    assert filled("export", "bibtex", "-o", "-").out == text
    assert "nothing changed" in filled("export", "bibtex").err
    assert filled("key", "p1").out == "lovelace2024title\n"
    assert filled("export", "json", "-o", "-", "number", "-1").json[0]["id"] == "p2"


def test_citation_keys_stay(filled: Cli) -> None:
    filled("export", "bibtex", "arxiv:2401.00002", "-o", "-")
    assert filled("key", "p2").out == "lovelace2024title\n"
    filled("export", "bibtex", "-o", "-")
    assert [filled("key", f"p{n}").out.strip() for n in (1, 2, 3)] == [
        "lovelace2024titlea",
        "lovelace2024title",
        "lovelace2024titleb",
    ]
    filled("remove", "p2")
    filled("key", "p3", "mine2024")
    assert "keys are never used twice" in filled("key", "p1", "lovelace2024title", code=2).err
    assert filled("show", "mine2024", "--json").json["id"] == "p3"
    assert filled("show", "lovelace2024titleb", "--json").json["id"] == "p3"
    assert "cannot be a citation key" in filled("key", "p1", "a b", code=2).err


def test_by_hand(cli: Cli) -> None:
    cli(
        "add",
        "--title",
        "On Computable Numbers",
        "--author",
        "Alan Turing",
        "--year",
        "1936",
        "--doi",
        "10.1112/plms/s2-42.1.230",
    )
    found = cli("show", "On Computable", "--json").json
    assert (found["year"], found["doi"], found["match"]["state"]) == (1936, "10.1112/plms/s2-42.1.230", "not-on-arxiv")
    assert "turing1936computable" in cli("export", "bibtex", "-o", "-").out
    assert "not a DOI" in cli("add", "--title", "X", "--doi", "nonsense", code=2).err


def test_library_and_quiet_before_and_after_the_command(cli: Cli) -> None:
    (cli.folder / "june.txt").write_text(listing(ENTRIES), encoding="utf-8")
    assert cli("import", "june.txt", "--library", "mine.sqlite3", "-q").out == ""
    assert cli("--library=mine.sqlite3", "list", "--ids").out.count("\n") == 4
    assert cli("list", "--ids").out == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["lst"], 2, "did you mean list?"),
        (["list", "--colour"], 2, "No such option"),
        (["list", "stat:new"], 2, "did you mean 'status'?"),
        (["list", "--sort", "colour"], 2, "cannot sort by 'colour'"),
        (["show"], 2, "Missing argument"),
        (["show", "p99"], 2, "no paper 'p99'"),
        (["status", "done", "p1"], 2, "'done' is not one of"),
        (["tag", "p1"], 2, "no tag named"),
        (["export", "docx"], 2, "no format 'docx'"),
        (["import", "nowhere.txt"], 1, "no such file"),
        (["snapshot", "build", "nowhere.json"], 1, "No such file"),
        (["zotero", "sync", "--push-only"], 2, "no Zotero key yet"),
        (["restore", "nowhere.sqlite3", "--yes"], 1, "no such file"),
        (["list", "--limit", "-1"], 2, "'--limit': -1 is not in the range"),
        (["list", "--limit", "many"], 2, "'many' is not a valid whole number"),
        (["undo", "foo"], 2, "'foo' is not a valid whole number"),
        (["add", "--title", "x", "--year", "banana"], 2, "'banana' is not a valid whole number"),
        (["star", "p1", "9"], 2, "priority is 0 to 3, not 9"),
        (["import", "2401.0751"], 1, "those of 2024 have five digits"),
        (["import", "1403.12345"], 1, "those of 2014 have four digits"),
        (["import", "2812.12345"], 1, "still to come"),
        (["open", "p4", "--pdf"], 2, "no arXiv record of it was found; readlist resolve --again p4"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_errors_are_one_or_two_lines(filled: Cli, arguments: list[str], code: int, message: str) -> None:
    result = filled(*arguments, code=code)
    assert message in result.err
    assert result.err.startswith("readlist: ")
    assert result.err.count("\n") <= 2
    assert result.out == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[arxiv]\nurll = 'x'", "unknown setting arxiv.urll; did you mean url?"),
        ("[zotera]\nurl = 'x'", "unknown section [zotera]; did you mean zotero?"),
        ("[arxiv\n", "config.toml: "),
        ("[arxiv]\ndelay = 1", "arXiv asks for one request every 3 seconds; 1 is too short"),
        ("[arxiv]\ndelay = 'soon'", "not a number of seconds"),
        ("[zotero]\nlibrary = 'mine'", "not user:12345, group:678 or local"),
        ("[zotero]\nurl = 'api.zotero.org'", "not an http(s) address"),
        ("[arxiv]\nurl = 'http://[::1'", "arxiv.url: 'http://[::1' is not an http(s) address"),
        (
            "[oai]\nurl = 'http://127.0.0.1:99999999/x'",
            "oai.url: 'http://127.0.0.1:99999999/x' is not an http(s) address",
        ),
        ("[arxiv]\nurl = 'https://EXPORT.arxiv.ORG./api/query'\ndelay = 1", "1 is too short for export.arxiv.org"),
        ("[arxiv]\ncontact = 'me)\\r\\nX: y'", "arxiv.contact: "),
        ("[arxiv]\ncontact = 'me'", "no e-mail (you@example.org) and no web address"),
    ],
)
def test_settings_errors_name_the_key(cli: Cli, text: str, message: str) -> None:
    cli.home.mkdir()
    (cli.home / "config.toml").write_text(text, encoding="utf-8")
    whole = "unknown section" in message or text == "[arxiv\n"
    for found in (cli("config").err, cli("list", code=2 if whole else 0).err):
        assert message in found
        assert f"{cli.home / 'config.toml'}: " in found
    cli("guide")
    assert cli("completion", "bash").err == ""


@pytest.mark.parametrize(
    ("text", "command", "place"),
    [
        ("\n[arxiv]\ndelay = 1\n", ("resolve", "--source", "api"), "line 3: arxiv.delay: arXiv asks"),
        ("arxiv.contact = 'me'\n", ("resolve", "--source", "api"), "line 1: arxiv.contact: "),
        ("[oai]\nurl = 'x'\n[zotero]\nlibrary = 'mine'\n", ("zotero", "plan"), "line 4: zotero.library: "),
        ("[zotero]\npull = 'all'\n", ("zotero", "status"), "line 2: zotero.pull: "),
        ("[zotero.status_names]\nred = 'x'\n", ("zotero", "sync"), "line 1: zotero.status_names: "),
        ("[export]\nsort = 'zzz'\n", ("export", "bibtex"), "line 2: export: sort: "),
        ("[export]\nfolder = 3\n", ("export", "csv"), "line 2: export.folder: 3 is no text"),
        ("library = 5\n", ("list",), "line 1: library: 5 is no text; put it in quotes"),
        ("libary = 'x'\n", ("list",), "line 1: unknown setting libary; did you mean library?"),
    ],
)
def test_only_the_command_that_needs_a_setting_is_stopped_by_it(
    cli: Cli, text: str, command: tuple[str, ...], place: str
) -> None:
    cli("import", "2401.07519")
    (cli.home / "config.toml").write_text(text, encoding="utf-8")
    stopped = cli(*command, code=2)
    assert f"readlist: {cli.home / 'config.toml'}: {place}" in stopped.err
    assert stopped.err.count("config.toml") == 1  # once
    assert stopped.out == ""
    assert place in cli("config").err
    if command != ("list",):
        assert cli("list", "--json").json[0]["id"] == "p1"
        assert cli("undo").out
        assert cli("doctor").code == 0
    assert cli("guide", "export").code == 0


def test_a_settings_file_that_is_named_must_be_there(cli: Cli) -> None:
    cli.setenv(READLIST_CONFIG="/nope.toml")
    for found in (cli("list", code=2).err, cli("config").err):
        assert "READLIST_CONFIG: there is no file /nope.toml" in found
    assert cli("config", "path").out == "/nope.toml\n"


def test_config_names_every_setting_that_cannot_be_used(cli: Cli) -> None:
    cli.home.mkdir()
    (cli.home / "config.toml").write_text(
        "[arxiv]\ndelay = 1\n[zotero]\npull = 'x'\n[keys]\ntemplate = '[nope]'\n"
        "[export]\nsort = 'zzz'\nlayout = 'q'\n"
        "[[export.target]]\npath = 'a'\nformat = 'word'\n"
        "[[export.target]]\npath = 'b'\nformat = 'csv'\nquery = 'is:x'\n",
        encoding="utf-8",
    )
    said = cli("config").err
    for words in (
        "line 2: arxiv.delay: ",
        "line 4: zotero.pull: ",
        "line 6: keys.template: no token 'nope'",
        "line 8: export: sort: 'zzz' is none of",
        "line 9: export: layout: 'q' is none of",
        "[[export.target]] number 1: no format 'word'",
        "[[export.target]] number 2: query: is:x is not known",
    ):
        assert words in said, said


def test_a_key_of_zotero_org_is_not_set_for_the_local_program(cli: Cli) -> None:
    cli.setenv(READLIST_ZOTERO_API_KEY="secret")
    assert "zotero.api_key     set\n" in cli("config").out
    cli.setenv(READLIST_ZOTERO_LIBRARY="local")
    assert "zotero.api_key     not set\n" in cli("config").out


def test_environment_beats_config(cli: Cli) -> None:
    cli.home.mkdir()
    (cli.home / "config.toml").write_text("[arxiv]\nurl = 'http://127.0.0.1:1/x'\ndelay = 0.5\n", encoding="utf-8")
    assert "arxiv.delay        0.5" in cli("config").out
    cli.setenv(READLIST_ARXIV_DELAY="0.25")
    assert "arxiv.delay        0.25" in cli("config").out


@pytest.mark.parametrize("name", ["READLIST_ARXIV_URL", "READLIST_OAI_URL", "READLIST_ZOTERO_URL"])
@pytest.mark.parametrize("url", ["http://[::1", "http://", "http://127.0.0.1:x/", "http://a b/", "http://:80/"])
def test_an_address_that_is_none_is_wrong_usage(cli: Cli, name: str, url: str) -> None:
    cli.setenv(**{name: url})
    command = {"ARXIV": "resolve --source api", "OAI": "snapshot update", "ZOTERO": "zotero plan"}[name.split("_")[1]]
    cli("import", "2401.07519")
    result = cli(*command.split(), code=2)
    assert result.err.startswith(f"readlist: {name}: ")
    assert "is not an http(s) address" in result.err
    assert result.out == ""
    assert cli("list").out.startswith("p1 ")


def test_the_contact_is_a_setting(cli: Cli) -> None:
    assert "arxiv.contact      none given" in cli("config").out
    for contact in ("ana@example.org", "https://example.org/~ana", "mailto:ana+list@example.org"):
        cli.setenv(READLIST_ARXIV_CONTACT=contact)
        assert f"arxiv.contact      {contact}\n" in cli("config").out


def test_a_fault_is_told_whatever_is_wrong_with_the_settings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from readlist import settings
    from readlist.cli import session
    from readlist.cli.output import Output

    def broken(_environment: object) -> None:
        raise ValueError("Invalid IPv6 URL")

    def work() -> int:
        raise RuntimeError("a fault")

    monkeypatch.setattr(settings, "load", broken)
    assert session.guarded(work, Output.of_process(0)) == 1
    assert "RuntimeError: a fault\nPlease report it." in capsys.readouterr().err


def test_hostile_titles_change_nothing_on_the_screen(cli: Cli) -> None:
    title = "Evil \x1b[31m[bold red] \u202egpj.exe title of a paper"
    (cli.folder / "june.txt").write_text(listing([(title, abstract(1))]), encoding="utf-8")
    cli("import", "june.txt")
    for command in (["list"], ["show", "p1"], ["history"], ["trash", "list"]):
        out = cli(*command).out
        assert "\x1b" not in out
        assert "\u202e" not in out
    assert "[bold red]" in cli("list").out


def test_backup_restore_and_doctor(filled: Cli) -> None:
    copy = filled("backup", "copy.sqlite3").out.strip()
    filled("remove", "p1", "p2", "p3", "p4")
    assert "--yes" in filled("restore", copy, code=3).err
    filled("restore", copy, "--yes")
    assert filled("list", "--ids").out.count("\n") == 4
    assert filled("doctor", "--json").json["sound"] is True
    (filled.home / "library.sqlite3").write_bytes(b"nonsense" * 500)
    damaged = filled("doctor", code=1)
    assert "damaged" in damaged.out
    filled("restore", copy, "--yes")
    assert filled("doctor").out.endswith("sound, 4 papers\n")


def test_a_copy_takes_no_other_files_place_and_no_other_copys(filled: Cli) -> None:
    thesis = filled.folder / "thesis.bib"
    thesis.write_text("@misc{mine}", encoding="utf-8")
    assert "no copy of a library, and it is kept" in filled("backup", thesis, code=1).err
    assert thesis.read_text(encoding="utf-8") == "@misc{mine}"
    assert "this is a folder" in filled("backup", filled.folder, code=1).err
    assert "Errno" not in filled("backup", thesis / "copy", code=1).err
    assert filled("backup", "copy.sqlite3").out == filled("backup", "copy.sqlite3").out
    names = {filled("backup").out for _ in range(3)}  # the clock stands still
    assert len(names) == 3
    before = {filled("restore", "copy.sqlite3", "--yes").err for _ in range(2)}
    assert len(before) == 2
    assert len(list((filled.home / "backups").iterdir())) == 5


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "no such file"), (b"", "no copy of a readlist library"), (b"nonsense" * 500, "no copy of a readlist")],
)
def test_what_is_no_copy_is_said_before_anything_is_asked(filled: Cli, content: bytes | None, said: str) -> None:
    file = filled.folder / "copy.sqlite3"
    if content is not None:
        file.write_bytes(content)
    wrong = filled("restore", file, code=1)
    assert said in wrong.err
    assert wrong.out == ""
    assert "this is a folder" in filled("restore", filled.folder, code=1).err
    assert "the library itself" in filled("restore", filled.home / "library.sqlite3", code=1).err


def test_the_doctor_names_the_newest_copy(filled: Cli) -> None:
    library = filled.home / "library.sqlite3"
    library.write_bytes(b"nonsense" * 500)
    assert "readlist restore FILE brings back a copy\n" in filled("doctor", code=1).err
    library.unlink()
    filled("import", "june.txt")
    filled("backup")
    copy = filled("backup").out.strip()
    os.utime(copy, (2_000_000_000, 2_000_000_000))
    (filled.home / "backups" / "zzz.sqlite3").write_bytes(b"nonsense")
    library.write_bytes(b"nonsense" * 500)
    assert f"readlist restore {copy} brings back the newest copy" in filled("doctor", code=1).err
    filled("restore", copy, "--yes")
    assert filled("doctor").out.endswith("sound, 4 papers\n")


def test_the_doctor_calls_nothing_damaged_that_it_cannot_check(filled: Cli) -> None:
    library = filled.home / "library.sqlite3"
    filled("backup")
    newer = sqlite3.connect(library)
    newer.execute("INSERT INTO migration (name) VALUES ('of tomorrow')")
    newer.commit()
    newer.close()
    said = filled("doctor", code=3)
    assert "upgrade readlist to open it" in said.out
    assert "restore" not in said.err + said.out
    assert filled("doctor", "--json", code=3).json["sound"] is None
    assert "nothing was restored" in filled("restore", next((filled.home / "backups").iterdir()), "--yes", code=1).err
    library.unlink()
    foreign = sqlite3.connect(library)
    foreign.execute("CREATE TABLE items (id)")
    foreign.close()
    before = library.read_bytes()
    said = filled("doctor", code=3)
    assert "is not a readlist library" in said.out
    assert "restore" not in said.err + said.out
    filled("restore", next((filled.home / "backups").iterdir()), "--yes", code=1)
    assert library.read_bytes() == before


def test_a_locked_library_is_not_damaged(filled: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readlist.library.opening.BUSY_SECONDS", 0.05)
    other = sqlite3.connect(filled.home / "library.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    checked = filled("doctor", "--json", code=3)
    other.close()
    assert (checked.json["exists"], checked.json["sound"]) == (True, None)
    assert "another program is writing" in checked.json["problems"][0]


def test_a_damaged_library_gets_one_advice(filled: Cli) -> None:
    (filled.home / "library.sqlite3").write_bytes(b"nonsense" * 500)
    said = filled("doctor", code=1)
    assert (said.out + said.err).count("readlist restore") == 1
    assert "readlist restore FILE brings back a copy" in filled("list", code=1).err


def test_nothing_is_restored_where_nothing_can_be_kept(filled: Cli) -> None:
    copy = filled("backup", "copy.sqlite3").out.strip()
    (filled.home / "backups").write_text("no folder", encoding="utf-8")
    refused = filled("restore", copy, "--yes", code=1)
    assert "cannot keep what is there before" in refused.err
    assert refused.err.count("\n") == 1
    assert filled("list", "--ids").out.count("\n") == 4


def test_what_there_is_no_more_of_to_undo_is_said(filled: Cli) -> None:
    filled("star", "p1", "2")
    back = filled("undo", "9")
    assert (back.out.count("undone: "), back.err) == (3, "Nothing more to undo.\n")
    assert filled("undo").err == "Nothing to undo.\n"
    assert filled("redo", "3").err == ""
    assert filled("redo").err == "Nothing to redo.\n"


def test_history_says_when_there_is_more(filled: Cli) -> None:
    whole = filled("history")
    assert whole.err == ""
    count = whole.out.count("\n")
    assert filled("history", "--limit", str(count)).err == ""
    part = filled("history", "--limit", str(count - 1))
    assert part.out == "".join(whole.out.splitlines(keepends=True)[:-1])
    assert "There are earlier ones" in part.err
    assert len(filled("history", "--limit", "1", "--json").json) == 1


def test_a_section_that_is_no_table_is_named(cli: Cli) -> None:
    cli.home.mkdir()
    (cli.home / "config.toml").write_text("arxiv = 3\n", encoding="utf-8")
    assert "config.toml: line 1: arxiv is a section: [arxiv] on a line" in cli("config").err


def test_a_fresh_machine(cli: Cli) -> None:
    assert cli("doctor", "--json").json["exists"] is False
    assert "readlist demo" in cli().err
    assert cli("list", "--json").json == []
    assert cli("stats", "--json").json["papers"] == 0
    assert cli("undo").err == "Nothing to undo.\n"
    assert cli("redo").err == "Nothing to redo.\n"
    assert cli("history", "--json").json == []
    assert "there is no library yet" in cli("list").err
    assert cli("trash", "list").out == ""
    assert "No doubtful" in cli("review").err
    for asked in (["export", "bibtex"], ["export", "json", "-o", "-"], ["key", "--regenerate"]):
        assert "there is no library yet" in cli(*asked, code=1).err
    assert not (cli.folder / "exports").exists()
    assert not list(cli.folder.rglob("*.sqlite3*"))  # looking leaves nothing behind
    assert "no snapshot index yet" in cli("snapshot", "info", code=1).err


def test_stats(filled: Cli) -> None:
    filled("status", "read", "p1")
    found = filled("stats", "--json").json
    assert found["status"] == {"new": 3, "to-read": 0, "reading": 0, "read": 1, "skipped": 0}
    assert found["decided_by_week"] == {"2026-W47": 1}
    assert found["categories"] == {"cs.CV": 3}
    assert found["read_by_week"] == {"2026-W47": 1}
    assert found["status_by_week"]["2026-W47"]["read"] == 1
    assert found["inbox_age"]["today"] == 3
    shown = filled("stats").out
    for text in ("cs.CV", "By status", "4 papers, 0 in the trash", "Papers read, by week", "told after a week of use"):
        assert text in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_every_command_is_in_the_help_and_has_help(cli: Cli) -> None:
    overview = cli("--help").out
    for command in COMMANDS:
        assert command in overview
        assert "Usage: readlist " + command in cli(command, "--help").out


def test_version() -> None:
    done = subprocess.run([sys.executable, "-m", "readlist", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"readlist {__version__}\n"


def test_a_closed_pipe_is_no_complaint(filled: Cli) -> None:
    environment = {**os.environ, "READLIST_HOME": str(filled.home)}
    command = f"{sys.executable} -m readlist list | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, env=environment,
                          cwd=Path(__file__).parents[2])  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.startswith("p1")


def test_completion(cli: Cli) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_READLIST_COMPLETE" in cli("completion", shell).out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("readlist exp", "plain,export\n"),
        ("readlist nonsense --x", "\n"),
        ("readlist list -again --so", "plain,--sort\n"),
        ("readlist --libr", "plain,--library\n"),
        ("readlist status rea", "plain,reading\nplain,read\n"),
    ],
)
def test_the_shell_is_told_what_a_line_may_go_on_with(cli: Cli, line: str, offered: str) -> None:
    environment = {**os.environ, "_READLIST_COMPLETE": "bash_complete", "COMP_WORDS": line,
                   "COMP_CWORD": str(line.count(" "))}  # fmt: skip
    done = subprocess.run([sys.executable, "-m", "readlist"], capture_output=True, text=True, check=True,
                          env=environment, cwd=Path(__file__).parents[2])  # fmt: skip
    assert (done.stdout, done.stderr) == (offered, "")
    assert not cli.home.exists()


def test_the_real_dumps_from_end_to_end(cli: Cli, dumps: list[Path], real_index: Path) -> None:
    cli.setenv(READLIST_SNAPSHOT=str(real_index))
    assert cli("import", *dumps, "--json").json["papers"] == 146
    found = cli("resolve", "--source", "snapshot", "--json").json
    assert found["matched"] + found["review"] == 146
    assert found["matched"] >= 144
    text = cli("export", "bibtex", "-o", "-").out
    assert text.count("\n@") + 1 == found["matched"]
    assert json.loads(cli("export", "json", "-o", "-").out)[0]["id"] == "p1"


def test_a_removed_paper_is_found_in_the_trash_and_comes_back_when_asked_for(filled: Cli) -> None:
    filled("remove", "p1")
    assert "readlist trash restore 2401.00001" in filled("star", "2401.00001", code=2).err
    filled("import", "2401.00001")
    assert filled("list", "arxiv:2401.00001", "--ids").out == "p1\n"


def test_a_citation_key_set_by_hand_is_taken_back(filled: Cli) -> None:
    filled("key", "p1", "mine2024")
    assert filled("undo").out == "undone: “Title of paper number 1”: key mine2024\n"
    assert "no citation key yet" in filled("key", "p1", code=2).err
    filled("export", "bibtex", "-o", "-", "arxiv:2401.00001")
    assert filled("key", "p1").out == "lovelace2024title\n"
    assert "cannot be a citation key" in filled("key", "p1", "p2", code=2).err


def test_a_paper_that_is_added_again_has_its_old_key(filled: Cli) -> None:
    filled("export", "bibtex", "-o", "-")
    before = filled("key", "2401.00002").out
    filled("remove", "2401.00002")
    filled("trash", "empty", "--yes")
    filled("import", "2401.00002")
    filled("resolve", "--source", "snapshot")
    filled("export", "bibtex", "-o", "-")
    assert filled("key", "2401.00002").out == before


def test_an_export_never_replaces_a_bibliography_by_less_unasked(filled: Cli) -> None:
    filled("export", "bibtex")
    assert filled("export", "bibtex", "arxiv:2401.00001").out.strip().endswith("selection.bib")
    whole = filled.folder / "exports" / "library.bib"
    assert whole.read_text().count("@misc{") == 3
    assert "left as it is" in filled("export", "bibtex", "tag:typo", "-o", whole, code=1).err
    assert whole.read_text().count("@misc{") == 3
    whole.write_text("@book{knuth1997art, title={The Art}}\n")
    assert "library.bib.bak" in filled("export", "bibtex").err
    assert "knuth1997art" in (filled.folder / "exports" / "library.bib.bak").read_text()


@pytest.mark.parametrize("name", ["diary.md", "diary.csv", "diary.json", "diary.bib"])
def test_an_export_keeps_a_file_that_is_a_persons_own(filled: Cli, name: str) -> None:
    format_name = {"md": "markdown", "bib": "bibtex"}.get(name.rpartition(".")[2], name.rpartition(".")[2])
    own = "Dear diary\xff\r\n".encode("latin-1")  # not even UTF-8
    Path(name).write_bytes(own)
    assert f"kept as {name}.bak\n" in filled("export", format_name, "-o", name).err
    assert Path(f"{name}.bak").read_bytes() == own
    filled("status", "read", "p1")
    assert ".bak" not in filled("export", format_name, "-o", name).err  # readlist's own now
    Path(name).write_text("Dear diary, again", encoding="utf-8")
    assert f"kept as {name}.bak.2\n" in filled("export", format_name, "-o", name).err
    assert Path(f"{name}.bak").read_bytes() == own
    assert Path(f"{name}.bak.2").read_text(encoding="utf-8") == "Dear diary, again"


@pytest.mark.parametrize("target", ["nowhere/x/library.bib", "nowhere/notes/"])
def test_an_export_makes_no_folders_unasked(filled: Cli, target: str) -> None:
    refused = filled("export", "markdown" if target.endswith("/") else "bibtex", "-o", target, code=1)
    assert "there is no folder nowhere" in refused.err
    assert not Path("nowhere").exists()


def test_a_picture_replaces_nothing_but_a_picture(filled: Cli) -> None:
    for name, text in (("diary.md", "Dear diary"), ("drawing.svg", "<svg xmlns='x'></svg>")):
        Path(name).write_text(text, encoding="utf-8")
        assert "it is kept" in filled("tui", "--screenshot", name, code=1).err
        assert Path(name).read_text(encoding="utf-8") == text
    filled("tui", "--screenshot", "screen.svg")
    filled("tui", "--screenshot", "screen.svg")


def test_an_interrupted_question_changes_nothing_and_ends_its_line(
    filled: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_prompt: str = "") -> str:
        raise KeyboardInterrupt

    filled("remove", "p1")
    monkeypatch.setattr("readlist.cli.output.Output.interactive", True)
    monkeypatch.setattr("click.termui.visible_prompt_func", interrupt)
    stopped = filled("trash", "empty", code=130)
    assert stopped.err.endswith("\nreadlist: interrupted; nothing was changed\n")


@pytest.mark.parametrize(
    ("query", "hinted"),
    [
        ("nope:foo", True),
        ("-status:new nope:foo", True),
        ("BERT: nothing", False),
        ("https://example.org/x", False),
        ('"nope:foo"', False),
        ("tag:none", False),
    ],
)
def test_what_looks_like_a_filter_and_is_none(filled: Cli, query: str, hinted: bool) -> None:
    for command in (("list", query), ("export", "csv", query, "-o", "-")):
        result = filled(*command)
        assert ("No filter is called 'nope'" in result.err) == hinted


def test_a_paper_is_added_once(filled: Cli) -> None:
    first = ("add", "--title", "The Art of It", "--author", "Donald Knuth", "--year", "1997")
    assert filled(*first).out == "p5  The Art of It\n"
    again = filled(*first)
    assert again.out == "p5  The Art of It\n"
    assert "in the list already, as p5" in again.err
    assert "as p1;" in filled("add", "--title", "title of paper: Number 1").err
    assert filled("list", "--ids").out.count("\n") == 5
    filled("remove", "p5")
    filled(*first)
    assert filled("show", "p5", "--json").json["title"] == "The Art of It"
    assert "p5" in filled("list", "--ids").out
    for other in (("--author", "Ada Lovelace"), ("--author", "Donald Knuth", "--year", "1843")):
        result = filled("add", "--title", "The Art of It", *other)
        assert "already" not in result.err
        assert filled("add", "--title", "The Art of It", *other).out == result.out
    assert filled("list", "--ids").out.count("\n") == 7


@pytest.mark.parametrize(
    "where", [("--url", "https://arxiv.org/abs/2401.07519v2"), ("--doi", "10.48550/arXiv.2401.07519")]
)
def test_an_arxiv_address_makes_it_an_arxiv_paper(cli: Cli, where: tuple[str, str]) -> None:
    added = cli("add", "--title", "InstantID", *where)
    assert "It is arXiv:2401.07519; readlist resolve" in added.err
    assert cli("show", "p1", "--json").json["match"]["state"] == "unresolved"
    assert "as p1;" in cli("add", "--title", "InstantID", *where).err


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "p99999999999999999999"],
        ["list", "year:99999999999999999999"],
        ["list", "added:soon"],
        ["list", "--limit", "99999999999999999999"],
        ["list", *("word" for _ in range(1500))],
        ["trash"],
        ["zotero"],
        ["completion"],
        ["status"],
        ["list", "--library"],
        ["tui"],
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_odd_input_is_wrong_usage(filled: Cli, arguments: list[str]) -> None:
    result = filled(*arguments, code=2)
    assert result.err.count("\n") <= 2
    assert result.out == ""


def test_odd_names_are_named(filled: Cli) -> None:
    assert "cannot read the file" in filled("import", "A pasted title " * 30, code=1).err
    assert filled("list", "added:9999y", "--ids").out.count("\n") == 4
    assert "not UTF-8" in filled("status", "read", "-", stdin=b"\xff\n", code=2).err
    assert filled("status", "read", "-", stdin="").out == "0 papers → read\n"
    assert filled("show", "-", "--json", stdin="p2 and its title\n").json["id"] == "p2"


def test_a_library_damaged_inside_is_a_sentence(filled: Cli) -> None:
    path = filled.home / "library.sqlite3"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\x55" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    assert "damaged" in filled("list", code=1).err


def test_import_and_resolve_keep_one_document_and_exit_in_part(cli: Cli) -> None:
    (cli.folder / "june.txt").write_text(listing(ENTRIES), encoding="utf-8")
    (cli.folder / "junk.sqlite3").write_bytes(b"junk" * 100)
    cli.setenv(READLIST_SNAPSHOT=str(cli.folder / "junk.sqlite3"))
    part = cli("import", "june.txt", "--resolve", "--json", code=3)
    assert part.json["papers"] == 4
    assert "not a snapshot index" in part.err
