"""The command line's frame: global options, commands loaded when used, errors as sentences, exit codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readlist import settings as settings_module
from readlist.cli.completion import FILES
from readlist.cli.output import Output
from readlist.cli.session import Session, guarded
from readlist.errors import SettingsError, WrongUsage

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: Every command: the module that has it (below readlist.cli.commands) and its one line of help, which is kept here
#: so that ``--help`` loads none of them.
COMMANDS = {
    "demo": ("demo", "The whole job on a bundled sample, offline: import, resolve, export, then the TUI"),
    "import": ("importing", "Read listings, bibliographies, arXiv ids and addresses"),
    "add": ("importing", "Add a paper that is not on arXiv"),
    "resolve": ("resolving", "Find out which arXiv record each paper is"),
    "refresh": ("refreshing", "Look records up again: published, new versions, withdrawn"),
    "review": ("reviewing", "Decide on doubtful matches"),
    "list": ("listing", "List papers"),
    "show": ("listing", "Show one paper in full"),
    "open": ("listing", "Open a paper's page in the browser, or its PDF in the viewer"),
    "status": ("deciding", "Set the read status"),
    "tag": ("deciding", "Add and remove tags: readlist tag ID... +TAG -TAG"),
    "star": ("deciding", "Set the priority, 0 to 3"),
    "note": ("deciding", "Write a note on a paper"),
    "remove": ("deciding", "Move papers into the trash"),
    "trash": ("deciding", "List, restore or empty the trash"),
    "key": ("exporting", "Show or set a citation key"),
    "export": ("exporting", "Write a bibliography or a list"),
    "zotero": ("zotero", "Keep Zotero in step"),
    "snapshot": ("snapshot", "The local index over arXiv's metadata"),
    "tui": ("tui", "Open the terminal interface (as readlist alone does)"),
    "stats": ("stats", "Counts and plots: status, weeks, tags, reading pace, priorities, inbox"),
    "undo": ("journal", "Take back the last change, or the last N"),
    "redo": ("journal", "Do again what was undone"),
    "history": ("journal", "What was changed, when"),
    "backup": ("care", "Write a copy of the library"),
    "restore": ("care", "Bring a copy back"),
    "doctor": ("care", "Check the library"),
    "config": ("config", "Show the settings in force"),
    "guide": ("guide", "The guides: start, import, resolve, triage, queries, export, zotero, trouble and more"),
    "completion": ("config", "Shell completion for bash, zsh and fish"),
}


__all__ = [
    "COMMANDS",
    "DashArguments",
    "Session",
    "Whole",
    "one_id",
    "pass_session",
    "read_ids",
    "root",
    "run",
    "writable",
]

#: Commands that look at no library of the person's, so that nothing in the settings can stop them.
_WITHOUT_LIBRARY = frozenset({"config", "guide", "completion", "demo"})
#: What a shell evaluates says nothing; config names every problem.
_TELLS_ITSELF = frozenset({"config", "completion"})

pass_session = click.make_pass_decorator(Session)


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            if ctx.resilient_parsing:  # a shell completes a line that is wrong so far
                return None
            from difflib import get_close_matches

            close = get_close_matches(cmd_name, COMMANDS, 1)
            hint = f"; did you mean {close[0]}?" if close else "; readlist --help lists them"
            ctx.fail(f"no command {cmd_name!r}{hint}")
        module = import_module(f"readlist.cli.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=text) for name, (_, text) in COMMANDS.items() if name.startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--library", metavar="FILE", shell_complete=FILES, help="The library file, before or after the command.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("-V", "--version", is_flag=True, help="Show the version and stop.")
@click.pass_context
def root(ctx: click.Context, library: str | None, quiet: bool, verbose: bool, version: bool) -> int:
    """The reading list for people who read research papers.

    Without a command: opens the terminal interface.
    """
    if version:
        from readlist import __version__

        click.echo(f"readlist {__version__}")
        ctx.exit()
    session = Session(settings_module.load(os.environ, library), Output.of_process(verbose - quiet))
    ctx.obj = session
    if ctx.invoked_subcommand is None:
        from readlist.cli.start import start

        return start(session)
    if ctx.invoked_subcommand not in _WITHOUT_LIBRARY:
        session.settings.need_library()
    if ctx.invoked_subcommand not in _TELLS_ITSELF:
        ctx.call_on_close(lambda: None if isinstance(sys.exc_info()[1], SettingsError) else session.warn())
    return 0


class Whole(click.IntRange):
    """A whole number of a range, called so where something else was typed."""

    name = "whole number"


class DashArguments(click.Command):
    """A command whose words may start with ``-``: tags to remove, terms to negate. Its options are long."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # To a shell a word with - is an option: here it may be a tag to remove, or a filter to negate.
        words = [each for each in self.params if isinstance(each, click.Argument) and each.nargs == -1]
        if not incomplete.startswith("-") or incomplete.startswith("--"):
            words = []
        more = [item for argument in words for item in argument.shell_complete(ctx, incomplete)]
        return [*more, *super().shell_complete(ctx, incomplete)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        long = {name[2:] for parameter in self.params for name in parameter.opts if name.startswith("--")}
        for word in args:
            # -again is a slip far more often than a search for papers without that word.
            if word.startswith("-") and word[1:] in long and len(word) > 2 and not ctx.resilient_parsing:
                ctx.fail(f"{word} would leave out papers with this word: write -{word} for the option, "
                         f"-\"{word[1:]}\" for the word")  # fmt: skip
        short = {name for parameter in self.params for name in parameter.opts if len(name) == 2}
        takes = {name for option in self.params if _takes_value(option) for name in option.opts}
        # What follows such an option is its value, whatever it begins with.
        behind = ["", *args]
        hidden = [
            _hide(word) if _is_word(word, short) and before not in takes else word
            for before, word in zip(behind, args, strict=False)
        ]
        rest = super().parse_args(ctx, hidden)
        for name, value in ctx.params.items():
            ctx.params[name] = _show(value)
        return rest


def _takes_value(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and not parameter.is_flag and not parameter.count


_HIDDEN = "\0"
_SHORT_ID = re.compile(r"p\d+(?=\s|$)")


def _is_word(word: str, short: set[str]) -> bool:
    # No option begins with three: -TAG takes a tag away that itself begins with two.
    long = word.startswith("--") and not word.startswith("---")
    return word.startswith("-") and not long and word != "-" and word not in short | {"-h"}


def _hide(word: str) -> str:
    return _HIDDEN + word


def _show(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_show(item) for item in value)
    return value.removeprefix(_HIDDEN) if isinstance(value, str) else value


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code. Everything that goes wrong becomes a sentence."""
    output = Output.of_process(0)
    return guarded(lambda: _run(arguments, output), output)


def _run(arguments: Sequence[str], output: Output) -> int:
    if "_READLIST_COMPLETE" in os.environ:
        import_module("readlist.cli.completing")  # knows more of bash than click does
    try:
        result = root.main(args=_hoisted(list(arguments)), prog_name="readlist", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "readlist"
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            group = error.ctx.command if error.ctx else root
            names = ", ".join(group.commands) if isinstance(group, click.Group) else ""
            output.complain(f"{command} needs one of {names} behind it (see {command} --help)")
            return 2
        text = " ".join(error.format_message().replace(_HIDDEN, "").split()).rstrip(".")
        output.complain(text if "--help" in text else f"{text} (see {command} --help)")
        return 2
    except click.ClickException as error:
        output.complain(error.format_message())
        return 1
    except click.Abort as error:
        # What a command said about its interruption is the cause's.
        said = error.__cause__.args if error.__cause__ is not None else ("interrupted; nothing was changed",)
        raise KeyboardInterrupt(*said) from None
    return result if isinstance(result, int) else 0


def _hoisted(arguments: list[str]) -> list[str]:
    """``--library FILE``, ``-q`` and ``-v`` may stand behind the command too: brought to the front, up to ``--``."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    # Behind tag, -q and -v are tags to remove.
    command = next((word for word in arguments if word in COMMANDS), "")
    flags = {"--quiet", "--verbose"} | (set() if command == "tag" else {"-q", "-v"})
    for word in words:
        if word == "--":
            rest += [word, *words]
            break
        if word == "--library":
            value = next(words, None)
            if value is None or value.startswith("-"):
                raise WrongUsage("--library needs a file behind it")
            front += [word, value]
        elif word.startswith("--library=") or word in flags:
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def read_ids(words: Sequence[str]) -> list[str]:
    """The IDs of a command: ``-`` reads them from standard input, one a line."""
    found: list[str] = []
    for word in words:
        if word == "-":
            # A line of "readlist list" begins with its short id; other lines are ids as they stand.
            try:
                lines = [line.strip() for line in sys.stdin if line.strip()]
            except UnicodeDecodeError:
                raise WrongUsage("standard input: this is not UTF-8 text") from None
            shorts = [_SHORT_ID.match(line) for line in lines]
            found += [short[0] if short else line for short, line in zip(shorts, lines, strict=True)]
        else:
            found.append(word)
    return found


def one_id(word: str) -> str:
    """The one ID of a command; ``-`` reads it from standard input. Raises `WrongUsage` for none or several."""
    found = read_ids([word])
    if len(found) != 1:
        raise WrongUsage(f"standard input has {len(found)} ids; this command takes one")
    return found[0]


def writable(path: str) -> Path:
    """A path as typed, with ``~`` for the home folder."""
    return Path(path).expanduser()
