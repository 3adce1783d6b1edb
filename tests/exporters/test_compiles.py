"""The proof that bibliographies compile: real bibtex, biber and pdflatex over everything that could break them.

Needs Debian's texlive-latex-base, texlive-latex-recommended, texlive-bibtex-extra, texlive-fonts-recommended and biber.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from readlist.exporters.bibtex import Dialect, bibtex
from readlist.paper import Paper
from tests.exporters.samples import adversarial, keyed, records

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
        command, cwd=folder, capture_output=True, timeout=120, check=False, env={**os.environ, "max_print_line": "1000"}
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def latex_errors(log: str) -> list[str]:
    """Errors and undefined citations of a pdflatex run (not: over-full lines, fonts)."""
    return [
        "\n".join(log[found.start() :].splitlines()[:6])
        for found in re.finditer(r"^!.*|^(?:LaTeX|Package \w+) Warning: (?:Citation|There were undefined).*", log, re.M)
    ]


def write_document(folder: Path, dialect: Dialect, preamble: str, end: str) -> None:
    # biber takes half a minute over 3,000 authors (its time grows with their square); bibtex takes them in no time.
    most = 300 if dialect == "biblatex" else 3000
    taken = [replace(each, authors=each.authors[:most]) for each in papers()]
    (folder / "refs.bib").write_text(bibtex(taken, dialect, abstract=True, note=True), encoding="utf-8")
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
