"""Which words of a command can be completed with what; what they are is found out when a shell asks.

Kept apart from `readlist.cli.completing`, so that no command loads what only a shell that completes needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Words:
    """Completes a parameter: ``papers``, ``query``, ``files`` … of `readlist.cli.completing`."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __call__(self, ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        from readlist.cli import completing

        found: list[CompletionItem[Any]] = getattr(completing, self._kind)(ctx, parameter, incomplete)
        return found


PAPERS, QUERY, PAPERS_AND_TAGS = Words("papers"), Words("query"), Words("papers_and_tags")
FILES, FOLDERS, FORMATS = Words("files"), Words("folders"), Words("formats")
ORDERS, EXPORT_ORDERS = Words("orders"), Words("export_orders")
