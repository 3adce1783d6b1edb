"""readlist guide."""

from __future__ import annotations

import os

import click
from click.shell_completion import CompletionItem

from readlist.cli.app import Session, pass_session
from readlist.cli.guides import TOPICS, about, guide
from readlist.cli.output import Output

#: Longer lines are hard to read.
_WIDEST = 100


def _topics(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(topic, help=about(topic)) for topic in TOPICS if topic.startswith(incomplete)]


@click.command("guide")
@click.argument("topic", required=False, shell_complete=_topics)
@pass_session
def guide_command(session: Session, topic: str | None) -> None:
    """Read a guide; without TOPIC: which there are."""
    output = session.output
    if topic is None:
        for name in TOPICS:
            output.data(f"{name:<11} {about(name)}")
        return
    text = guide(topic.lower(), session.settings)
    if output.out.isatty():
        _page(output, text)
    else:
        output.raw(text)


def _page(output: Output, text: str) -> None:
    """Show Markdown at a terminal, through the pager where it is longer than the screen."""
    shown, height = _drawn(output, text)
    if shown.count("\n") < height:
        output.raw(shown)
        return
    # As git has it: colours, no line wrapped twice, and the text stays on the screen.
    os.environ.setdefault("LESS", "FRX")
    output.out.flush()
    click.echo_via_pager(shown, color=output.colours)


def _drawn(output: Output, text: str) -> tuple[str, int]:
    """Markdown drawn for the terminal, and how many lines that has."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    # Rich puts code on black, which is a bar on a light terminal.
    theme = Theme({"markdown.code": "bold cyan"})
    console = Console(file=output.out, color_system="auto" if output.colours else None, highlight=False, theme=theme)
    with console.capture() as capture:
        drawn = Markdown(text, hyperlinks=False, code_theme="ansi_dark")
        console.print(drawn, width=min(console.width, _WIDEST))
    return capture.get(), console.height
