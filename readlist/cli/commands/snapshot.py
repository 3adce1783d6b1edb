"""readlist snapshot build, info."""

from __future__ import annotations

import click

from readlist.actions.browsing import time_text
from readlist.actions.snapshot import build_snapshot, snapshot_info
from readlist.cli.app import Session, pass_session, writable
from readlist.cli.output import count


@click.group("snapshot")
def snapshot_command() -> None:
    """The local index over arXiv's metadata: matching without a network."""


@snapshot_command.command("build")
@click.argument("file", metavar="FILE")
@pass_session
def build_command(session: Session, file: str) -> None:
    """Index the metadata snapshot: .json, .jsonl, .gz, .zip or .zst.

    The file is the Kaggle data set Cornell-University/arxiv. The index replaces the old one only when it is whole.
    """
    output = session.output
    with output.progress() as report:
        built = build_snapshot(writable(file), session.settings.snapshot, session.settings.now(), report)
    for line, why in built.bad_lines:
        output.say(f"{file}: line {line}: {why}")
    bad = f", {count(built.bad, 'line')} without a record" if built.bad else ""
    output.done(f"{count(built.records, 'record')} indexed{bad}, {built.bytes / 1e6:.1f} MB")


@snapshot_command.command("info")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def info_command(session: Session, as_json: bool) -> None:
    """What the index was built from."""
    info = snapshot_info(session.settings.snapshot)
    values = {
        "path": str(info.path),
        "source": info.source,
        "records": info.records,
        "newest": info.newest,
        "built": time_text(info.built),
        "bytes": info.bytes,
    }
    if as_json:
        session.output.json(values)
        return
    for name, value in values.items():
        session.output.data(f"{name:<8} {value:,}" if isinstance(value, int) else f"{name:<8} {value}")
