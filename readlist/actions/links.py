"""Pages of papers, and links that abstracts and comments mention; opening them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from readlist.errors import ReadlistError, WrongUsage
from readlist.paper import MatchState, Paper

_LINK = re.compile(r"(?:https?://|(?<![\w@/.])(?:github\.com|[\w-]+\.github\.io)/?)[^\s<>\"'{}|\\^`]*", re.IGNORECASE)
#: Code comes before project pages, project pages before any other link.
_KINDS = ("github.com/", "gitlab.", "huggingface.co/", "bitbucket.org/", ".github.io", "://")


def code_link(text: str) -> str | None:
    """The link to code or project in a text; None when it has none."""
    found = [match[0].rstrip(".,;:)]}") for match in _LINK.finditer(text)]
    links = [link if "://" in link else f"https://{link}" for link in found if len(link) > len("https://")]
    for kind in _KINDS:
        for link in links:
            if kind in link.lower():
                return link
    return None


@dataclass(frozen=True, slots=True)
class Link:
    """A page of a paper; ``name`` is ``abs``, ``listing``, ``code`` or ``doi``."""

    name: str
    label: str
    address: str


def links_of(paper: Paper) -> list[Link]:
    """The pages that a paper is known to have, its own page first."""
    code = code_link(f"{paper.abstract} {paper.comment or ''}")
    listing = f"https://huggingface.co/papers/{paper.arxiv_id}" if paper.arxiv_id else ""
    found = [
        Link("abs", "abstract page" if paper.arxiv_id else "page", paper.url or ""),
        Link("listing", "Hugging Face page", listing),
        Link("code", "code or project", code or ""),
        Link("doi", "publisher", f"https://doi.org/{quote(paper.doi, safe='/:;()._-')}" if paper.doi else ""),
    ]
    # An address of another kind, from a record or by hand, is nothing to start programs with.
    return [link for link in found if link.address.lower().startswith(("http://", "https://"))]


def page_of(paper: Paper) -> Link | None:
    """The page that a paper is read on: its own, or where it has none its publisher's."""
    return next((link for link in links_of(paper) if link.name in ("abs", "doi")), None)


def why_no_record(paper: Paper) -> str:
    """Why nothing can be had from arXiv for a paper, in words that stand for themselves."""
    state, person = paper.match.state, paper.match.decided_by == "person"
    if state is MatchState.NOT_ON_ARXIV:
        return "you said that it is not on arXiv"
    if state is MatchState.NOT_FOUND:
        return "you said that it is none of the records found" if person else "no arXiv record of it was found"
    if state is MatchState.REVIEW:
        return "which arXiv record it is, is in doubt"
    return "it has no arXiv record yet"


def without_record(paper: Paper) -> str:
    """The same with the command that helps, for whoever wanted something from arXiv."""
    name = paper.short_id
    helps = {
        MatchState.UNRESOLVED: "readlist resolve looks for it",
        MatchState.REVIEW: f"readlist review accept {name} takes the best one",
    }
    if paper.match.decided_by != "person":
        helps[MatchState.NOT_FOUND] = f"readlist resolve --again {name} looks once more"
    named = f"readlist review set {name} ARXIV_ID names one all the same"
    return f"{name}: {why_no_record(paper)}; {helps.get(paper.match.state, named)}"


def address_of(paper: Paper, what: str) -> str:
    """The address of one page: ``abs``, ``listing``, ``code``. Raises `WrongUsage` where there is none.

    The publisher's page stands in for ``abs`` where a paper is not on arXiv.
    """
    page = page_of(paper) if what == "abs" else next((link for link in links_of(paper) if link.name == what), None)
    if page is not None:
        return page.address
    if what == "code":
        raise WrongUsage(f"{paper.short_id}: no code or project link in its abstract or comment")
    raise WrongUsage(without_record(paper))


def open_in_browser(address: str) -> None:
    """Open an address in the person's browser, without a word of its own on the terminal.

    Raises `ReadlistError` where there is none, as over ssh.
    """
    if not _opened(address):
        raise ReadlistError(f"no browser opened here; the address is {address}")


def open_in_viewer(path: Path) -> None:
    """Open a file with the program that the system has for it. Raises `ReadlistError` where there is none."""
    if not _opened(str(path)):
        raise ReadlistError(f"no viewer opened here; the file is {path}")


def _opened(target: str) -> bool:
    if sys.platform == "win32":
        os.startfile(target)
        return True
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if program is None:
        return False
    try:
        done = subprocess.run(
            [program, target],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=5,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True  # some openers stay as long as the program does
    except OSError:
        return False
    return done.returncode == 0
