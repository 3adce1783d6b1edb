"""Escaping: what LaTeX would misread is escaped, maths and accents stay, braces balance whatever comes in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlist.dumps.bibtex_text import unicode_of
from readlist.exporters.latex import latex, latex_title, literal, unicode_text
from readlist.exporters.macros import EXOTIC

NASTY = st.text(st.sampled_from(list("\\${}%&_#~^\"'`<>|@ aB1é中α\n\u202e\x00")), max_size=60)
TEXEY = st.lists(
    st.sampled_from(
        [r"\frac", r"\R", "{", "}", "$", "$$", "^", "_", "x", " ", r"\left(", r"\right)", r"\'e", r"{\bf", r"\{", "2",
         r"\(", r"\)", r"\text{", "'", r"\\", r"\mathbb", "α", r"\over", r"\hat", "é", "%", r"\cal", "prose here"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


def balanced(text: str) -> bool:
    """As BibTeX counts: every brace, whatever stands before it."""
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def test_letters_are_read_back_as_themselves() -> None:
    # "Szűcs" with another accent is another name.
    for character in map(chr, [*range(0xC0, 0x100), *range(0x100, 0x180), *range(0x1E00, 0x1F00)]):
        written = latex(f"x{character}y")
        if "$" not in written and character not in "ĦĸŦŧĿŀſ":  # LaTeX's own encodings lack these
            assert unicode_of(written) == f"x{character}y"


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="ab1é &_%#~^{}<>\\$@|;:/+-'`\"", max_size=12))
def test_a_literal_is_read_back_to_the_letter(text: str) -> None:
    assert unicode_of(literal(text)) == " ".join(text.split())
    assert balanced(literal(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50% of A&B_c #1", r"50\% of A\&B\_c \#1"),
        ("W_+ and S^2Edit", r"W\_+ and S{\textasciicircum}2Edit"),
        ("a \\ b", r"a {\textbackslash} b"),
        ("about ~10", r"about {\textasciitilde}10"),
        ("Fig.~1", "Fig.~1"),
        ("$5 and $10 more", r"\$5 and \$10 more"),
        ("alone $", r"alone \$"),
        ("x < y > z | w", r"x {$<$} y {$>$} z {\textbar} w"),
        ('"yes" (or "no")', "``yes'' (or ``no'')"),
        (r"100\% \& \_", r"100\% \& \_"),
        ("open { only", r"open {\textbraceleft} only"),
        ("close } only", r"close {\textbraceright} only"),
        ("a {kept group} b", "a {kept group} b"),
        ("two\n  lines\tand\u00a0more", "two lines and more"),
        ("bidi \u202eabc\u202c, nul \x00, bell \x07", "bidi abc, nul , bell"),
        (r"\mymacro{x} \cite{y}", r"{\textbackslash}mymacro{x} {\textbackslash}cite{y}"),
        (r"{\bf C}", r"\textbf{C}"),
        (r"\textbf{open", r"\textbf{\textbraceleft}open"),
        (r"\underline{\bf x}", r"\underline{x}"),
        (r"an empty $\limits$", r"an empty \${\textbackslash}limits\$"),
        (r"\(\i\)", r"{${\mathrm{i}}$}"),
    ],
)
def test_text_is_escaped(text: str, expected: str) -> None:
    assert latex(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Poincar\'e", r"Poincar{\'e}"),
        ("Poincaré", r"Poincar{\'e}"),
        (r"G{\"o}del", r"G{\"o}del"),
        (r"G\"{o}del", r"G{\"o}del"),
        (r"{\o}rsted {\L}ukasz \ss", r"{\o}rsted {\L}ukasz {\ss}"),
        (r"Fran\c{c}ois \v Cech \c ceci", r"Fran{\c{c}}ois {\v{C}}ech {\c{c}}eci"),
        ("María Martı\u0301n"[:5], r"Mar{\'i}a"),
        ("Nguyễn Phạm", r"Nguy{\~{\^e}}n Ph{\d{a}}m"),
        ("e\u0301", r"{\'e}"),
    ],
)
def test_accents_in_any_spelling_become_bibtex_special_characters(text: str, expected: str) -> None:
    assert latex(text) == expected


def test_biblatex_keeps_latin_letters_and_says_symbols() -> None:
    assert latex(r"Nguyễn \'Etale đ α ≤ – 中", utf8=True) == r"Nguyễn Étale đ {$\alpha$} {$\leq$} -- 中"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"on $L^p$ and $\mathbb{R}^n$", r"on {$L^{p}$} and {$\mathbb{R}^{n}$}"),
        (r"\(\alpha\) and \[x\] and $$y^2$$", r"{$\alpha$} and {$x$} and {$y^{2}$}"),
        (r"$\{x\}$", r"{$\lbrace x\rbrace $}"),
        (r"$x_\min$ $\frac12$", r"{$x_{\min}$} {$\frac{1}{2}$}"),
        (r"${\cal L}$", r"{${\mathcal{L}}$}"),
        (r"$\R^n$ $\bm x$", r"{${\mathrm{R}}^{n}$} {$\boldsymbol{x}$}"),
        (r"$α_1$", r"{$\ensuremath{\alpha}_{1}$}"),
        (r"\Delta t", r"{$\Delta$} t"),
        ("only $5; with $x$ too", r"only \$5; with {$x$} too"),
    ],
)
def test_maths_stays_maths_in_commands_every_document_knows(text: str, expected: str) -> None:
    assert latex(text) == expected


@pytest.mark.parametrize(
    "text", ["$a^b^c$", r"$\frac$", "$x_$", r"$\left( x$", "${z$", r"$\begin{matrix}1\end{matrix}$", r"$\text{a_b}$"]
)
def test_broken_maths_is_printed_as_it_stands(text: str) -> None:
    assert latex(text).startswith(r"\$")
    assert "^" not in latex(text).replace("textasciicircum", "")


def test_symbols_beyond_ascii_are_said_without_exotic_packages() -> None:
    assert latex("αΩ ≤ ∈ ℝ → 𝒜 ⅓ ﬁ ²") == (
        r"{$\alpha$}{$\Omega$} {$\leq$} {$\in$} {$\mathbb{R}$} {$\to$} {$\mathcal{A}$} 1/3 fi {\texttwosuperior}"
    )
    everything = latex("".join(map(chr, [*range(0xA0, 0x3000), *range(0x1D400, 0x1D800)])))
    assert not EXOTIC.intersection(re.findall(r"\\([A-Za-z]+)", everything))


def test_scripts_without_commands_stay_utf8() -> None:
    assert latex("中文 Привет 😀") == "中文 Привет 😀"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("InstantID: Zero-shot Generation in Seconds", "{InstantID}: Zero-shot Generation in Seconds"),
        ("Text-to-3D with NeRF and GPT-4V", "Text-to-{3D} with {NeRF} and {GPT}-{4V}"),
        ("Fast Llama2 on 2d Grids", "Fast {Llama2} on 2d Grids"),
        ("Arc2Face: A Foundation Model", "{Arc2Face}: A Foundation Model"),
        ("Gaussian Splatting Meets Gaussian Noise", "Gaussian Splatting Meets {Gaussian} Noise"),
        ("On the cohomology of the Smith bundle", "On the cohomology of the {Smith} bundle"),
        ("Towards A Vitamin C Detector: Better Yet", "Towards A Vitamin {C} Detector: Better Yet"),
        ("A TITLE ALL IN CAPITALS", "A TITLE ALL IN CAPITALS"),
        (r"Remarks on Schr\"odinger's cats and dogs", r"Remarks on {Schr{\"o}dinger's} cats and dogs"),
        ("M$^2$CD: A Framework", "M{$^{2}$}{CD}: A Framework"),
    ],
)
def test_titles_protect_only_what_a_style_would_damage(title: str, expected: str) -> None:
    assert latex_title(title) == expected


def test_unicode_text_leaves_maths_alone() -> None:
    assert unicode_text(r"Poincar\'e $\dot{x} \'e$  {\O}") == r"Poincaré $\dot{x} \'e$ Ø"


@given(st.one_of(NASTY, TEXEY, st.text(max_size=80)))
def test_whatever_comes_in_goes_out_safe(text: str) -> None:
    for written in (latex(text), latex_title(text), latex(text, utf8=True)):
        assert balanced(written)
        assert written.count("$") - written.count(r"\$") >= 0
        assert (written.count("$") - written.count(r"\$")) % 2 == 0
        assert not re.search(r"(?<!\\)[%#&]", written)
        assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", written)
        outside = re.sub(r"\{\$(?:[^$\\]|\\.)*\$\}", "", written)
        assert not re.search(r"(?<!\\)[_]|\^(?![A-Za-z{])", outside)
        written.encode("utf-8")


@given(TEXEY)
def test_only_known_commands_go_out(text: str) -> None:
    commands = set(re.findall(r"\\([A-Za-z]+)", latex(text)))
    assert not commands & {"R", "cal", "over", "begin", "bf"}


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"]), max_size=80))
def test_plain_text_is_left_alone(text: str) -> None:
    assert latex(text) == " ".join(text.split())
