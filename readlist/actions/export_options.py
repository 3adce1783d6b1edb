"""How a bibliography is to look: the options that settings, targets and the command line have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from readlist import exporters
from readlist.errors import WrongUsage
from readlist.library.orders import SORTS
from readlist.settings import ExportTarget, Settings

ADDABLE = exporters.ADDABLE
#: The formats by name, for completion.
FORMATS = tuple(exporters.FORMATS)
LAYOUTS = ("fields", "wrapped", "line")
#: By citation key, or any order of a list, which goes the other way with ``-`` before it.
ORDERS = ("key", *SORTS)
NAMES = ("add", "leave_out", "sort", "layout", "most_authors", "eprinttype", "venues")


def read_options(table: Mapping[str, object], where: str) -> dict[str, Any]:
    """Options as settings have them, checked: each as its own type, what is unset left out.

    ``where`` is what they stand in, for the message. Raises `WrongUsage`.
    """
    unknown = sorted(set(table) - set(NAMES))
    if unknown:
        raise WrongUsage(f"{where}: no option {unknown[0]!r}; there are {', '.join(NAMES)}")
    found = {name: _READ[name](value, f"{where}: {name}") for name, value in table.items() if value is not None}
    for name in found.get("add", ()):
        if name not in ADDABLE:
            raise WrongUsage(f"{where}: add knows {', '.join(ADDABLE)}, not {name!r}")
    return found


def general_options(settings: Settings) -> dict[str, Any]:
    """What the settings say about every export. Raises `WrongUsage` that names the place."""
    options: dict[str, Any] = {}
    for name in settings.export_options:
        options |= _general_option(settings, name)
    return options


def _general_option(settings: Settings, name: str) -> dict[str, Any]:
    place = settings.places.get(f"export.{name}", str(settings.config))
    return read_options({name: settings.export_options[name]}, f"{place}: export")


def target_options(target: ExportTarget, where: str) -> dict[str, Any]:
    """What a living file asks for besides. Raises `WrongUsage` where its format or an option cannot be used."""
    try:
        exporters.named(target.format)
    except WrongUsage as error:
        raise WrongUsage(f"{where}: {error}") from None
    if target.folder and target.format != "markdown":
        raise WrongUsage(f"{where}: only markdown is written as a folder of notes, not {target.format}")
    return read_options(target.options, where)


def place_of(settings: Settings, number: int) -> str:
    """How a living file is named in messages, counted from 1."""
    return f"{settings.config}: [[export.target]] number {number}"


def faults(settings: Settings) -> list[str]:
    """All that is wrong with what the settings say about exports, citation keys and living files, in sentences."""
    from readlist.exporters.key_templates import template
    from readlist.library.query import parse

    def checks() -> Iterator[tuple[str, Callable[[], object]]]:
        for name in settings.export_options:
            yield "", partial(_general_option, settings, name)
        place = settings.places.get("keys.template", str(settings.config))
        yield f"{place}: ", partial(template, settings.key_template)
        for number, target in enumerate(settings.targets, 1):
            where = place_of(settings, number)
            yield "", partial(target_options, target, where)
            yield f"{where}: query: ", partial(parse, target.query, settings.now())

    found = []
    for where, check in checks():
        try:
            check()
        except WrongUsage as error:
            found.append(f"{where}{error}")
    return found


def style_of(format_name: str, options: Mapping[str, Any], asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The keyword arguments that a format's ``render`` takes of these options.

    Options of the settings that are for other formats are passed over; of those ``asked`` for by a person each must
    be understood. Raises `WrongUsage`.
    """
    accepted = exporters.named(format_name).options
    for name in _style(asked or {}):
        if name not in accepted and name != "order":
            raise WrongUsage(f"{format_name} has no {name.replace('_', '-')}")
    return {name: value for name, value in _style(options).items() if name in accepted}


def _style(options: Mapping[str, Any]) -> dict[str, Any]:
    style: dict[str, Any] = dict.fromkeys(options.get("add", ()), True)
    style |= {
        name: options[name]
        for name in ("leave_out", "layout", "most_authors", "eprinttype", "venues")
        if name in options
    }
    if options.get("sort", "key") != "key":
        style["order"] = "given"
    return style


def _words(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise WrongUsage(f"{where}: {value!r} is not a list of names")
    return tuple(word.strip() for word in value if word.strip())


def _one_of(names: tuple[str, ...], others: tuple[str, ...] = ()) -> Any:
    """``others`` are understood too, and not named in the message."""

    def read(value: object, where: str) -> str:
        if str(value) not in {*names, *others}:
            raise WrongUsage(f"{where}: {value!r} is none of {', '.join(names)}")
        return str(value)

    return read


def _number(value: object, where: str) -> int:
    if not isinstance(value, bool) and str(value).isdigit() and int(str(value)) > 0:
        return int(str(value))
    raise WrongUsage(f"{where}: {value!r} is not a number from 1 upwards")


def _truth(value: object, where: str) -> bool:
    truth = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(str(value).lower())
    if truth is None:
        raise WrongUsage(f"{where}: {value!r} is neither true nor false")
    return truth


_READ = {
    "add": _words,
    "leave_out": lambda value, where: tuple(name.lower() for name in _words(value, where)),
    "sort": _one_of(ORDERS, tuple(f"-{name}" for name in SORTS)),
    "layout": _one_of(LAYOUTS),
    "most_authors": _number,
    "eprinttype": _truth,
    "venues": _truth,
}
