"""readlist zotero login, logout and status: what a key may do, told in one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.zotero import KEY, ZoteroServer
from tests.servers.zotero_desktop import SERVER_ID, ZoteroDesktop
from tests.support import Cli


@pytest.fixture
def zotero() -> Iterator[ZoteroServer]:
    with ZoteroServer() as server:
        yield server


@pytest.fixture
def at(cli: Cli, zotero: ZoteroServer) -> Cli:
    cli.setenv(READLIST_ZOTERO_URL=zotero.url, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    return cli


def rights(zotero: ZoteroServer) -> Any:
    return zotero.world.keys[KEY]["access"]


def test_a_good_key(at: Cli) -> None:
    done = at("zotero", "login", stdin=f"{KEY}\n")
    assert done.out == "tester: may read and write user:12345\n"
    assert "groups: group:678 (Library 678)" in done.err
    assert 'library = "group:678" below [zotero]' in done.err
    assert "missing" not in done.err
    shown = at("zotero", "status")
    assert "collection: Reading list\n" in shown.out
    assert "groups: group:678 (Library 678)\n" in shown.out
    found = at("zotero", "status", "--json").json
    assert (found["read"], found["write"], found["missing"], found["problem"]) == (True, True, [], None)
    assert found["groups"] == [{"library": "group:678", "name": "Library 678", "write": True}]


def test_what_a_key_lacks_is_said(at: Cli, zotero: ZoteroServer) -> None:
    rights(zotero)["user"] |= {"notes": False, "files": False}
    rights(zotero)["groups"]["678"]["write"] = False
    told = at("zotero", "login", stdin=f"{KEY}\n").err
    assert "missing: notes access, file access (give it to the key at https://www.zotero.org/settings/keys)" in told
    assert "group:678 (Library 678, read only)" in told
    rights(zotero)["user"]["write"] = False
    told = at("zotero", "login", stdin=f"{KEY}\n", code=3).err
    assert "missing: write access, notes access, file access" in told
    assert "The Zotero key may not write to your personal library." in told
    rights(zotero)["user"]["library"] = False
    assert "may not read or write your personal library" in at("zotero", "login", stdin=f"{KEY}\n", code=3).err
    assert at("zotero", "status", "--json").json["missing"] == ["library access", "write access"]


@pytest.mark.parametrize(
    ("library", "sentence"),
    [
        ("user:999", "The Zotero key belongs to user:12345, not to user:999. Leave zotero.library unset"),
        ("group:1", "may not read or write group 1: it reaches group:678 (Library 678); set zotero.library to one"),
    ],
)
def test_another_library_than_the_keys(at: Cli, library: str, sentence: str) -> None:
    at.setenv(READLIST_ZOTERO_LIBRARY=library)
    assert sentence in at("zotero", "login", stdin=f"{KEY}\n", code=3).err
    assert sentence in at("zotero", "status").err
    assert sentence in at("zotero", "status", "--json").json["problem"]


def test_a_group_that_may_only_be_read(at: Cli, zotero: ZoteroServer) -> None:
    rights(zotero)["groups"]["678"]["write"] = False
    at.setenv(READLIST_ZOTERO_LIBRARY="group:678")
    assert "may not write to group 678" in at("zotero", "login", stdin=f"{KEY}\n", code=3).err


def test_names_of_groups_are_text(at: Cli, zotero: ZoteroServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.servers.zotero_routes.group_name", lambda _number: "A\x1b[31m\u202eB")
    told = at("zotero", "login", stdin=f"{KEY}\n").err
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert zotero.count(path="/groups") == 1


def test_no_network(cli: Cli) -> None:
    cli.setenv(READLIST_ZOTERO_URL="http://127.0.0.1:9", READLIST_ZOTERO_API_KEY=KEY)
    assert "The list is untouched; try again later." in cli("zotero", "status", code=1).err


# The program on this machine


def local(cli: Cli, desktop: ZoteroDesktop) -> Cli:
    cli.setenv(
        READLIST_ZOTERO_URL=desktop.url,
        READLIST_ZOTERO_LIBRARY="local",
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
    )
    return cli


def test_login_on_this_machine_asks_in_zoteros_window(cli: Cli) -> None:
    with ZoteroDesktop() as desktop:
        here = local(cli, desktop)
        assert here("zotero", "status", "--json").json["library"] == f"local:{SERVER_ID}"  # no key is needed to read
        done = here("zotero", "login")
        assert done.out == f"Zotero on this machine: may read and write local:{SERVER_ID}\n"
        assert "choose Always Allow" in done.err
        assert (cli.home / "zotero-key").read_text(encoding="utf-8").startswith(desktop.url)
        assert here("zotero", "logout").out == "the key is forgotten\n"
        desktop.program.clicks = ["allow"]
        assert "one write only" in here("zotero", "login").err
        desktop.program.clicks = ["deny"]
        assert "told not to let readlist write" in here("zotero", "login", code=1).err
        assert not (cli.home / "zotero-key").exists()


def test_programs_that_cannot_be_written_to(cli: Cli) -> None:
    with ZoteroDesktop(version="7.0.32") as desktop:
        here = local(cli, desktop)
        assert "changes need Zotero 10 or later" in here("zotero", "login", code=3).err
        status = here("zotero", "status", "--json").json
        assert (status["read"], status["write"], status["missing"]) == (True, False, [])
    with ZoteroDesktop(enabled=False) as desktop:
        assert "Settings, Advanced" in local(cli, desktop)("zotero", "status", code=1).err
    cli.setenv(READLIST_ZOTERO_URL="http://127.0.0.1:9")
    assert "Zotero is not running" in cli("zotero", "status", code=1).err
