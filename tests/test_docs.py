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
GUIDES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "readlist" / "guides").glob("*.md"))}


def blocks(text: str, language: str) -> list[str]:
    """The code of one language in a Markdown text."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


EXAMPLES = [
    line.split("#")[0].strip()
    for text in (README, *GUIDES.values())
    for block in blocks(text, "sh")
    for line in block.splitlines()
    if line.startswith("readlist ")
]
#: What the guides name within a sentence: a command, perhaps without what it needs behind it.
MENTIONED = sorted({found for text in GUIDES.values() for found in re.findall(r"`(readlist [^`]+)`", text)})


def test_every_command_stands_in_the_readme() -> None:
    table = dict(re.findall(r"^\| `readlist ([\w]+)[^|]*` \| (.+?) \|$", README, re.MULTILINE))
    assert table == {name: text for name, (_, text) in COMMANDS.items()}


@pytest.mark.parametrize("example", [*EXAMPLES, *MENTIONED])
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
    assert len(EXAMPLES) >= 80
    assert len(MENTIONED) >= 10


@pytest.mark.parametrize("topic", GUIDES)
def test_the_settings_of_the_guides_are_settings(topic: str, cli: Cli) -> None:
    cli.home.mkdir()
    for text in blocks(GUIDES[topic], "toml"):
        (cli.home / "config.toml").write_text(text, encoding="utf-8")
        shown = cli("config")
        assert "its own keys are used" not in shown.err


@pytest.mark.parametrize("topic", GUIDES)
def test_the_guides_fit_on_a_terminal(topic: str) -> None:
    text = GUIDES[topic]
    assert all(len(line) <= 78 for block in blocks(text, r"\w+") for line in block.splitlines())
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith("|"))
    for other in re.findall(r"guide `?([\w-]+)`", text):
        assert other in GUIDES


def test_the_guides_name_all_that_there_is() -> None:
    from readlist.actions.browsing import FILTERS
    from readlist.exporters import FORMATS

    assert all(f"`{name}:" in GUIDES["queries"] for name in FILTERS)
    assert all(f"`{name}`" in GUIDES["export"] for name in FORMATS)
    whole = " ".join(GUIDES.values())
    assert [name for name in COMMANDS if f"readlist {name}" not in whole] == []


def test_links_and_pictures_exist() -> None:
    for page in (README, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page):
            assert (ROOT / target).exists(), target


def test_the_changelog_has_this_version() -> None:
    assert f"## {__version__} (" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_settings_of_the_readme_are_settings(cli: Cli) -> None:
    (text,) = blocks(README, "toml")
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
    for path in [
        *ROOT.glob("*.md"),
        *ROOT.glob("readlist/**/*.py"),
        *ROOT.glob("readlist/guides/*.md"),
        ROOT / "pyproject.toml",
        ROOT / ".ci" / "run",
    ]:
        assert not places.search(path.read_text(encoding="utf-8")), path


def test_the_picture_asks_no_server() -> None:
    assert "@font-face" not in (ROOT / "exports" / "tui.svg").read_text(encoding="utf-8")
