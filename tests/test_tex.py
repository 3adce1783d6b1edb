"""TeX in titles on a screen."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.tex import readable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Plain title of 100% text & more", "Plain title of 100% text & more"),
        (r"Schr\"odinger and Poincar\'e", "Schrödinger and Poincaré"),
        ("S$^2$Edit: a title", "S²Edit: a title"),
        (r"A $\mathcal{W}_+$ Adapter", "A 𝒲₊ Adapter"),
        (r"on $\R \times \T^2$", "on R×T²"),
        (r"in $H_2O$ and $x^{10}$", "in H₂O and x¹⁰"),
        (r"the $\omega$-limit at 50\%", "the ω-limit at 50%"),
        (r"Earning $5 a Day with \LaTeX", r"Earning $5 a Day with \LaTeX"),
        ("{GPU} Kernels for {\\it Everyone}", "GPU Kernels for Everyone"),
        ("$", "$"),
        ("a } b { c", "a } b { c"),
    ],
)
def test_titles(text: str, shown: str) -> None:
    assert readable(text) == shown


@given(st.text(alphabet=st.sampled_from("ab \\${}^_%&#~'\"éα"), max_size=40))
def test_no_title_breaks_it_or_vanishes(text: str) -> None:
    shown = readable(text)
    assert shown.strip() or not text.strip()


def test_nothing_heavy_is_loaded_for_plain_titles() -> None:
    code = "import sys; from readlist.tex import readable; readable('plain'); print('pylatexenc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
