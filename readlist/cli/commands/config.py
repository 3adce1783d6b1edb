"""readlist config, readlist completion."""

from __future__ import annotations

import click

from readlist.actions import credentials
from readlist.actions.export_options import faults
from readlist.cli.app import Session, pass_session
from readlist.settings import Settings


@click.group("config", invoke_without_command=True)
@click.pass_context
def config_command(ctx: click.Context) -> None:
    """Show the settings in force, and all that cannot be used; config path names the file they are kept in."""
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.ensure_object(Session)
    settings = session.settings
    values = {
        "library": settings.library,
        "snapshot": settings.snapshot,
        "export.folder": settings.export_folder,
        **{f"export.{name}": value for name, value in settings.export_options.items()},
        **{f"export.target {n}": f"{each.format} {each.path}" for n, each in enumerate(settings.targets, 1)},
        "keys.template": settings.key_template,
        "arxiv.url": settings.arxiv_url,
        "arxiv.delay": f"{settings.arxiv_delay:g}",
        "arxiv.pdf_url": settings.pdf_url,
        "arxiv.contact": settings.arxiv_contact or "none given",
        "arxiv.site": settings.arxiv_site,
        "huggingface.url": settings.huggingface_url,
        "oai.url": settings.oai_url,
        "zotero.url": settings.zotero_url,
        "zotero.library": settings.zotero_library or "that of the key",
        "zotero.collection": settings.zotero_collection,
        "zotero.api_key": _key_state(settings),
    }
    for name, value in values.items():
        session.output.data(f"{name:<18} {value}")
    keys = _keys(session) if settings.tui_keys else ()
    session.output.say(f"{settings.config}{'' if settings.config.exists() else ' (not there yet)'}")
    for problem in (*settings.problems.values(), *faults(settings)):
        session.output.complain(problem)
    for problem in keys:
        session.output.complain(f"{settings.config}: {problem}; its own keys are used")


def _keys(session: Session) -> tuple[str, ...]:
    """Print the keys that are set; returns what is wrong with others."""
    from readlist.tui.keyboard import read_keys

    read = read_keys(session.settings.tui_keys)
    for name in read.keys:
        session.output.data(f"{'tui.keys.' + name:<18} {session.settings.tui_keys[name]}")
    return read.problems


def _key_state(settings: Settings) -> str:
    # A key of zotero.org is not for the program on this machine.
    if settings.zotero_api_key and not credentials.is_local(settings.zotero_library):
        return "set"
    where = credentials.address(settings.zotero_url, settings.zotero_library)
    return "kept by zotero login" if credentials.load_key(settings.home, where) else "not set"


@config_command.command("path")
@pass_session
def path_command(session: Session) -> None:
    """The settings file."""
    session.output.data(str(session.settings.config))


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@pass_session
def completion_command(session: Session, shell: str) -> None:
    """Print what your shell needs: eval "$(readlist completion bash)"."""
    from click.shell_completion import get_completion_class

    from readlist.cli import completing  # noqa: F401 - knows more of bash than click does
    from readlist.cli.app import root

    kind = get_completion_class(shell)
    assert kind is not None
    session.output.raw(kind(root, {}, "readlist", "_READLIST_COMPLETE").source() + "\n")
