"""readlist zotero login, logout, status, plan, sync, conflicts, resolve."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from readlist.actions import credentials
from readlist.actions.browsing import Library, find
from readlist.actions.pdfs import kept_pdf
from readlist.actions.syncing import Direction, ZoteroAccess, conflicts, decide, sync
from readlist.cli.app import Session, one_id, pass_session
from readlist.cli.commands.deciding import agree
from readlist.cli.completion import PAPERS
from readlist.cli.output import Output, count, plain, plain_title
from readlist.errors import NeedsYes, PartlyDone, ReadlistError, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    from readlist.actions.credentials import KeyReport
    from readlist.actions.syncing import Notice, Row, SyncResult
    from readlist.settings import Settings

_KEYS_PAGE = "https://www.zotero.org/settings/keys"


@click.group("zotero")
@pass_session
def zotero_command(session: Session) -> None:
    """Keep Zotero in step with the list."""
    session.settings.need("zotero", "arxiv.contact")


def access_of(session: Session, *, needs_key: bool = True) -> ZoteroAccess:
    """Key, library, server and collection from the settings. Raises `WrongUsage` when there is no key."""
    settings = session.settings
    settings.need("zotero", "arxiv.contact", "keys")
    key = _kept_key(settings) if needs_key else ""
    if not key and needs_key and not credentials.is_local(settings.zotero_library):
        raise WrongUsage(f"no Zotero key yet: make one at {_KEYS_PAGE}/new, then run readlist zotero login")
    return ZoteroAccess(
        key,
        settings.zotero_library,
        settings.zotero_url,
        settings.zotero_collection,
        more=settings.zotero_more,
        query=settings.zotero_query,
        tag_collections=settings.zotero_collections,
        whole_library=settings.zotero_pull == "library",
        trash_others=settings.zotero_trash == "all",
        status_names=settings.zotero_status_names,
        published=settings.zotero_item_types == "published",
        attach=settings.zotero_attach,
        extras=settings.zotero_extras,
        pdf_of=lambda paper: kept_pdf(paper, settings.home / "pdfs"),
        key_template=settings.key_template,
        contact=settings.arxiv_contact,
        keep_key=lambda given: credentials.save_key(settings.home, _server(settings), given),
    )


def _server(settings: Settings) -> str:
    return credentials.address(settings.zotero_url, settings.zotero_library)


def _kept_key(settings: Settings) -> str:
    """The key for the server in force, empty for none. A key of zotero.org is not for the program on this machine."""
    given = None if credentials.is_local(settings.zotero_library) else settings.zotero_api_key
    return given or credentials.load_key(settings.home, _server(settings)) or ""


def _examine(
    session: Session, key: str, *, ask: bool = False, keep: Callable[[str], object] = lambda _key: None
) -> KeyReport:
    settings = session.settings
    with session.output.progress() as report:
        return credentials.examine(
            key,
            library=settings.zotero_library,
            url=settings.zotero_url,
            contact=settings.arxiv_contact,
            ask=ask,
            keep_key=keep,
            report=report,
        )


@zotero_command.command("login")
@pass_session
def login_command(session: Session) -> None:
    """Check a key and keep it: typed at the terminal, or read from standard input.

    With zotero.library = local, Zotero on this machine asks in its window instead.
    """
    settings, output = session.settings, session.output
    where = _server(settings)
    if credentials.is_local(settings.zotero_library):
        given: list[str] = []
        output.say(f"Zotero at {where} asks in its window whether readlist may write: choose Always Allow.")
        found = _examine(session, "", ask=True, keep=given.append)
        key = given[0] if given else ""
    else:
        key = _typed_key(output)
        found = _examine(session, key)
    output.data(f"{plain(found.user)}: {_may(found.read, found.write)} {found.library}")
    if key:
        output.say(f"The key is kept in {credentials.save_key(settings.home, where, key)}.")
    elif found.write:
        output.say("Zotero allowed one write only; it will ask again. Always Allow asks no more.")
    for line in _details(found):
        output.say(line)
    if found.groups and settings.zotero_library is None:
        example = f'library = "{found.groups[0].library}"'
        output.say(f"To sync with a group, write {example} below [zotero] in {settings.config}")
    if found.refusal:
        raise PartlyDone(found.refusal)


def _typed_key(output: Output) -> str:
    if output.interactive:
        output.say(f"Make a key that may write at {_KEYS_PAGE}/new")
        key = str(click.prompt("Zotero key", hide_input=True, err=True)).strip()
    else:
        key = sys.stdin.readline().strip()
    if not key:
        raise WrongUsage("no key given: readlist zotero login < FILE reads it from a file")
    return key


@zotero_command.command("logout")
@pass_session
def logout_command(session: Session) -> None:
    """Forget the key."""
    settings = session.settings
    known = credentials.forget_key(settings.home, _server(settings))
    session.output.data("the key is forgotten" if known else "there was no key")


@zotero_command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def status_command(session: Session, as_json: bool) -> None:
    """Whose key it is, what it may do, where a sync goes."""
    access, output = access_of(session), session.output
    found = _examine(session, access.key)
    if as_json:
        output.json(
            {
                "server": found.server,
                "user": found.user,
                "library": found.library,
                "collection": access.collection,
                "read": found.read,
                "write": found.write,
                "missing": list(found.missing),
                "groups": [{"library": row.library, "name": row.name, "write": row.write} for row in found.groups],
                "problem": found.refusal,
            }
        )
        return
    output.data(f"{plain(found.user)} at {found.server}: {_may(found.read, found.write)} {found.library}")
    output.data(f"collection: {access.collection}")
    for line in _details(found):
        output.data(line)
    if found.refusal:
        output.say(found.refusal)


def _details(found: KeyReport) -> list[str]:
    """What the key lacks, and the groups that it reaches."""
    lines = []
    if found.missing and found.read:
        lines.append(f"missing: {', '.join(found.missing)} (give it to the key at {_KEYS_PAGE})")
    names = [f"{row.library} ({plain(row.name)}{'' if row.write else ', read only'})" for row in found.groups]
    return [*lines, f"groups: {', '.join(names)}"] if names else lines


def _may(read: bool, write: bool) -> str:
    return "may read and write" if write else "may only read" if read else "may not read"


@zotero_command.command("plan")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def plan_command(session: Session, as_json: bool) -> None:
    """What a sync would change on each side; nothing is changed."""
    _run(session, Direction.BOTH, dry_run=True, prefer=None, as_json=as_json)


@zotero_command.command("sync")
@click.option("--push-only", is_flag=True, help="Bring Zotero up to date; take nothing over from it.")
@click.option("--pull-only", is_flag=True, help="Bring the list up to date; write nothing to Zotero.")
@click.option("--dry-run", is_flag=True, help="Show what would be done.")
@click.option("--prefer", type=click.Choice(["local", "remote"]), help="Whose side wins where both changed.")
@click.option("--yes", is_flag=True, help="Do not ask, even where much would be removed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def sync_command(
    session: Session,
    push_only: bool,
    pull_only: bool,
    dry_run: bool,
    prefer: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Make the list and Zotero say the same, in both directions.

    Papers with a record or added by hand, and not skipped, go into the collection "Reading list" with read status,
    tags, note and citation key; items of that collection that the list lacks become papers. What one side changed
    goes to the other; what both changed is a conflict, and waits (readlist zotero conflicts). Items that are there
    already are taken over, never doubled. Interrupt it at any time; readlist undo takes back what changed in the list.
    """
    if push_only and pull_only:
        raise WrongUsage("--push-only and --pull-only exclude each other; give neither to bring both sides in step")
    direction = Direction.PUSH if push_only else Direction.PULL if pull_only else Direction.BOTH
    _run(session, direction, dry_run=dry_run, prefer=prefer, as_json=as_json, yes=yes)


