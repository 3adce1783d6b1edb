"""What the documents say must be true of the program."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from readlist import __version__, settings
from readlist.cli.app import COMMANDS, root
from tests.support import Cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = [
    line.split("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("readlist ")
]


def test_every_command_stands_in_the_readme() -> None:
    table = dict(re.findall(r"^\| `readlist ([\w]+)[^|]*` \| (.+?) \|$", README, re.MULTILINE))
    assert table == {name: text for name, (_, text) in COMMANDS.items()}


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_commands_that_parse(example: str) -> None:
    for part in example.split(" | "):
        words = shlex.split(part)
        assert words[0] == "readlist"
        command: click.Command = root
        rest = words[1:]
        while isinstance(command, click.Group) and rest:
            found = command.get_command(click.Context(command), rest[0])
            if found is None:
                break
            command, rest = found, rest[1:]
        assert command is not root
        command.make_context(part, list(rest), resilient_parsing=False)


def test_the_examples_are_there() -> None:
    assert len(EXAMPLES) >= 12


def test_links_and_pictures_exist() -> None:
    for page in (README, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page):
            assert (ROOT / target).exists(), target


def test_the_changelog_has_this_version() -> None:
    assert f"## {__version__} (" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_settings_of_the_readme_are_settings(cli: Cli) -> None:
    text = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[0]
    data = tomllib.loads(text)
    cli.home.mkdir()
    (cli.home / "config.toml").write_text(text, encoding="utf-8")
    shown = cli("config").out
    assert data["zotero"]["library"] in shown
    for variable in re.findall(r"READLIST_([A-Z_]+)", text):
        section, _, name = variable.lower().partition("_")
        known = settings.KNOWN.get(section, ())
        assert name in known or name.startswith("keys_") or variable.lower() in settings.KNOWN[""], variable


def test_no_document_or_module_names_a_place_of_ours() -> None:
    places = re.compile(r"/work/|/root/|/home/\w|pypi\.org|files\.pythonhosted")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("readlist/**/*.py"), ROOT / "pyproject.toml", ROOT / ".ci" / "run"]:
        assert not places.search(path.read_text(encoding="utf-8")), path


def test_the_picture_asks_no_server() -> None:
    assert "@font-face" not in (ROOT / "exports" / "tui.svg").read_text(encoding="utf-8")
