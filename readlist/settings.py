"""Settings: where things live and which services are asked. Environment beats config file beats default.

Only the faces read settings; everything below them gets values as arguments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from readlist import settings_zotero
from readlist.errors import SettingsError
from readlist.identifiers import host_of, on_arxiv
from readlist.settings_given import Given, Value, near, variable_of

__all__ = ["KNOWN", "ExportTarget", "Settings", "Value", "load", "variable_of"]

ARXIV_URL = "https://export.arxiv.org/api/query"
OAI_URL = "https://oaipmh.arxiv.org/oai"
PDF_URL = "https://arxiv.org/pdf"
ARXIV_SITE = "https://arxiv.org"
HUGGINGFACE_URL = "https://huggingface.co"
ZOTERO_URL = "https://api.zotero.org"
#: arXiv asks for one request every three seconds. https://info.arxiv.org/help/api/tou.html
ARXIV_DELAY = 3.0

#: A header's comment ends at a parenthesis. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.5
_CONTACT = r"(?:mailto:)?[^\s()<>@\\\x00-\x20\x7f-\U0010ffff]+@[\w.-]+|https?://[!#-'*-\[\]-~]+"

#: Google Scholar's key, wang2024instantid; `readlist.exporters.key_templates` reads it.
KEY_TEMPLATE = "[auth:lower][year][veryshorttitle:lower]"
ZOTERO_COLLECTION = "Reading list"
EXPORT_FOLDER = "exports"


class Known(NamedTuple):
    """What a person should know of a setting: what it is about, and what holds where nothing is said."""

    about: str
    default: str | None = None


#: Every setting by section and name; `variable_of` says which environment variable it is.
KNOWN = {
    "": {
        "library": Known("the library file", "library.sqlite3 in the data folder"),
        "snapshot": Known("the local index over arXiv's metadata", "snapshot.sqlite3 in the data folder"),
    },
    "arxiv": {
        "url": Known("the arXiv API, or a mirror of it", ARXIV_URL),
        "delay": Known("seconds between two requests; under 3 only for a host that is not arXiv's", f"{ARXIV_DELAY:g}"),
        "contact": Known("an e-mail or web address, told to arXiv with each request"),
        "pdf_url": Known("where PDFs are", PDF_URL),
        "site": Known("where arXiv's listings are", ARXIV_SITE),
    },
    "huggingface": {"url": Known("where Hugging Face's pages are", HUGGINGFACE_URL)},
    "oai": {"url": Known("the service that snapshot update asks", OAI_URL)},
    "zotero": {
        "url": Known("the Zotero server", ZOTERO_URL),
        "library": Known("user:12345, group:678, several of them, or local", "that of the key's owner"),
        "api_key": Known("the key; zotero login keeps it more safely"),
        "collection": Known("the collection that papers go into", ZOTERO_COLLECTION),
        "query": Known("the papers that get an item", "all that are matched or added by hand, and not skipped"),
        "pull": Known("where papers come from: collection, or library for all of it", "collection"),
        "trash": Known("whose items follow a removed paper into the trash: ours, or all", "ours"),
        "item_types": Known("preprint, or published: journal articles and conference papers as such", "preprint"),
        "attach": Known("below items of ours: none, link (the PDF's address) or upload (PDFs that are here)", "none"),
        "extras": Known("as Zotero's translator: categories (automatic tags), comment (arXiv's, as a note)"),
        "collections": Known('further collections, by tag: a table with lines such as faces = "Faces"'),
        "status_names": Known(
            "what the Reading List plugin calls the read statuses: a table", "the plugin's own names"
        ),
    },
    "export": {
        "folder": Known("where exports go that name no file", f"{EXPORT_FOLDER} below the current folder"),
        "add": Known("fields of a bibliography besides the usual: abstract, note, keywords, readstatus"),
        "leave_out": Known("fields to leave out"),
        "sort": Known("key, or an order of readlist list", "key"),
        "layout": Known("fields, wrapped or line", "fields"),
        "most_authors": Known('"and others" after so many', "all of them"),
        "eprinttype": Known("with eprinttype in BibTeX, for Zotero's importer", "true"),
        "venues": Known("take a venue that only a comment names for a reference", "false"),
        "target": Known("living files: tables with path, format, query and options"),
    },
    "keys": {"template": Known("how citation keys are made", KEY_TEMPLATE)},
    "tui": {"keys": Known("keys of the terminal interface, by the name of the action")},
}
#: Environment variables that no setting of the file stands for.
VARIABLES = {
    "READLIST_HOME": "a folder for everything: library, index, settings, caches, backups, logs",
    "READLIST_CONFIG": "the settings file",
    "READLIST_NOW": "an ISO time that holds as now, for runs that must come out the same",
    "READLIST_PACE_FOLDER": "a folder in which all users of a machine share arXiv's pace; default: /tmp",
    "NO_COLOR": "no colours and no bars, whatever it says",
    "VISUAL, EDITOR": "the editor for notes",
    "PAGER": "the program that shows long guides",
}
#: Settings that only the file can say: they are tables.
FILE_ONLY = ("export.target", "tui.keys", "zotero.collections", "zotero.status_names")
#: Variables that set one key of ``tui.keys``: READLIST_TUI_KEYS_COPY_LINK for copy-link.
KEYS_VARIABLE = "READLIST_TUI_KEYS_"
#: What a table [[export.target]] may say.
TARGET = ("path", "format", "query", "options")


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """A living file, or with ``folder`` a living folder of notes: kept up to date with what a query finds."""

    path: Path
    format: str
    query: str = ""
    options: Mapping[str, Value] = field(default_factory=dict)
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. ``zotero_library``: ``user:12345``, ``group:678``, ``local``; None: the key's own;
    ``zotero_more``: further ones that are synced with, too.

    ``arxiv_contact``: an e-mail address or a web page under which arXiv's staff finds whoever sends the requests.
    ``arxiv_site`` and ``huggingface_url``: where pages are fetched whose addresses are given.
    """

    home: Path
    config: Path
    library: Path
    snapshot: Path
    export_folder: Path
    arxiv_url: str = ARXIV_URL
    arxiv_delay: float = ARXIV_DELAY
    arxiv_contact: str | None = None
    arxiv_site: str = ARXIV_SITE
    huggingface_url: str = HUGGINGFACE_URL
    oai_url: str = OAI_URL
    pdf_url: str = PDF_URL
    zotero_url: str = ZOTERO_URL
    zotero_library: str | None = None
    zotero_more: tuple[str, ...] = ()
    zotero_api_key: str | None = None
    zotero_collection: str = ZOTERO_COLLECTION
    zotero_query: str = ""
    zotero_pull: str = "collection"
    zotero_trash: str = "ours"
    zotero_item_types: str = "preprint"
    zotero_attach: str = "none"
    zotero_extras: tuple[str, ...] = ()
    zotero_collections: Mapping[str, str] = field(default_factory=dict)
    zotero_status_names: Mapping[str, str] = field(default_factory=dict)
    export_options: Mapping[str, Value] = field(default_factory=dict)
    targets: tuple[ExportTarget, ...] = ()
    key_template: str = KEY_TEMPLATE
    fixed_now: datetime | None = None
    #: Keys of the TUI by the name of the action, as they stand in the file; the TUI knows which of them it can use.
    tui_keys: Mapping[str, Value] = field(default_factory=dict)
    #: What cannot be used, in sentences with the place, by section and name; defaults stand in for it.
    problems: Mapping[str, str] = field(default_factory=dict)
    #: Where each setting is given that is: the variable, or file and line.
    places: Mapping[str, str] = field(default_factory=dict)

    def need(self, *names: str) -> None:
        """Raise SettingsError where a setting cannot be used that is one of these or of one of these sections."""
        for problem, said in self.problems.items():
            if any(problem == name or problem.startswith(f"{name}.") for name in names):
                raise SettingsError(said)

    def need_library(self) -> None:
        """The same for what says which library there is: another one must not be used in its place."""
        self.need(*(problem for problem in self.problems if "." not in problem))

    @property
    def backups(self) -> Path:
        """The folder for copies of the library that nobody gave a place."""
        return self.home / "backups"

    def now(self) -> datetime:
        """The time: the real one, or READLIST_NOW for runs that must come out the same."""
        return self.fixed_now or datetime.now(UTC)

    def check_delay(self, url: str) -> None:
        """Raise SettingsError where `arxiv_delay` is shorter than the service at this address asks for."""
        if self.arxiv_delay < ARXIV_DELAY and on_arxiv(url):
            raise SettingsError(f"{self.places.get('arxiv.delay', self.config)}: {_too_short(self.arxiv_delay, url)}")