@zotero_command.command("conflicts")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_session
def conflicts_command(session: Session, as_json: bool) -> None:
    """What was changed on both sides, as last seen, side by side; asks nobody."""
    with session.library_if_any() as library:
        rows = conflicts(library, access_of(session, needs_key=False), session.settings.now())
    if as_json:
        session.output.json([row.to_json() for row in rows])
        return
    for row in rows:
        for line in conflict_lines(row):
            session.output.data(line)
    if rows:
        session.output.say("readlist zotero resolve ID local keeps the list's side, … remote takes Zotero's.")
    else:
        session.output.done("no conflicts")


def conflict_lines(row: Row) -> list[str]:
    """A conflict for people: each field with what either side says."""
    lines = [f"p{row.paper_id} {plain_title(row.title)}"]
    for name, (here, there) in row.fields.items():
        lines += [f"  {name:<12} here    {_value(here)}", f"  {'':<12} Zotero  {_value(there)}"]
    return lines


def _value(value: object) -> str:
    if value is None:
        return "(nothing)"
    return plain(", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))


@zotero_command.command("resolve")
@click.argument("paper", metavar="ID", shell_complete=PAPERS)
@click.argument("side", type=click.Choice(["local", "remote"]))
@pass_session
def resolve_command(session: Session, paper: str, side: str) -> None:
    """Decide a conflict: local keeps what the list says, remote takes over what Zotero says.

    The next sync tells Zotero.
    """
    with session.library(create=False) as library:
        number = find(library, one_id(paper))
        row = decide(library, access_of(session, needs_key=False), number, side, session.settings.now())
    names = ", ".join(row.fields)
    if side == "local":
        session.output.done(f"p{number}: the list's {names} goes to Zotero with the next sync")
    else:
        session.output.done(f"p{number}: {names} as in Zotero")


def _run(
    session: Session,
    direction: Direction,
    *,
    dry_run: bool,
    prefer: str | None,
    as_json: bool,
    yes: bool = False,
) -> None:
    output, access = session.output, access_of(session)
    asking = output.interactive and not (yes or dry_run or as_json)

    def run(library: Library, *, sure: bool, confirm: Callable[[SyncResult], None] | None = None) -> SyncResult:
        with output.progress() as report:
            return sync(
                library,
                access,
                session.settings.now(),
                direction=direction,
                dry_run=dry_run,
                prefer=prefer,
                sure=sure,
                confirm=confirm,
                report=report,
            )

    with session.library() as library:
        try:
            result = run(library, sure=yes, confirm=_first_look if asking else None)
        except _FirstSync as first:
            _print(output, first.plan)
            agree(f"Sync with {first.plan.library}?")
            result = run(library, sure=True)
        except NeedsYes as refused:
            if not asking:
                raise NeedsYes(f"{refused}; readlist zotero plan shows it, and --yes does it") from None
            output.say(f"{refused} yet; readlist zotero plan shows it.")
            agree("Do it?")
            result = run(library, sure=True)
        if as_json:
            output.json(result.to_json())
        else:
            _print(output, result)
        for notice in result.notices:
            output.say(_sentence(notice))
        if result.pulled and not result.dry_run:
            _resolve(session, library)
    if result.stopped or result.left:
        reasons = [*(_sentence(notice) for notice in result.left[:5]), *([result.stopped] if result.stopped else [])]
        raise PartlyDone("\n".join(reasons) + "\nThe same command goes on from there.")


def _resolve(session: Session, library: Library) -> None:
    """Look for the records of what came from Zotero; the sync is done, whatever comes of it."""
    from readlist.cli.commands.resolving import run_resolve

    try:
        run_resolve(session, library, "", "auto", again=False, as_json=False, aside=True)
    except ReadlistError as error:
        session.output.say(str(error))


class _FirstSync(Exception):
    """A library that holds something is synced with for the first time: the person sees the plan before."""

    def __init__(self, plan: SyncResult) -> None:
        super().__init__()
        self.plan = plan


def _first_look(plan: SyncResult) -> None:
    if plan.first and plan.changes:
        raise _FirstSync(plan)


def _sentence(notice: Notice) -> str:
    return f"{notice.name} {plain(notice.title)[:60]}: {notice.text}"


def _print(output: Output, result: SyncResult) -> None:
    if result.dry_run or output.verbosity > 0:
        for side, verbs, rows in _groups(result):
            for row in rows:
                told = f" ({', '.join(row.fields)})" if verbs.fields else ""
                output.done(f"{side:<8} {verbs.plan if result.dry_run else verbs.done:<8} {_who(row)}{told}")
    for row in result.conflicts:
        output.data(f"conflict          {_who(row)} ({', '.join(row.fields)}): changed on both sides")
    output.done(summary(result))


def _who(row: Row) -> str:
    number = "" if row.paper_id is None else f"p{row.paper_id}"
    return f"{number:<7} {plain_title(row.title)}"


class _Verbs(NamedTuple):
    """How a group of changes is called: planned, done, and in the summary; ``fields``: which changed is told."""

    plan: str
    done: str
    summary: str
    fields: bool = False


def _groups(result: SyncResult) -> list[tuple[str, _Verbs, tuple[Row, ...]]]:
    return [
        ("Zotero", _Verbs("create", "created", "created"), result.created),
        ("Zotero", _Verbs("update", "updated", "updated", True), result.updated),
        ("Zotero", _Verbs("trash", "trashed", "moved to the trash"), result.trashed),
        ("list", _Verbs("add", "added", "added"), result.pulled),
        ("list", _Verbs("change", "changed", "changed", True), result.revised),
        ("list", _Verbs("remove", "removed", "moved to the trash"), result.removed),
    ]


def summary(result: SyncResult) -> str:
    """What a sync did, for people."""
    would = "would be " if result.dry_run else ""
    told: dict[str, list[str]] = {"Zotero": [], "list": []}
    for side, verbs, rows in _groups(result):
        noun = "item" if side == "Zotero" else "paper"
        told[side] += [f"{count(len(rows), noun)} {would}{verbs.summary}"] if rows else []
    parts = [f"in the list {', '.join(told['list'])}"] if told["list"] else []
    parts = [*told["Zotero"], *parts, f"{result.unchanged:,} unchanged"]
    if result.conflicts:
        parts.append(count(len(result.conflicts), "conflict"))
    return f"{result.library}: {', '.join(parts)} ({count(result.requests, 'request')})"
