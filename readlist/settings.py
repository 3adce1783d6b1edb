"""Settings: where things live and which services are asked. Environment beats config file beats default.

Only the faces read settings; everything below them gets values as arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

from readlist import settings_zotero
from readlist.errors import SettingsError
from readlist.identifiers import host_of, on_arxiv

#: What TOML can say (https://toml.io/en/v1.0.0); an environment variable says text.
Value: TypeAlias = "str | int | float | bool | datetime | date | time | Sequence[Value] | Mapping[str, Value]"

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
            raise SettingsError(
                f"arxiv.delay: arXiv asks for one request every {ARXIV_DELAY:g} seconds; {self.arxiv_delay:g} is too "
                f"short for {host_of(url)}"
            )


def load(environment: Mapping[str, str], library: str | None = None) -> Settings:
    """Read the settings. ``library`` is the ``--library`` option. Raises `SettingsError` naming file and key."""
    home = _home(environment)
    config = _config(environment, home)
    values = _read(config)

    def get(section: str, name: str) -> str | None:
        found: Value | None = environment.get(variable_of(section, name)) or values.get(section, {}).get(name)
        return None if found is None else str(found)

    url = get("arxiv", "url") or ARXIV_URL
    usual = Path(get("", "library") or home / "library.sqlite3").expanduser()
    asked = Path(library).expanduser() if library else usual
    libraries = settings_zotero.libraries(environment, values.get("zotero", {}))
    targets = _targets(config, values.get("export", {}).get("target", []))
    settings = Settings(
        home=home,
        config=config,
        library=asked,
        snapshot=Path(get("", "snapshot") or home / "snapshot.sqlite3").expanduser(),
        export_folder=Path(get("export", "folder") or EXPORT_FOLDER).expanduser(),
        arxiv_url=_url(url, "arxiv.url"),
        arxiv_delay=_delay(get("arxiv", "delay")),
        arxiv_contact=_contact(get("arxiv", "contact")),
        arxiv_site=_url(get("arxiv", "site") or ARXIV_SITE, "arxiv.site"),
        huggingface_url=_url(get("huggingface", "url") or HUGGINGFACE_URL, "huggingface.url"),
        oai_url=_url(get("oai", "url") or OAI_URL, "oai.url"),
        pdf_url=_url(get("arxiv", "pdf_url") or PDF_URL, "arxiv.pdf_url"),
        zotero_url=_url(get("zotero", "url") or ZOTERO_URL, "zotero.url"),
        zotero_library=libraries[0] if libraries else None,
        zotero_more=libraries[1:],
        zotero_api_key=get("zotero", "api_key"),
        zotero_collection=get("zotero", "collection") or ZOTERO_COLLECTION,
        zotero_query=get("zotero", "query") or "",
        zotero_pull=settings_zotero.one_of("zotero.pull", get("zotero", "pull"), ("collection", "library")),
        zotero_trash=settings_zotero.one_of("zotero.trash", get("zotero", "trash"), ("ours", "all")),
        zotero_item_types=settings_zotero.one_of(
            "zotero.item_types", get("zotero", "item_types"), ("preprint", "published")
        ),
        zotero_attach=settings_zotero.one_of("zotero.attach", get("zotero", "attach"), ("none", "link", "upload")),
        zotero_extras=settings_zotero.extras(environment, values.get("zotero", {})),
        zotero_collections=settings_zotero.names(
            config, "zotero.collections", values.get("zotero", {}).get("collections", {})
        ),
        zotero_status_names=settings_zotero.status_names(config, values.get("zotero", {}).get("status_names", {})),
        export_options=_export_options(environment, values.get("export", {})),
        # Living files are those of the usual library: another one must not be written into them.
        targets=targets if asked.absolute() == usual.absolute() else (),
        key_template=get("keys", "template") or KEY_TEMPLATE,
        fixed_now=_now(environment.get("READLIST_NOW")),
        tui_keys=_tui_keys(config, values, environment),
    )
    # The harvest's address is checked where it is asked: a short delay may be meant for a mirror of the API alone.
    settings.check_delay(settings.arxiv_url)
    return settings


def variable_of(section: str, name: str) -> str:
    """The environment variable of a setting: ``READLIST_ARXIV_DELAY`` for ``arxiv.delay``."""
    return "_".join(part for part in ("READLIST", section, name) if part).upper()


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


def _read(path: Path) -> dict[str, dict[str, Value]]:
    if not path.exists():
        return {}
    import tomllib

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot read the settings: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from None
    values: dict[str, dict[str, Value]] = {"": {}}
    for name, value in data.items():
        if isinstance(value, dict):
            if name not in KNOWN or not name:
                raise SettingsError(f"{path}: unknown section [{name}]{_near(name, KNOWN)}")
            for inner in value:
                _check(path, name, inner)
            values[name] = value
        else:
            _check(path, "", name)
            values[""][name] = value
    return values


def _check(path: Path, section: str, name: str) -> None:
    if not section and name in KNOWN:
        raise SettingsError(f"{path}: {name} is a section: [{name}] on a line, below it lines such as name = value")
    if name not in KNOWN[section]:
        full = f"{section}.{name}" if section else name
        raise SettingsError(f"{path}: unknown setting {full}{_near(name, KNOWN[section])}")


def _export_options(environment: Mapping[str, str], section: Mapping[str, Value]) -> dict[str, Value]:
    """What is said about every export; the faces that use it check it."""
    names = [name for name in KNOWN["export"] if name not in {"folder", "target"}]
    found = {name: environment.get(variable_of("export", name)) or section.get(name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _targets(config: Path, tables: Value) -> tuple[ExportTarget, ...]:
    """The living files. Their paths start where the settings file is: they must not depend on where a command runs."""
    listed = tables if isinstance(tables, list) else [tables]
    found = [table for table in listed if isinstance(table, dict)]
    if not isinstance(tables, list) or len(found) < len(listed):
        raise SettingsError(f"{config}: export.target is a list of tables: each begins with [[export.target]]")
    return tuple(_target(config, number, table) for number, table in enumerate(found, 1))


def _target(config: Path, number: int, table: Mapping[str, Value]) -> ExportTarget:
    where = f"{config}: [[export.target]] number {number}"
    for name, value in table.items():
        if name not in TARGET:
            raise SettingsError(f"{where}: unknown setting {name}{_near(name, TARGET)}")
        if not isinstance(value, dict if name == "options" else str):
            raise SettingsError(f"{where}: {name} is a {'table' if name == 'options' else 'text'}, not {value!r}")
    if not table.get("path") or not table.get("format"):
        raise SettingsError(f"{where} needs a path and a format")
    options = table.get("options", {})
    assert isinstance(options, dict)
    path = config.parent / Path(str(table["path"])).expanduser()
    folder = str(table["path"]).endswith("/")
    return ExportTarget(path, str(table["format"]), str(table.get("query", "")), options, folder)


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, [text for text in known if text], 1)
    return f"; did you mean {close[0]}?" if close else ""


def _url(url: str, name: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is no number or too high
        good = False
    if not good or not url.isprintable() or " " in url:
        raise SettingsError(f"{name}: {url!r} is not an http(s) address")
    return url.rstrip("/")


def _delay(text: str | None) -> float:
    if text is None:
        return ARXIV_DELAY
    try:
        delay = float(text)
    except ValueError:
        delay = -1.0
    if not 0 <= delay < 3600:
        raise SettingsError(f"arxiv.delay: {text!r} is not a number of seconds")
    return delay


def _contact(text: str | None) -> str | None:
    """It goes into a header as it is: plain characters, and nothing that ends a comment there."""
    if text is None or re.fullmatch(_CONTACT, text, re.ASCII):
        return text
    raise SettingsError(f"arxiv.contact: {text!r} is no e-mail (you@example.org) and no web address (https://…)")


def _tui_keys(
    path: Path, values: Mapping[str, Mapping[str, Value]], environment: Mapping[str, str]
) -> dict[str, Value]:
    table = values.get("tui", {}).get("keys", {})
    if not isinstance(table, dict):
        raise SettingsError(f'{path}: tui.keys is a table: [tui.keys] on a line, below it lines such as note = "N"')
    given = {
        name.removeprefix(KEYS_VARIABLE).lower().replace("_", "-"): value
        for name, value in environment.items()
        if name.startswith(KEYS_VARIABLE)
    }
    return table | given


def _now(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"READLIST_NOW: {text!r} is not an ISO time such as 2026-11-20T09:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
