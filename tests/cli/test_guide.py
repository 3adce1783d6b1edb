"""readlist guide: topics, what fills them in, and how they are shown."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from readlist import settings
from readlist.cli.commands import guide as command
from readlist.cli.guides import TOPICS, about
from readlist.cli.output import Output
from readlist.library.orders import SORTS
from readlist.library.query import VALUES
from readlist.tui import registry
from tests.support import Cli

ROOT = Path(__file__).parents[2]


def test_the_topics_are_the_files_and_each_says_what_it_is_about(cli: Cli) -> None:
    assert sorted(TOPICS) == sorted(path.stem for path in (ROOT / "readlist" / "guides").iterdir())
    lines = cli("guide").out.splitlines()
    assert [line.split()[0] for line in lines] == list(TOPICS)
    assert all(len(about(topic)) > 10 and about(topic) in line for topic, line in zip(TOPICS, lines, strict=True))
    assert all(len(line) < 80 for line in lines)
    assert not cli.home.exists()


@pytest.mark.parametrize("topic", TOPICS)
def test_a_guide_is_plain_text_where_there_is_no_terminal(cli: Cli, topic: str) -> None:
    shown = cli("guide", topic)
    assert about(topic) in shown.out.splitlines()[0]
    assert "{{" not in shown.out
    assert "\x1b" not in shown.out
    assert shown.err == ""
    assert cli("guide", topic.upper()).out == shown.out


def test_the_keys_are_those_in_force(cli: Cli) -> None:
    usual = cli("guide", "triage").out
    for action in registry.ACTIONS:
        assert f"| {action.name} " in usual
        assert all(f"`{registry.key_name(key)}`" in usual for key in action.keys)
    cli.home.mkdir()
    (cli.home / "config.toml").write_text('[tui.keys]\ntriage = "` | f5"\nhelp = ""\n', encoding="utf-8")
    mine = cli("guide", "triage").out
    assert "`` ` `` `\\|` `F5`" in mine
    assert "help in the palette" in mine


def test_every_setting_and_its_variable_are_named(cli: Cli) -> None:
    shown = cli("guide", "settings").out
    for section, names in settings.KNOWN.items():
        for name in names:
            full = f"{section}.{name}" if section else name
            assert f"- `{full}`" in shown
            assert (f"`{settings.variable_of(section, name)}`:" in shown) is (full not in settings.FILE_ONLY)
    assert all(f"`{name}`" in shown for names in settings.VARIABLES for name in names.split(", "))


def test_the_variables_are_read(cli: Cli) -> None:
    given = {"READLIST_ARXIV_DELAY": "7", "READLIST_EXPORT_SORT": "title", "READLIST_ZOTERO_COLLECTION": "Papers"}
    cli.setenv(**given, READLIST_TUI_KEYS_NOTE="N")
    shown = cli("config").out
    assert all(value in shown for value in given.values())
    assert "tui.keys.note      N" in shown


def test_the_defaults_are_told_as_they_are(cli: Cli) -> None:
    found = settings.load({"READLIST_HOME": str(cli.home)})
    for section, name, value in (
        ("arxiv", "url", found.arxiv_url),
        ("arxiv", "delay", f"{found.arxiv_delay:g}"),
        ("arxiv", "site", found.arxiv_site),
        ("arxiv", "pdf_url", found.pdf_url),
        ("oai", "url", found.oai_url),
        ("zotero", "url", found.zotero_url),
        ("zotero", "collection", found.zotero_collection),
        ("huggingface", "url", found.huggingface_url),
        ("keys", "template", found.key_template),
    ):
        assert settings.KNOWN[section][name].default == value
    assert str(settings.KNOWN["export"]["folder"].default).startswith(f"{found.export_folder} ")


def test_queries_are_told_in_full(cli: Cli) -> None:
    shown = cli("guide", "queries").out
    for name in ("status", "match", "has", "is"):
        assert ", ".join(VALUES[name]) in shown
    assert ", ".join(SORTS) in shown


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("zotr", "no guide 'zotr'; did you mean zotero?"),
        ("tag", "no guide 'tag'; did you mean tags-notes?"),
        ("e", "did you mean resolve, triage, queries"),
        ("backup", "readlist backup is explained in trouble"),
        ("qqq", "no guide 'qqq'; there are start, import,"),
        ("../../README", "no guide '../../readme'; there are"),
    ],
)
def test_an_unknown_topic_is_wrong_usage_and_names_the_near_ones(cli: Cli, word: str, said: str) -> None:
    wrong = cli("guide", word, code=2)
    assert wrong.out == ""
    assert said in wrong.err
    assert wrong.err.count("\n") == 1


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []

    def take(text: str, color: bool) -> None:
        assert color is ("\x1b" in text)
        texts.append(text)

    monkeypatch.setattr(click, "echo_via_pager", take)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LESS", "")
    return texts


@pytest.mark.parametrize(("lines", "long"), [("10", True), ("500", False)])
@pytest.mark.parametrize("no_color", [True, False])
def test_a_terminal_gets_it_drawn_and_paged_where_it_is_long(
    paged: list[str], monkeypatch: pytest.MonkeyPatch, lines: str, long: bool, no_color: bool
) -> None:
    monkeypatch.setenv("LINES", lines)
    stream = Terminal()
    command._page(Output(stream, stream, no_color=no_color), "# Title: what\n\n- `code`\n- text\n" + "\nmore\n" * 20)
    shown = paged[0] if long else stream.getvalue()
    assert (len(paged) == 1) is long
    assert bool(stream.getvalue()) is not long
    assert "`" not in shown
    assert " • " in shown
    assert ("\x1b[" in shown) is not no_color
    assert all(len(line) <= 80 for line in shown.splitlines()) or not no_color


def test_the_shell_completes_topics(cli: Cli) -> None:
    environment = {**os.environ, "_READLIST_COMPLETE": "zsh_complete", "COMP_WORDS": "readlist guide t",
                   "COMP_CWORD": "2"}  # fmt: skip
    done = subprocess.run([sys.executable, "-m", "readlist"], capture_output=True, text=True, check=True,
                          env=environment, cwd=ROOT)  # fmt: skip
    assert done.stdout.split("\n")[1::3] == ["triage", "tags-notes", "trouble"]
    assert about("triage") in done.stdout
    assert not cli.home.exists()
