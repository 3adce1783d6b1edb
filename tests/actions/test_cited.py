"""Which keys a document cites, however it says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from readlist.actions.cited import Cited, read_cited
from readlist.errors import UnreadableSource, WrongUsage


def cited(folder: Path, name: str, text: str) -> Cited:
    (folder / name).write_text(text, encoding="utf-8")
    return read_cited([folder / name])


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (r"\cite{a}", "a"),
        ("\\cite{a, b,%\n  c}", "a b c"),
        (r"\citep[see][p.~3]{a} \citet*{b} \Citealt{c} \citeauthor{d} \citeyearpar{e}", "a b c d e"),
        (r"\parencite{a}\footcite[3]{b}\textcite{c}\autocite*{d}\fullcite{e}\supercite{f}", "a b c d e f"),
        (r"\cites(see)(end)[1]{a}[2]{b}{c} {no}", "a b c no"),
        (r"\parencites[see][3]{a}{b}", "a b"),
        (r"\volcite{2}[33]{a} \Volcite[see]{2}{b}", "a b"),
        (r"\citefield{a}{title} \citename{b}{author}", "a b"),
        (r"\nocite{a,b} \bibentry{c} \onlinecite{d} \shortcite{e} \citenum{f}", "a b c d e f"),
        (r"\defcitealias{a}{Paper I} \citetalias{a}", "a"),
        ("% \\cite{no}\n100\\% \\cite{a} \\\\% \\cite{no}\n", "a"),
        (r"\begin{verbatim}\cite{no}\end{verbatim}\verb|\cite{no}|\cite{a}", "a"),
        (r"\citestyle{authoryear}\citetext{priv. comm.}\newcommand{\mine}[1]{\cite{#1}}\cite{a}", "a"),
        ("\\cite [p. [3]] {a}\n\\cite\n{b}", "a b"),
        (r"\excite{a}\cited{b}", "a b"),
        (r"\cite{Smith_2020:x/y+z.1-a}", "Smith_2020:x/y+z.1-a"),
        ("", ""),
    ],
)  # fmt: skip
def test_citing_commands(tmp_path: Path, text: str, keys: str) -> None:
    assert list(cited(tmp_path, "paper.tex", text).keys) == keys.split()


def test_everything(tmp_path: Path) -> None:
    found = cited(tmp_path, "paper.tex", r"\nocite{*}\cite{a}")
    assert (found.everything, list(found.keys)) == (True, ["a"])


def test_what_latex_wrote(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.aux").write_text("\\citation{c}\n\\@input{paper.aux}\n")
    found = cited(
        tmp_path,
        "paper.aux",
        "\\relax\n\\citation{a,b}\n\\@input{chapters/one.aux}\n\\@input{chapters/two.aux}\n"
        "\\abx@aux@cite{0}{d}\n\\abx@aux@cite{e}\n\\bibcite{no}{1}\n\\citation{*}\n",
    )
    assert list(found.keys) == ["a", "b", "d", "e", "c"]
    assert found.everything
    assert found.missing == [tmp_path / "chapters" / "two.aux"]


def test_chapters_of_a_source(tmp_path: Path) -> None:
    (tmp_path / "one.tex").write_text(r"\cite{b}\input{paper}", encoding="latin-1")
    found = cited(tmp_path, "paper.tex", "\\cite{a}\\include{one}\\input{two.tex}\n%\\input{three}\n")
    assert list(found.keys) == ["a", "b"]
    assert found.missing == [tmp_path / "two.tex"]


BCF = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname"><!ENTITY a "aaaaaaaaaa">]>
<bcf:controlfile version="3.10" xmlns:bcf="https://sourceforge.net/projects/biblatex">
  <bcf:section number="0">
    <bcf:citekey order="1" intorder="1">a</bcf:citekey>
    <bcf:citekey order="2" type="set" members="b,c">set</bcf:citekey>
    <bcf:citekey order="3">&secret;</bcf:citekey>
    <bcf:citekey order="0" nocite="1">*</bcf:citekey>
  </bcf:section>
</bcf:controlfile>
"""


def test_biblatexs_control_file(tmp_path: Path) -> None:
    found = cited(tmp_path, "paper.bcf", BCF)
    assert list(found.keys) == ["a", "b", "c"]
    assert found.everything


@pytest.mark.parametrize("text", ["", "no xml", "<other/>"])
def test_no_control_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableSource, match=r"paper\.bcf: this is no control file"):
        cited(tmp_path, "paper.bcf", text)


def test_other_files_say_nothing(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"\.aux, \.bcf and \.tex"):
        cited(tmp_path, "paper.bbl", "")
    with pytest.raises(UnreadableSource, match="no.aux"):
        read_cited([tmp_path / "no.aux"])


def test_a_missing_control_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"no\.bcf"):
        read_cited([tmp_path / "no.bcf"])
