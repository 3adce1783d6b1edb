"""readlist zotero login, logout, status, plan, sync."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from readlist.actions import credentials
from readlist.actions.syncing import ZoteroAccess, push, rights
from readlist.cli.app import Session, pass_session
from readlist.cli.output import Output, count, plain
from readlist.errors import PartlyDone, WrongUsage

if TYPE_CHECKING:
    from readlist.actions.syncing import Notice, Row, SyncResult

_KEYS_PAGE = "https://www.zotero.org/settings/keys/new"


@click.group("zotero")
def zotero_command() -> None:
    """Keep Zotero in step with the list."""


def access_of(session: Session) -> ZoteroAccess:
    """Key, library, server and collection from the settings. Raises `WrongUsage` when there is no key."""
    settings = session.settings
    key = settings.zotero_api_key or credentials.load_key(settings.home, settings.zotero_url)
    if not key:
        raise WrongUsage(f"no Zotero key yet: make one at {_KEYS_PAGE}, then run readlist zotero login")
    return ZoteroAccess(key, settings.zotero_library, settings.zotero_url, settings.zotero_collection)


@zotero_command.command("login")
@pass_session
def login_command(session: Session) -> None:
    """Check a key and keep it: typed at the terminal, or read from standard input."""
    settings, output = session.settings, session.output
    if output.interactive:
        output.say(f"Make a key that may write at {_KEYS_PAGE}")
        key = click.prompt("Zotero key", hide_input=True, err=True)
    else:
        key = sys.stdin.readline().strip()
    if not key:
        raise WrongUsage("no key given: readlist zotero login < FILE reads it from a file")
    found = rights(ZoteroAccess(key, settings.zotero_library, settings.zotero_url, settings.zotero_collection))
    where = credentials.save_key(settings.home, settings.zotero_url, key)
    output.data(f"{found.user}: {_may(found.read, found.write)} {found.library}")
    output.say(f"The key is kept in {where}.")
    if not found.write:
        raise PartlyDone(f"this key may not write to {found.library}; edit it at https://www.zotero.org/settings/keys")


@zotero_command.command("logout")
@pass_session
def logout_command(session: Session) -> None:
    """Forget the key."""
    known = credentials.forget_key(session.settings.home, session.settings.zotero_url)
    session.output.data("the key is forgotten" if known else "there was no key")


@zotero_command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def status_command(session: Session, as_json: bool) -> None:
    """Whose key it is, what it may do, where a sync goes."""
    access = access_of(session)
    found = rights(access)
    if as_json:
        session.output.json(
            {
                "server": access.url,
                "user": found.user,
                "library": found.library,
                "collection": access.collection,
                "read": found.read,
                "write": found.write,
            }
        )
        return
    session.output.data(f"{found.user} at {access.url}: {_may(found.read, found.write)} {found.library}")
    session.output.data(f"collection: {access.collection}")


def _may(read: bool, write: bool) -> str:
    return "may read and write" if write else "may only read" if read else "may not read"


@zotero_command.command("plan")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def plan_command(session: Session, as_json: bool) -> None:
    """What a push would change in Zotero; nothing is changed."""
    _run(session, dry_run=True, prefer=None, as_json=as_json)


@zotero_command.command("sync")
@click.option("--push-only", is_flag=True, help="Bring Zotero up to date; read nothing back.")
@click.option("--pull-only", is_flag=True, hidden=True)
@click.option("--dry-run", is_flag=True, help="Show what would be done.")
@click.option("--prefer", type=click.Choice(["local", "remote"]), help="Whose side wins where both changed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def sync_command(
    session: Session,
    push_only: bool,
    pull_only: bool,
    dry_run: bool,
    prefer: str | None,
    yes: bool,  # noqa: ARG001 - a push removes nothing that a person has to be asked about
    as_json: bool,
) -> None:
    """Create and update the papers' items in Zotero.

    Papers with a record or added by hand, and not skipped, go into the collection "Reading list" with read status and
    tags. Items that are there already are taken over, never doubled. Interrupt it at any time.
    """
    if pull_only or not push_only:
        raise WrongUsage("only --push-only works in this version: it brings Zotero up to date and reads nothing back")
    _run(session, dry_run=dry_run, prefer=prefer, as_json=as_json)


def _run(session: Session, *, dry_run: bool, prefer: str | None, as_json: bool) -> None:
    output = session.output
    access = access_of(session)
    with session.library() as library, output.progress() as report:
        result = push(library, access, session.settings.now(), dry_run=dry_run, prefer=prefer, report=report)
    if as_json:
        output.json(result.to_json())
    else:
        _print(output, result)
    for notice in result.notices:
        output.say(_sentence(notice))
    if result.stopped or result.left:
        reasons = [*(_sentence(notice) for notice in result.left[:5]), *([result.stopped] if result.stopped else [])]
        raise PartlyDone("\n".join(reasons) + "\nThe same command goes on from there.")


def _sentence(notice: Notice) -> str:
    return f"p{notice.paper_id} {plain(notice.title)[:60]}: {notice.text}"


def _print(output: Output, result: SyncResult) -> None:
    if result.dry_run or output.verbosity > 0:
        verbs = ("create", "update", "trash") if result.dry_run else ("created", "updated", "trashed")
        for verb, (_, rows) in zip(verbs, _groups(result), strict=True):
            for row in rows:
                fields = f" ({', '.join(row.fields)})" if rows is result.updated else ""
                output.done(f"{verb:<9} p{row.paper_id:<6} {plain(row.title)}{fields}")
    for row in result.conflicts:
        output.data(f"conflict  p{row.paper_id:<6} {plain(row.title)} ({', '.join(row.fields)}): changed on both sides")
    output.done(summary(result))


def summary(result: SyncResult) -> str:
    """What a push did, for people."""
    would = "would be " if result.dry_run else ""
    told = [f"{count(len(rows), 'item')} {would}{what}" for what, rows in _groups(result) if rows]
    told.append(f"{result.unchanged:,} unchanged")
    if result.conflicts:
        told.append(count(len(result.conflicts), "conflict"))
    return f"{result.library}: {', '.join(told)} ({count(result.requests, 'request')})"


def _groups(result: SyncResult) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    return ("created", result.created), ("updated", result.updated), ("moved to the trash", result.trashed)
