"""readlist export and readlist key from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import Cli, abstract, listing, record, write_snapshot

NAMES = ["Alpha beams", "Beta decay", "Gamma rays", "Delta waves"]


@pytest.fixture
def filled(cli: Cli) -> Cli:
    """Four papers in the list, three of them resolved."""
    entries = [(f"{name} of something", abstract(name), "• 2 authors", "Jan 15, 2024 8") for name in NAMES]
    (cli.folder / "june.txt").write_text(listing(entries), encoding="utf-8")
    found = [record(f"2401.0000{n}", f"{name} of something", abstract(name)) for n, name in enumerate(NAMES[:3], 1)]
    cli("import", "june.txt")
    cli("snapshot", "build", write_snapshot(cli.folder / "part.jsonl", found))
    cli("resolve", "--source", "snapshot")
    return cli


def configure(cli: Cli, text: str) -> None:
    (cli.home / "config.toml").write_text(text, encoding="utf-8")


def keys(text: str) -> list[str]:
    return [line.partition("{")[2].rstrip(",") for line in text.splitlines() if line.startswith("@")]


def test_living_files_follow_each_command(filled: Cli) -> None:
    configure(filled, '[[export.target]]\npath = "refs.bib"\nformat = "bibtex"\nquery = "-status:skipped"\n')
    refs = filled.home / "refs.bib"
    filled("list")
    assert not refs.exists()  # nothing changed
    filled("status", "reading", "p1")
    assert keys(refs.read_text()) == ["lovelace2024alpha", "lovelace2024beta", "lovelace2024gamma"]
    filled("status", "skipped", "p2")
    assert keys(refs.read_text()) == ["lovelace2024alpha", "lovelace2024gamma"]
    filled("undo")
    assert keys(refs.read_text()) == ["lovelace2024alpha", "lovelace2024beta", "lovelace2024gamma"]
    filled("backup", "copy.sqlite3")
    filled("status", "skipped", "p3")
    assert keys(refs.read_text()) == ["lovelace2024alpha", "lovelace2024beta"]
    filled("restore", "copy.sqlite3", "--yes")
    assert keys(refs.read_text()) == ["lovelace2024alpha", "lovelace2024beta", "lovelace2024gamma"]
    assert filled("export", "--all").err == "3 papers, 1 left out, nothing changed\n"
    assert filled("export", "--all").out == f"{refs}\n"


def test_trouble_with_a_living_file_fails_no_other_command(filled: Cli) -> None:
    configure(filled, '[[export.target]]\npath = "refs.bib"\nformat = "docx"\n')
    assert "not kept up to date" in filled("status", "reading", "p1").err
    assert "no format 'docx'" in filled("export", "--all", code=2).err
    configure(filled, '[[export.target]]\npath = "refs.bib"\nformat = "bibtex"\n')
    filled("status", "read", "p1")
    refs = filled.home / "refs.bib"
    refs.write_text(refs.read_text().replace("@misc{lovelace2024alpha", "@book{lovelace2024alpha"))
    assert "up to date" not in filled("--library", "other.sqlite3", "import", "2401.09999").err
    assert "@book" in refs.read_text()  # another library's papers are no business of these files
    configure(filled, '[export]\nleave_out = ["url"]\n[[export.target]]\npath = "refs.bib"\nformat = "biblatex"\n')
    result = filled("export", "--all", code=3)
    assert "lovelace2024alpha: the entry's type changed on both sides" in result.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[export.target]]\npath = "a.bib"\n', "needs a path and a format"),
        ('[[export.target]]\npath = "a.bib"\nformt = "bibtex"\n', "did you mean format"),
        ('[[export.target]]\npath = 3\nformat = "bibtex"\n', "path is a text"),
        ('[export.target]\npath = "a.bib"\n', "begins with [[export.target]]"),
    ],
)
def test_a_target_that_cannot_be_read_is_named(filled: Cli, text: str, message: str) -> None:
    configure(filled, text)
    for found in (filled("list").err, filled("config").err, filled("export", "--all", code=2).err):
        assert message in found
        assert "config.toml" in found


def test_all_needs_targets_and_nothing_else(filled: Cli) -> None:
    assert "[[export.target]]" in filled("export", "--all", code=2).err
    assert "no format" in filled("export", "bibtex", "--all", code=2).err
    assert "needs a format" in filled("export", code=2).err


def test_only_what_is_cited(filled: Cli) -> None:
    filled("export", "bibtex")
    (filled.folder / "a.aux").write_text("\\relax\n\\citation{lovelace2024gamma,knuth}\n\\@input{chap.aux}\n")
    (filled.folder / "chap.aux").write_text("\\citation{lovelace2024alpha}\n")
    (filled.folder / "b.tex").write_text("See \\citep[p.~3]{lovelace2024beta}. % \\cite{no}\n")
    result = filled("export", "bibtex", "--cited", "a.aux", "-o", "-", code=3)
    assert keys(result.out) == ["lovelace2024alpha", "lovelace2024gamma"]
    assert result.err == "readlist: 1 key cited that no paper of the list has:\nknuth\n"
    assert keys(filled("export", "biblatex", "--cited", "b.tex", "-o", "-").out) == ["lovelace2024beta"]
    (filled.folder / "c.tex").write_text(r"\cite{knuth,lamport}")
    assert "readlist: 2 keys cited that" in filled("export", "bibtex", "--cited", "c.tex", "-o", "-", code=3).err
    both = filled("export", "csl-json", "--cited", "b.tex", "--cited", "chap.aux", "-o", "-").json
    assert [item["id"] for item in both] == ["lovelace2024alpha", "lovelace2024beta"]
    filled("export", "bibtex", "--cited", "b.tex")
    assert keys((filled.folder / "exports" / "selection.bib").read_text()) == ["lovelace2024beta"]


def test_a_key_that_is_not_listed_says_why(filled: Cli) -> None:
    filled("export", "bibtex")
    filled("key", "p1", "mine")
    filled("remove", "p2")
    (filled.folder / "a.tex").write_text(r"\cite{lovelace2024alpha,lovelace2024beta}\include{gone}")
    error = filled("export", "bibtex", "--cited", "a.tex", "-o", "-", code=3).err
    assert "lovelace2024alpha (now mine)" in error
    assert "lovelace2024beta (its paper is in the trash)" in error
    assert "gone.tex: the document includes this file, which is not there" in error


@pytest.mark.parametrize(("name", "code"), [("none.aux", 1), ("paper.pdf", 2), ("bad.bcf", 1)])
def test_a_document_that_cannot_be_read_writes_nothing(filled: Cli, name: str, code: int) -> None:
    (filled.folder / "bad.bcf").write_text("<bcf:controlfile")
    assert name in filled("export", "bibtex", "--cited", name, code=code).err
    assert not (filled.folder / "exports").exists()


def test_options_of_an_export(filled: Cli) -> None:
    text = filled(
        "export", "bibtex", "-o", "-", "--layout", "line", "--leave-out", "url,month", "--most-authors", "1",
        "--no-eprinttype", "--add", "keywords", "--sort", "-id", "arxiv:2401.00001",
    ).out  # fmt: skip
    assert text == (
        "@misc{lovelace2024alpha, author = {Lovelace, Ada and others}, title = {Alpha beams of something}, "
        "year = {2024}, eprint = {2401.00001}, archivePrefix = {arXiv}, primaryClass = {cs.CV}, "
        "keywords = {status:new}, }\n"
    )
    assert "csv has no abstract" in filled("export", "csv", "--abstract", "-o", "-", code=2).err
    assert "add knows" in filled("export", "bibtex", "--add", "pages", "-o", "-", code=2).err
    configure(filled, '[export]\nadd = ["abstract"]\nsort = "title"\n')
    assert "abstract = {" in filled("export", "bibtex", "-o", "-").out
    assert filled("export", "csv", "-o", "-", "--sort", "-title").out.splitlines()[1].startswith("p3")
    configure(filled, '[export]\nlayout = "pretty"\n')
    assert (
        "config.toml: line 2: export: layout: 'pretty' is none of" in filled("export", "bibtex", "-o", "-", code=2).err
    )


def test_wrapped_fields_are_read_alike(filled: Cli) -> None:
    import bibtexparser

    wide = filled("export", "bibtex", "--abstract", "-o", "-").out
    wrapped = filled("export", "bibtex", "--abstract", "--layout", "wrapped", "-o", "-").out
    assert max(map(len, wide.splitlines())) > 200
    assert max(map(len, wrapped.splitlines())) < 80
    one, other = (bibtexparser.loads(text).entries for text in (wide, wrapped))
    assert [{k: " ".join(v.split()) for k, v in entry.items()} for entry in other] == one


def test_the_template_makes_keys_and_regenerating_asks(filled: Cli) -> None:
    filled("export", "bibtex", "-o", "-", "arxiv:2401.00001")
    filled("key", "p2", "mine")
    configure(filled, '[keys]\ntemplate = "[Auth][year]-[shorttitle]"\n')
    assert keys(filled("export", "bibtex", "-o", "-").out) == [
        "Lovelace2024-GammaRaysSomething", "lovelace2024alpha", "mine"
    ]  # fmt: skip
    refused = filled("key", "--regenerate", code=3)
    assert refused.out == "lovelace2024alpha -> Lovelace2024-AlphaBeamsSomething  p1\n"
    assert "--yes" in refused.err
    assert filled("key", "p1").out == "lovelace2024alpha\n"
    assert filled("key", "--regenerate", "--yes").err == "1 key changed; readlist undo takes it back\n"
    assert filled("key", "p1").out == "Lovelace2024-AlphaBeamsSomething\n"
    assert filled("key", "p2").out == "mine\n"
    assert "every key is as the template makes it" in filled("key", "--regenerate").err
    assert "never used twice" in filled("key", "p3", "lovelace2024alpha", code=2).err
    configure(filled, '[keys]\ntemplate = "[auth:lower][shortyear]"\n')
    assert filled("key", "--regenerate", "--yes").out == (
        "Lovelace2024-AlphaBeamsSomething -> lovelace24  p1\nLovelace2024-GammaRaysSomething -> lovelace24a  p3\n"
    )
    filled("undo", "2")
    assert filled("key", "p1").out == "lovelace2024alpha\n"
    configure(filled, '[keys]\ntemplate = "[author]"\n')
    assert "no token 'author'" in filled("key", "--regenerate", code=2).err
    assert "an ID" in filled("key", code=2).err


def test_a_bibliography_in_a_folder_that_is_there(filled: Cli) -> None:
    Path("paper").mkdir()
    assert filled("export", "bibtex", "-o", Path("paper") / "refs.bib").out == f"{Path('paper') / 'refs.bib'}\n"


def test_a_folder_of_notes(filled: Cli) -> None:
    result = filled("export", "markdown", "-o", "notes/")
    assert result.err == (
        "3 papers, 4 files written\n1 paper left out: no arXiv record yet (readlist resolve looks for them)\n"
    )
    folder = filled.folder / "notes"
    names = {path.name for path in folder.iterdir()}
    assert names == {"lovelace2024alpha.md", "lovelace2024beta.md", "lovelace2024gamma.md", "Reading list.md"}
    mine = folder / "lovelace2024alpha.md"
    mine.write_text(mine.read_text() + "my thoughts\n")
    filled("key", "p1", "alpha")
    filled("status", "read", "p1")
    (folder / "lovelace2024beta.md").write_text("all mine\n")
    assert "lovelace2024beta.md: this note has no line" in filled("export", "markdown", "-o", "notes").err
    assert not mine.exists()
    assert (folder / "alpha.md").read_text().endswith("my thoughts\n")
    assert 'status: "read"' in (folder / "alpha.md").read_text()
    assert (folder / "lovelace2024beta.md").read_text() == "all mine\n"
    assert "0 files written" in filled("export", "markdown", "-o", "notes/").err


def test_a_living_folder_of_notes(filled: Cli) -> None:
    configure(filled, '[[export.target]]\npath = "notes/"\nformat = "markdown"\n')
    filled("status", "reading", "p1")
    folder = filled.home / "notes"
    beta = folder / "lovelace2024beta.md"
    assert 'status: "reading"' in (folder / "lovelace2024alpha.md").read_text()
    beta.write_text("all mine\n")
    filled("tag", "p1", "+x")
    assert beta.read_text() == "all mine\n"
    for tag in "xyz":  # said each time, until it is settled
        assert "lovelace2024beta.md: this note" in filled("tag", "p2", f"+{tag}").err
    assert "lovelace2024beta.md" in filled("export", "--all", code=3).err
    beta.unlink()
    assert "3 papers, 1 left out\n" in filled("export", "--all").err
    assert '"z"' in beta.read_text()
    configure(filled, '[[export.target]]\npath = "notes/"\nformat = "bibtex"\n')
    assert "only markdown" in filled("export", "--all", code=2).err


def test_a_minus_turns_an_order_round_and_nothing_else(filled: Cli) -> None:
    for option, value in (("sort", "-key"), ("sort", "-word"), ("layout", "-wrapped")):
        assert filled("export", "bibtex", f"--{option}", value, "-o", "-", code=2).out == ""
    turned = filled("export", "bibtex", "--sort", "-id", "-o", "-").out
    assert keys(turned) == ["lovelace2024gamma", "lovelace2024beta", "lovelace2024alpha"]
