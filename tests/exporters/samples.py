"""Papers for the exporters' tests: one that is ordinary, many that are not, and records from the shared snapshot."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from readlist.exporters.citekeys import assign
from readlist.names import split_author_line, split_name
from readlist.paper import Author, Paper

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SHARED = Path(os.environ.get("READLIST_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
SNAPSHOT = SHARED / "arxiv" / "arxiv-metadata-part.jsonl.gz"


def paper(number: int = 1, **changes: Any) -> Paper:
    """InstantID as arXiv knows it, with the changes a test wants."""
    ordinary = Paper(
        id=number,
        title="InstantID: Zero-shot Identity-Preserving Generation in Seconds",
        abstract="There has been significant progress in personalized image synthesis.",
        added=NOW,
        status_changed=NOW,
        authors=tuple(map(split_name, ["Qixun Wang", "Xu Bai", "Haofan Wang"])),
        arxiv_id="2401.07519",
        arxiv_version=2,
        published=date(2024, 1, 15),
        updated=date(2024, 2, 2),
        categories=("cs.CV", "cs.AI"),
    )
    return replace(ordinary, **changes)


def keyed(papers: list[Paper]) -> list[Paper]:
    """The papers, each with its default key."""
    keys = assign(papers, ())
    return [replace(each, citekey=keys.get(each.id, each.citekey)) for each in papers]


#: Titles that hold what breaks LaTeX or BibTeX, or would be damaged by a style. pdflatex can print all of them.
TITLES = [
    r"50% of a_b & c #1 ~10 ^ up \ down $ { } < > | @ ``quotes'' \"Q\"",
    r"Poincar\'e, Schr\"odinger and G{\"o}del meet {\O}rsted, {\L}ukasiewicz and Fran\c{c}ois \v{C}ech",
    "W_+ and S^2Edit: what a flattened page leaves of $\\mathscr{W}_+$",
    "It costs $5 and $10 more",
    "It costs $5; with $x$ too",
    r"$L^p$-theory on $\mathbb{R}^n$ and $\{x : x^2 > 0\}$ for \(\alpha\) and \[\beta\]",
    "M$^2$CD: A Unified MultiModal Framework",
    "An opening { brace",
    "A closing } brace",
    "}{ Both the wrong way {{",
    r"{\bf C} in {\bf C}$^2$ with {\em emphasis} and \textbf{bold \emph{nested} text}",
    r"Own macros $\R^n \to \E[\eps]$ and \mymacro here",
    r"Broken maths $a^b^c$ and $\frac$ and $x_$ and $\left( y$ and ${z$",
    r"$x_\min$, $\frac12$, ${\cal L}=\frac12\left(-u'^2+u^2\right)$, $\sqrt[3]{x}$, $\hat\theta_\text{opt}$, $f''(x)$",
    r"Sets $\left\{ x \right.$ and $\big\| y \big\|$, 100\% \& more",
    "Greek αβγ Ω Σ, maths ≤ ≥ ∈ ∞ ℝ ∇ × → ∂, super² and sub₂, 𝒜 ℒ 𝔽 ⅓",
    "Dashes – — and quotes “double” ‘single’ „low‟ «angle» …",
    "Ångström, Œuvre, naïve, Straße, Ğ ı İ ş ř ů ő đ ð þ ą ę Nguyễn Phạm Bụt",
    "Bidi \u202ereversed\u202c, control \x07\x00, zero\u200bwidth, soft\u00adhyphen and a tab\there",
    "Backslash at the end \\",
    "Dollar at the end $",
    r"Escaped \$5 \{set\} \_ \^{} \~{} \textbackslash \textasciitilde",
    "GPT-4V, 3D, H2O, U.S., McDonald's and iPhone: A Test of BERT",
    "A FULLY CAPITALISED TITLE ABOUT NOTHING",
    r"$\sigma$ $p^{q^{r}}$ $$E=mc^2$$ $\text{if } x$ $\mbox{a_b}$ $\begin{matrix}1\end{matrix}$",
    r"\cite{foo} \ref{bar} \url{http://x.org/a_b} \href{x}{y} \begin{itemize} \input{secret}",
    "100% comment\\% and {\\it unclosed italics",
    "Solving $ x $ and $ \\alpha $, $1 and 2$3",
    'Say "hello" to "the world", isn\'t it',
    "日本語 is left out of this one but ﬁnal ﬂow ﬃ ligatures are not".replace("日本語", "It"),
    r"Sp$_\R$, $\bm{x}_\bm{y}$, $\mathbbm{1}$, $\operatorname*{argmin}_x$, $a \over b$, $\limits_x$, $\&$, $#$, $%$",
    "a" * 300,
    "Deep " + "{" * 60 + "braces" + "}" * 60,
    "Gaussian Splatting and Bayesian Inference for the Rest of Us",
]

AUTHORS: list[tuple[Author, ...]] = [
    (split_name("Laurens van der Maaten"), split_name("Geoffrey Hinton")),
    (split_name("Martin Luther King, Jr."), split_name("Sammy Davis Jr."), split_name("Henry Ford II")),
    (Author("Gemini Team", "Gemini Team", ""),),
    (Author("The ATLAS and CMS Collaborations, CERN", "The ATLAS and CMS Collaborations, CERN", ""), split_name("A B")),
    (split_name("Plato"),),
    (Author("Smith and Sons", "Smith and Sons", "J, K"), Author("others", "others", "and")),
    (Author("AND Corp", "AND Corp", ""), Author("", "", ""), Author("x", "x", "")),
    (split_name("Jes\\'us Mu{\\~n}oz"), split_name("Đorđe Čech"), split_name("Łukasz Wałęsa"), split_name("Erdős Pál")),
    (Author("A {B", "{B", "A"), Author("C }D", "}D", "C"), Author("E% F_", "F_", "E%"), Author("\\", "\\", "$")),
    (split_name("bell hooks"), split_name("Ludwig von Beethoven"), split_name("Charles de la Vallée Poussin")),
    tuple(split_name(f"Given{number} Family{number}") for number in range(3000)),
    (),
]

REFERENCES = [
    "Proc. CVPR 2024, pp. 1-10",
    "Phys.Rev.D83:063512,2011",
    "ICML 2023; extended version",
    "Nature 521, 436-444 (2015)",
    "J. Math. Phys. 45 (2004) 1-20",
    "In Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR), 2023, pp. 123--130",
    "IEEE Robotics and Automation Letters, vol. 7, no. 2, pp. 2621-2628, April 2022",
    "Advances in Neural Information Processing Systems 38 (NeurIPS 2025)",
    "Journal of Things & Stuff, Vol. 3, pp. 1-2, 2020",
    "somewhere or other, perhaps_never",
    "The International Journal of Robotics Research, 2025, Vol. 0(0), pp. 1-19",
    "Transactions on Machine Learning Research, 2023",
    "ICLR 2024 Workshop on Agents & Tools_x",
    "A&A 641, A6 (2020)",
    "Eur. Phys. J. C (2021) 81:178",
    "PhD thesis, University of X & Y, 2010",
    "Master's thesis, ETH Zurich (2015)",
    "Technical Report UCB/EECS_2010-1, University of California, Berkeley, 2010",
    "Technical report, Stanford University, 2008",
    "Lecture Notes in Computer Science 7000, pp. 1-10, 2011",
    "Artificial Evolution, Lecture Notes in Computer Science, vol. 1063, Springer, pp. 3-12, 1996",
    "Chapter 3 in: Handbook of R&D and 3D, Cambridge University Press, 2021",
    "Springer, Berlin, 2021, xii+350 pp",
]


def adversarial() -> list[Paper]:
    """Every odd title, author list, reference, date and link there is above, each in a paper of its own."""
    number = 0
    papers: list[Paper] = []

    def add(**changes: Any) -> None:
        nonlocal number
        number += 1
        # Years differ: alpha and natbib count equal labels with the letters a to z and no further.
        ordinary = {"arxiv_id": f"{20 + number % 6}01.{number:05d}", "published": date(2020 + number % 6, 1, 15)}
        papers.append(paper(number, **{**ordinary, **changes}))

    for title in TITLES:
        add(title=title)
    for authors in AUTHORS:
        add(authors=authors)
        add(authors=authors[:9], journal_ref="Nature 521, 436-444 (2015)", doi="10.1038/nature14539")
    for reference in REFERENCES:
        add(journal_ref=reference)
        add(journal_ref=reference, doi="10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2")
    for doi in ("10.1103/PhysRevD.83.063512", "10.18653/v1/2024.acl-long.12", "10.1007/JHEP03(2011)023"):
        add(doi=doi)
    by_hand: dict[str, Any] = {
        "by_hand": True, "arxiv_id": None, "published": None, "updated": None, "arxiv_version": None, "categories": ()
    }  # fmt: skip
    add(**by_hand, given_year=1998, given_url="https://example.org/a_b%20c?x=1&y={2}#frag~ment")
    add(**by_hand, given_year=2001, doi="10.1000/a_b%c", authors=())
    add(**by_hand)
    add(**by_hand, authors=(), title="")
    add(arxiv_id="math/0309136", published=None, categories=("math.GT",))
    add(published=None, categories=())
    add(
        abstract="Costs 50% & more_of $x$ { unbalanced \\frac",
        note="mine: 100% {of it\n\n- a second_paragraph\n- and $x^2$ in a list",
        tags=("--a`b", 'say "so"', "50% {of} $it", "a_b & c~d"),
        doi="10.48550/arXiv.2401.07519",
    )
    return keyed(papers)


def records(count: int) -> list[Paper]:
    """Every hundredth record of the shared snapshot as a paper, up to ``count``; none where it is absent."""
    if not SNAPSHOT.exists():
        return []
    with gzip.open(SNAPSHOT, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, None, 100)]
    return [
        paper(
            10_000 + number,
            title=row["title"],
            abstract=row["abstract"],
            authors=split_author_line(row.get("authors") or ""),
            arxiv_id=row["id"],
            published=None,
            categories=tuple((row.get("categories") or "").split()),
            doi=row.get("doi"),
            journal_ref=row.get("journal-ref"),
        )
        for number, row in enumerate(rows[:count])
    ]