def load(environment: Mapping[str, str], library: str | None = None) -> Settings:
    """Read the settings. ``library`` is the ``--library`` option. What cannot be used is in ``problems``."""
    home = _home(environment)
    config = _config(environment, home)
    given = Given(environment, config, KNOWN)

    def path(section: str, name: str, default: Path) -> Path:
        return given.text(section, name, Path, default).expanduser()

    def word(name: str, *known: str) -> str:
        full = f"zotero.{name}"
        return given.take("zotero", name, lambda value: settings_zotero.one_of(full, value, known), known[0])

    nothing: tuple[str, ...] = ()
    usual = path("", "library", home / "library.sqlite3")
    asked = Path(library).expanduser() if library else usual
    libraries = given.take("zotero", "library", settings_zotero.libraries, nothing)
    no_targets: tuple[ExportTarget, ...] = ()
    targets = given.take("export", "target", lambda tables: _targets(config, tables), no_targets)
    url = _address(given, "arxiv", "url", ARXIV_URL)
    settings = Settings(
        home=home,
        config=config,
        library=asked,
        snapshot=path("", "snapshot", home / "snapshot.sqlite3"),
        export_folder=path("export", "folder", Path(EXPORT_FOLDER)),
        arxiv_url=url,
        arxiv_delay=_delay_of(given, url),
        arxiv_contact=given.text("arxiv", "contact", _contact, None),
        arxiv_site=_address(given, "arxiv", "site", ARXIV_SITE),
        huggingface_url=_address(given, "huggingface", "url", HUGGINGFACE_URL),
        oai_url=_address(given, "oai", "url", OAI_URL),
        pdf_url=_address(given, "arxiv", "pdf_url", PDF_URL),
        zotero_url=_address(given, "zotero", "url", ZOTERO_URL),
        zotero_library=libraries[0] if libraries else None,
        zotero_more=libraries[1:],
        zotero_api_key=given.text("zotero", "api_key", str, None),
        zotero_collection=given.text("zotero", "collection", str, "") or ZOTERO_COLLECTION,
        zotero_query=given.text("zotero", "query", str, ""),
        zotero_pull=word("pull", "collection", "library"),
        zotero_trash=word("trash", "ours", "all"),
        zotero_item_types=word("item_types", "preprint", "published"),
        zotero_attach=word("attach", "none", "link", "upload"),
        zotero_extras=given.take("zotero", "extras", settings_zotero.extras, nothing),
        zotero_collections=given.take(
            "zotero", "collections", lambda table: settings_zotero.names("zotero.collections", table), {}
        ),
        zotero_status_names=given.take("zotero", "status_names", settings_zotero.status_names, {}),
        export_options=_export_options(given),
        # Living files are those of the usual library: another one must not be written into them.
        targets=targets if asked.absolute() == usual.absolute() else (),
        key_template=given.text("keys", "template", str, "") or KEY_TEMPLATE,
        fixed_now=_now(given, environment.get("READLIST_NOW")),
        tui_keys=_tui_keys(given, environment),
        problems=given.problems,
        places=given.places(),
    )
    if library:
        given.problems.pop("library", None)  # the one that is asked for holds
    return settings


