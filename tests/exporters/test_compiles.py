"""The proof that bibliographies compile: real bibtex, biber and pdflatex over everything that could break them.

Needs Debian's texlive-latex-base, texlive-latex-recommended, texlive-bibtex-extra, texlive-fonts-recommended,
texlive-luatex and biber.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from readlist.exporters.bibtex import Dialect, bibtex
from readlist.names import split_name
from readlist.paper import Author, Paper
from tests.exporters.samples import adversarial, keyed, paper, records

PROGRAMS = ["pdflatex", "bibtex", "biber"]
MISSING = [program for program in PROGRAMS if shutil.which(program) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

PREAMBLE = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{amsmath,amssymb,url}"
# What pdflatex has no fonts for goes to biber only, which reads all of Unicode.
PRINTABLE = re.compile(r"[\x00-\u04ff\u1e00-\u1eff\u2000-\u2bff\ufb00-\ufb06\U0001d400-\U0001d7ff]*")

VIETNAMESE = [("ễ", r"\~{\^e}"), ("ạ", r"\d{a}"), ("ụ", r"\d{u}")]


@cache
def papers() -> tuple[Paper, ...]:
    found = [each for each in records(300) if PRINTABLE.fullmatch(each.title)]
    return tuple(keyed([*adversarial(), *found]))


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, timeout=600, check=False, env={**os.environ, "max_print_line": "1000"}
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def latex_errors(log: str) -> list[str]:
    """Errors and undefined citations of a pdflatex run (not: over-full lines, fonts)."""
    return [
        "\n".join(log[found.start() :].splitlines()[:6])
        for found in re.finditer(r"^!.*|^(?:LaTeX|Package \w+) Warning: (?:Citation|There were undefined).*", log, re.M)
    ]


def write_document(
    folder: Path, dialect: Dialect, preamble: str, end: str, *, sources: Sequence[Paper] = (), **style: Any
) -> None:
    # biber takes half a minute over 3,000 authors (its time grows with their square); bibtex takes them in no time.
    most = 300 if dialect == "biblatex" else 3000
    taken = [replace(each, authors=each.authors[:most]) for each in sources or papers()]
    text = bibtex(taken, dialect, abstract=True, note=True, keywords=True, **style)
    (folder / "refs.bib").write_text(text, encoding="utf-8")
    (folder / "paper.tex").write_text(
        f"{PREAMBLE}{preamble}\\begin{{document}}\\nocite{{*}}Text.\n{end}\\end{{document}}\n", encoding="utf-8"
    )


@pytest.mark.parametrize("style", ["plain", "alpha", "abbrvnat"])
def test_classic_styles_take_it_without_a_warning(tmp_path: Path, style: str) -> None:
    natbib = r"\usepackage{natbib}" if style == "abbrvnat" else ""
    write_document(tmp_path, "bibtex", natbib, rf"\bibliographystyle{{{style}}}\bibliography{{refs}}")
    run(tmp_path, "pdflatex", "-interaction=nonstopmode", "-draftmode", "paper")
    run(tmp_path, "bibtex", "paper")
    log = (tmp_path / "paper.blg").read_text(encoding="utf-8", errors="replace").split("You've used")[0]
    assert not re.search(r"(?i)warning|error|illegal|couldn't|missing", log), log
    assert (tmp_path / "paper.bbl").read_text(encoding="utf-8").count("\\bibitem") == len(papers())
    run(tmp_path, "pdflatex", "-interaction=nonstopmode", "-draftmode", "paper")
    printed = run(tmp_path, "pdflatex", "-interaction=nonstopmode", "paper")
    assert latex_errors(printed) == []
    assert (tmp_path / "paper.pdf").stat().st_size > 10_000


def test_biber_and_biblatex_take_it_without_a_warning(tmp_path: Path) -> None:
    # biber hands pdflatex letters, not commands, and T1 fonts lack these (lualatex prints them as they are).
    letters = "".join(
        rf"\DeclareUnicodeCharacter{{{ord(letter):04X}}}{{{letter_as}}}" for letter, letter_as in VIETNAMESE
    )
    biblatex = r"\usepackage[backend=biber,maxbibnames=9,safeinputenc]{biblatex}\addbibresource{refs.bib}"
    write_document(tmp_path, "biblatex", letters + biblatex, r"\printbibliography")
    run(tmp_path, "pdflatex", "-interaction=nonstopmode", "-draftmode", "paper")
    said = run(tmp_path, "biber", "--validate-datamodel", "paper")
    assert not re.search(r"WARN|ERROR|FATAL", said), said
    run(tmp_path, "pdflatex", "-interaction=nonstopmode", "-draftmode", "paper")
    printed = run(tmp_path, "pdflatex", "-interaction=nonstopmode", "paper")
    assert latex_errors(printed) == []
    assert (tmp_path / "paper.pdf").stat().st_size > 10_000


@pytest.mark.skipif(shutil.which("lualatex") is None, reason="not installed: lualatex")
def test_lualatex_takes_every_script(tmp_path: Path) -> None:
    scripts = [
        paper(1, title="日本語の題名と한국어 제목", authors=(Author("王小明", "王", "小明"), Author("王", "王", ""))),
        paper(
            2, title="Русский заголовок, Ελληνικός τίτλος, עברית والعربية", tags=("schöne Künste", "a,b & c_d", "50%")
        ),
        paper(
            3,
            title="Nguyễn Phạm Bụt: \U0001d49c ℒ ≤ ∞",
            authors=tuple(map(split_name, ["Phạm Nhật Bụt", "Đorđe Čech"])),
        ),
    ]
    sources = [replace(each, arxiv_id=f"2401.0000{each.id}") for each in keyed(scripts)]
    biblatex = r"\usepackage[backend=biber]{biblatex}\addbibresource{refs.bib}"
    write_document(tmp_path, "biblatex", biblatex, r"\printbibliography", sources=sources, layout="wrapped")
    lualatex = ("lualatex", "-interaction=nonstopmode", "paper")
    run(tmp_path, *lualatex)
    said = run(tmp_path, "biber", "--validate-datamodel", "paper")
    assert not re.search(r"WARN|ERROR|FATAL", said), said
    run(tmp_path, *lualatex)
    printed = run(tmp_path, *lualatex)
    assert latex_errors(printed) == []
    assert (tmp_path / "paper.pdf").stat().st_size > 1_000


@pytest.mark.parametrize("layout", ["line", "wrapped"])
def test_other_layouts_and_orders_are_taken_too(tmp_path: Path, layout: str) -> None:
    write_document(
        tmp_path, "bibtex", "", r"\bibliographystyle{plain}\bibliography{refs}", layout=layout, order="given",
        most_authors=3, leave_out=("url", "month"), eprinttype=False,
    )  # fmt: skip
    run(tmp_path, "pdflatex", "-interaction=nonstopmode", "-draftmode", "paper")
    run(tmp_path, "bibtex", "paper")
    log = (tmp_path / "paper.blg").read_text(encoding="utf-8", errors="replace").split("You've used")[0]
    assert not re.search(r"(?i)warning|error|illegal|couldn't|missing", log), log
    bbl = (tmp_path / "paper.bbl").read_text(encoding="utf-8")
    assert bbl.count("\\bibitem") == len(papers())
    assert "et~al." in bbl
