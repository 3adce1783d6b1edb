"""Which words of a title need braces, because a bibliography style would take their capitals away.

Styles such as plain and abbrvnat set titles in lower case, all but the first letter and the first after a colon
(BibTeX's ``change.case$`` with "t"). Braces keep a word as it is, and cost the styles that want Title Case; so they go
only around words that would be wrong in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

_WORD = re.compile(r"[^\W_](?:[\w'’.]*\w)?")
_INNER_CAPITAL = re.compile(r"\w.*[A-ZÀ-ÖØ-ÞΑ-Ω]")
# Words with a capital at most in front, and A: looked at as a whole, since most titles are made of them.
_ORDINARY = re.compile(r"(?:(?:A(?= )|[A-Z]?[a-z]++)|[ ,.:;?!-]++)*+")
_LETTERS = re.compile(r"[A-Z][a-z]+")
#: Names and words made from names that stand in titles with Title Case, where a capital tells nothing.
_NAMES = frozenset(
    """
    Abelian African American Arabic Asian Bayes Bayesian Bellman Bernoulli Bessel Boltzmann Boolean Brownian Carlo
    Cauchy Chebyshev Chinese Coulomb Darcy Dirac Dirichlet Einstein English Euclidean Euler Eulerian European Fermi
    Fisher Fourier French Galois Gauss Gaussian German Gibbs Hamiltonian Hausdorff Hebbian Hermitian Hessian Hilbert
    Hopfield Indian Italian Jacobian Japanese Kalman Korean Kullback Lagrange Lagrangian Langevin Laplace Laplacian
    Latin Lebesgue Leibler Lie Lipschitz Lyapunov Mahalanobis Markov Markovian Maxwell Minkowski Monte Nash Navier
    Newton Newtonian Nyström Pareto Poincaré Poisson Portuguese Riemann Riemannian Russian Schrödinger Shannon Shapley
    Sinkhorn Sobolev Spanish Stokes Taylor Turing Vietnamese Wasserstein Wiener Zipf
    """.split()
)


@dataclass(frozen=True, slots=True)
class Protection:
    """What is known of a whole title before its words are looked at."""

    all_capitals: bool
    sentence_case: bool

    @classmethod
    def of(cls, title: str) -> Protection:
        """How this title uses capitals.

        In sentence case a capital in the middle is a name's; in capitals throughout none tells anything.
        """
        words = title.split(" ")
        long = [word for word in words[1:] if len(word) > 3]
        lower = sum(map(str.islower, long))
        return cls(
            all_capitals=len(words) > 3 and title.isupper(),
            sentence_case=len(long) > 1 and lower * 2 > len(long),
        )

    def apply(self, plain: str, escape: Callable[[str], str]) -> str:
        """Text without TeX, escaped, with braces around the words that need them."""
        if self.all_capitals or (
            not self.sentence_case and _ORDINARY.fullmatch(plain) and _NAMES.isdisjoint(_LETTERS.findall(plain))
        ):
            return escape(plain)
        out: list[str] = []
        done = 0
        for found in _WORD.finditer(plain):
            word = found[0]
            need = _need(word, self.sentence_case)
            start = found.start()
            if need is _Need.NEVER or (
                need is _Need.UNLESS_FIRST and (start == 0 or plain[:start].rstrip().endswith(":"))
            ):
                continue
            out += escape(plain[done:start]), "{", escape(word), "}"
            done = found.end()
        out.append(escape(plain[done:]))
        return "".join(out)


class _Need(Enum):
    """When a word needs braces: a style leaves the first word of a title, and the first after a colon, as it is."""

    NEVER = 0
    UNLESS_FIRST = 1
    ALWAYS = 2


@lru_cache(maxsize=1 << 14)
def _need(word: str, sentence_case: bool) -> _Need:
    """Titles are made of few words: each is looked at once."""
    if not any(map(str.isupper, word)):
        return _Need.NEVER
    if _INNER_CAPITAL.match(word) or any(map(str.isdigit, word)):
        return _Need.ALWAYS
    if len(word) == 1:
        named = word != "A"
    else:
        named = sentence_case or word.split("'", maxsplit=1)[0].split("’", maxsplit=1)[0] in _NAMES
    return _Need.UNLESS_FIRST if named else _Need.NEVER