def _home(environment: Mapping[str, str]) -> Path:
    if environment.get("READLIST_HOME"):
        return Path(environment["READLIST_HOME"]).expanduser()
    from platformdirs import user_data_path

    return user_data_path("readlist", appauthor=False)


def _config(environment: Mapping[str, str], home: Path) -> Path:
    if environment.get("READLIST_CONFIG"):
        return Path(environment["READLIST_CONFIG"]).expanduser()
    if environment.get("READLIST_HOME"):
        return home / "config.toml"
    from platformdirs import user_config_path

    return user_config_path("readlist", appauthor=False) / "config.toml"


def _address(given: Given, section: str, name: str, default: str) -> str:
    return given.text(section, name, lambda url: _url(url, f"{section}.{name}"), default)


def _delay_of(given: Given, url: str) -> float:
    """The delay, checked for the API's address. That of the harvest is checked where it is asked: a short delay may be
    meant for a mirror of the API alone."""
    delay = given.take("arxiv", "delay", _delay, ARXIV_DELAY)
    if delay < ARXIV_DELAY and on_arxiv(url):
        given.fault("arxiv", "delay", _too_short(delay, url))
    return delay


def _too_short(delay: float, url: str) -> str:
    return (
        f"arxiv.delay: arXiv asks for one request every {ARXIV_DELAY:g} seconds; {delay:g} is too short "
        f"for {host_of(url)}"
    )


