"""What a person says of a paper, as keywords: tags, read status and priority, so that a list comes back as it was."""

from __future__ import annotations

from readlist.paper import Paper, Status


def keywords_of(paper: Paper, *, always: bool = False) -> list[str]:
    """The tags, ``status:reading`` and ``priority:2``; none for a new paper of which nothing else is said.

    ``always``: its status then too. Where there are keywords the status is among them, which shows a reader that the
    entry is ours.
    """
    if not (always or paper.tags or paper.priority or paper.status is not Status.NEW):
        return []
    priority = [f"priority:{paper.priority}"] if paper.priority else []
    return [*paper.tags, f"status:{paper.status.value}", *priority]


def quoted(word: str) -> str:
    """A keyword for a field where commas part them: in quotes, as in CSV, where it has a comma or begins with one."""
    return '"' + word.replace('"', '""') + '"' if "," in word or word.startswith('"') else word
