"""readlist snapshot build, update, info."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from readlist.actions.browsing import time_text
from readlist.actions.snapshot import build_snapshot, has_updates, snapshot_info, update_snapshot
from readlist.cli.app import Session, pass_session, writable
from readlist.cli.completion import FILES
from readlist.cli.output import count
from readlist.errors import PartlyDone

if TYPE_CHECKING:
    from readlist.actions.snapshot import Harvested

#: So many lines without a record are named on the screen.
_SHOWN_LINES = 20


@click.group("snapshot")
def snapshot_command() -> None:
    """The local index over arXiv's metadata: matching without a network."""


@snapshot_command.command("build")
@click.argument("file", metavar="FILE", shell_complete=FILES)
@pass_session
def build_command(session: Session, file: str) -> None:
    """Index the metadata snapshot: .json, .jsonl, .gz, .zip or .zst.

    The file is the Kaggle data set Cornell-University/arxiv. The index replaces the old one only when it is whole;
    what readlist snapshot update added to the old one goes with it.
    """
    output = session.output
    outdated = has_updates(session.settings.snapshot)
    try:
        with output.progress() as report:
            built = build_snapshot(writable(file), session.settings.snapshot, session.settings.now(), report)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted; the index is as it was before, and a build starts anew") from None
    told = [f"{file}: line {line}: {why}" for line, why in built.bad_lines]
    for line in told[:_SHOWN_LINES]:
        output.complain(line)
    if len(told) > _SHOWN_LINES:
        from readlist.actions.snapshot import keep_lines

        kept = keep_lines(session.settings.home, told)
        output.complain(f"{len(told) - _SHOWN_LINES:,} more; all of them are in {kept}")
    bad = f", {count(built.bad, 'line')} without a record" if built.bad else ""
    output.done(f"{count(built.records, 'record')} indexed{bad}, {built.bytes / 1e6:.1f} MB")
    if outdated:
        output.say(
            "The updates of the old index are gone with it; readlist snapshot update brings the new one up to date."
        )


@snapshot_command.command("update")
@pass_session
def update_command(session: Session) -> None:
    """Add what changed on arXiv since then.

    Harvests new and changed records over OAI-PMH, one request every three seconds, about 2,500 records each. Interrupt
    it at any time: what came is kept and already used, and the same command goes on from there.
    """
    settings, output = session.settings, session.output
    settings.need("oai", "arxiv.contact")
    settings.check_delay(settings.oai_url)
    with output.progress() as report:
        done = update_snapshot(
            settings.snapshot,
            settings.now(),
            url=settings.oai_url,
            delay=settings.arxiv_delay,
            home=settings.home,
            contact=settings.arxiv_contact,
            report=report,
        )
    output.done(update_sentence(done))
    if done.odd:
        raise PartlyDone(
            f"{count(done.odd, 'record')} left out, for arXiv did not send all of it.\nThe same command asks again."
        )


def update_sentence(done: Harvested) -> str:
    """What an update did, for people."""
    if not done.changed:
        return f"Nothing new since {done.since}."
    deleted = f", {done.left_out:,} deleted or foreign ones left out" if done.left_out else ""
    return (
        f"{count(done.changed, 'record')} changed since {done.since}, {done.new:,} new{deleted}; "
        f"the index now knows arXiv up to {done.newest}"
    )


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
        "changed": info.changed.isoformat() if info.changed else None,
        "updated": time_text(info.updated) if info.updated else None,
    }
    if as_json:
        session.output.json(values)
        return
    values |= {"changed": values["changed"] or "unknown", "updated": values["updated"] or "never"}
    for name, value in values.items():
        session.output.data(f"{name:<8} {value:,}" if isinstance(value, int) else f"{name:<8} {value}")