def _export_options(given: Given) -> dict[str, Value]:
    """What is said about every export; the faces that use it check it."""
    names = [name for name in KNOWN["export"] if name not in {"folder", "target"}]
    found = {name: given.raw("export", name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _targets(config: Path, tables: Value) -> tuple[ExportTarget, ...]:
    """The living files. Their paths start where the settings file is: they must not depend on where a command runs."""
    listed = tables if isinstance(tables, list) else [tables]
    found = [table for table in listed if isinstance(table, dict)]
    if not isinstance(tables, list) or len(found) < len(listed):
        raise SettingsError("export.target is a list of tables: each begins with [[export.target]]")
    return tuple(_target(config, number, table) for number, table in enumerate(found, 1))


def _target(config: Path, number: int, table: Mapping[str, Value]) -> ExportTarget:
    where = f"[[export.target]] number {number}"
    for name, value in table.items():
        if name not in TARGET:
            raise SettingsError(f"{where}: unknown setting {name}{near(name, TARGET)}")
        if not isinstance(value, dict if name == "options" else str):
            raise SettingsError(f"{where}: {name} is a {'table' if name == 'options' else 'text'}, not {value!r}")
    if not table.get("path") or not table.get("format"):
        raise SettingsError(f"{where} needs a path and a format")
    options = table.get("options", {})
    assert isinstance(options, dict)
    path = config.parent / Path(str(table["path"])).expanduser()
    folder = str(table["path"]).endswith("/")
    return ExportTarget(path, str(table["format"]), str(table.get("query", "")), options, folder)


def _url(url: str, name: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is no number or too high
        good = False
    if not good or not url.isprintable() or " " in url:
        raise SettingsError(f"{name}: {url!r} is not an http(s) address")
    return url.rstrip("/")


def _delay(value: Value) -> float:
    try:
        delay = float(str(value))
    except ValueError:
        delay = -1.0
    if not 0 <= delay < 3600:
        raise SettingsError(f"arxiv.delay: {value!r} is not a number of seconds")
    return delay


def _contact(text: str) -> str | None:
    """It goes into a header as it is: plain characters, and nothing that ends a comment there."""
    if re.fullmatch(_CONTACT, text, re.ASCII):
        return text
    raise SettingsError(f"arxiv.contact: {text!r} is no e-mail (you@example.org) and no web address (https://…)")


def _tui_keys(given: Given, environment: Mapping[str, str]) -> dict[str, Value]:
    def read(table: Value) -> dict[str, Value]:
        if not isinstance(table, dict):
            raise SettingsError('tui.keys is a table: [tui.keys] on a line, below it lines such as note = "N"')
        return table

    variables = {
        name.removeprefix(KEYS_VARIABLE).lower().replace("_", "-"): value
        for name, value in environment.items()
        if name.startswith(KEYS_VARIABLE)
    }
    nothing: dict[str, Value] = {}
    return {**given.take("tui", "keys", read, nothing), **variables}


def _now(given: Given, text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        given.problems["READLIST_NOW"] = f"READLIST_NOW: {text!r} is not an ISO time such as 2026-11-20T09:00:00Z"
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
