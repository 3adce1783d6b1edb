"""What a shell may complete a word with: files, formats, orders, and ids, tags and filters from the library.

A shell asks at each Tab: the library is only looked at and never made, and whatever goes wrong offers nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from readlist import settings as settings_module
from readlist.actions.browsing import FILTERS, SORTS, VALUES, Library, ids, list_rows, looked_at, tag_counts, values
from readlist.actions.export_options import FORMATS, ORDERS
from readlist.cli.output import plain

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem[Any]]]
#: Papers that are offered at once.
_MOST = 50
#: Filters whose values stand in the library; those of `VALUES` are always the same.
_LOOKED_UP = ("author", "cat", "source", "year")


def _silent(offer: Callable[[click.Context, str], Iterable[CompletionItem[Any]]]) -> Completion:
    def complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        try:
            return list(offer(ctx, incomplete))
        except Exception:  # a shell that completes has no place for a message
            return []

    return complete


def _items(names: Iterable[str], start: str, before: str = "") -> list[CompletionItem[Any]]:
    """Names that begin so, whatever their case; those with blanks cannot be typed as they are."""
    return [
        CompletionItem(before + name)
        for name in names
        if name.casefold().startswith(start.casefold()) and name.isprintable() and not set(name) & set(" \"'\\$`")
    ]


@contextmanager
def _library(ctx: click.Context) -> Iterator[Library]:
    found = settings_module.load(os.environ, ctx.find_root().params.get("library"))
    found.need_library()
    with looked_at(found.library) as library:
        yield library


def _some_papers(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem[Any]]:
    now = settings_module.load(os.environ).now()
    with _library(ctx) as library:
        number = incomplete[1:]
        by_number = incomplete[:1].lower() == "p" and (number.isdigit() or not number)
        if by_number or not incomplete:
            short = [paper for paper in ids(library, now=now) if str(paper).startswith(number)]
            for row in list_rows(library, short[:_MOST]):
                yield CompletionItem(f"p{row.id}", help=plain(row.title)[:60])
        if incomplete:
            for row in list_rows(library, ids(library, f'key:"{incomplete}"', now=now)):
                if row.citekey and row.citekey.lower().startswith(incomplete.lower()):
                    yield CompletionItem(row.citekey, help=plain(row.title)[:60])


def _words_of_query(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem[Any]]:
    sign = "-" if incomplete.startswith("-") else ""
    name, colon, value = incomplete.removeprefix("-").partition(":")
    if not colon:
        yield from _items([f"{known}:" for known in FILTERS], name, sign)
        return
    before = f"{sign}{name}:"
    if name in VALUES:
        yield from _items(VALUES[name], value, before)
    elif name == "tag":
        with _library(ctx) as library:
            yield from _items(tag_counts(library), value, before)
    elif name in _LOOKED_UP:
        with _library(ctx) as library:
            yield from _items(values(library, name, value), value, before)


def _ids_and_tags(ctx: click.Context, incomplete: str) -> Iterator[CompletionItem[Any]]:
    if incomplete[:1] not in ("+", "-"):
        yield from _some_papers(ctx, incomplete)
        return
    with _library(ctx) as library:
        yield from _items(tag_counts(library), incomplete[1:], incomplete[0])


papers = _silent(_some_papers)
query = _silent(_words_of_query)
papers_and_tags = _silent(_ids_and_tags)
files = _silent(lambda _ctx, incomplete: [CompletionItem(incomplete, type="file")])
folders = _silent(lambda _ctx, incomplete: [CompletionItem(incomplete, type="dir")])
formats = _silent(lambda _ctx, incomplete: _items(FORMATS, incomplete))


def _orders(*names: str) -> Completion:
    return _silent(lambda _ctx, start: _items(names, start))


orders, export_orders = _orders(*SORTS), _orders(*ORDERS)


class _Bash(BashComplete):
    """Bash takes a colon for the end of a word: ``status:to`` comes as three, and only the last one is replaced."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)", "COMPREPLY+=($value)\n            [[ $value == *: ]] && compopt -o nospace"
    )
    _replaced_from = 0

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        words = [*args, incomplete] if incomplete else args
        joined: list[str] = []
        colon = False
        for word in words:
            if joined and (word == ":" or colon):
                joined[-1] += word
            else:
                joined.append(word)
            colon = word == ":"
        if not incomplete:
            return joined, ""
        if joined[-1] != incomplete:
            self._replaced_from = joined[-1].rindex(":") + 1
        return joined[:-1], joined[-1]

    def format_completion(self, item: CompletionItem[Any]) -> str:
        return f"{item.type},{str(item.value)[self._replaced_from :]}"


add_completion_class(_Bash)
