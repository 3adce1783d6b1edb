"""How each role looks: Rich styles made of the colours of the current theme, and readlist's own themes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

if TYPE_CHECKING:
    from textual.app import App

DARK = Theme(
    name="readlist-dark",
    primary="#7aa2d8",
    secondary="#6cb6b0",
    accent="#d7a65f",
    warning="#d9b45b",
    error="#e0787a",
    success="#8fb573",
    foreground="#d5d8de",
    background="#15171c",
    surface="#1b1e25",
    panel="#242832",
    dark=True,
)
LIGHT = Theme(
    name="readlist-light",
    primary="#2f62ad",
    secondary="#1f7a74",
    accent="#97600d",
    warning="#8a6100",
    error="#b3262b",
    success="#3d7423",
    foreground="#23262d",
    background="#fbfaf7",
    surface="#f2f0ea",
    panel="#e6e3da",
    dark=False,
)
CONTRAST = Theme(
    name="readlist-contrast",
    primary="#66ccff",
    secondary="#66ffee",
    accent="#ffcc00",
    warning="#ffcc00",
    error="#ff6666",
    success="#66ff66",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#202020",
    dark=True,
)
THEMES = (DARK, LIGHT, CONTRAST)

#: The shades of tags, by the names under which a library keeps them.
TAGS = {
    "red": "#e0605e", "orange": "#e08b3e", "yellow": "#cfae2f", "green": "#6fb04a", "teal": "#3fb0a5",
    "blue": "#5b93e6", "purple": "#a880e0", "pink": "#de76b4",
}  # fmt: skip
_TERMINAL_TAGS = {
    "red": "red", "orange": "bright_red", "yellow": "yellow", "green": "green", "teal": "cyan", "blue": "blue",
    "purple": "magenta", "pink": "bright_magenta",
}  # fmt: skip

#: Textual's theme for terminals that have their own colours: it draws what others tell by colours as attributes.
TERMINAL = "ansi-dark"

Styles = dict[str, Style]


class Uncoloured(LineFilter):
    """Takes all colours away, and leaves bold, dim, underlined and reversed: with ``NO_COLOR`` the terminal's own
    colours are all there is. (Textual's own filters make greys of them, or name the default ones.)
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        return [Segment(text, style and _uncoloured(style), control) for text, style, control in segments]


@lru_cache(maxsize=1024)
def _uncoloured(style: Style) -> Style:
    # What can be clicked is told by what goes with a style.
    return style.without_color + Style.from_meta(style.meta) if style.meta else style.without_color


def tag_role(colour: str | None) -> str:
    """The role of a tag with a colour; one that is not known here looks as if it had none."""
    return f"tag-{colour}" if colour in TAGS else "tag"


def styles(app: App[Any]) -> Styles:
    """The style of every role under the app's theme. Cheap: computed once a theme."""
    theme = app.current_theme
    if theme.ansi or app.no_color:
        return _terminal()
    values = app.theme_variables
    ink, paper = Color.parse(values["foreground"]), Color.parse(values["background"])
    primary, accent = Color.parse(values["primary"]), Color.parse(values["accent"])
    tone = {
        name: Color.parse(values[name]).blend(ink, 0.12) for name in ("primary", "secondary", "accent", "success")
    } | {name: Color.parse(values[name]) for name in ("warning", "error")}
    # How far what matters less goes towards the ground.
    fade = 0.5 if theme.name == CONTRAST.name else 1.0
    dim = ink.blend(paper, 0.38 * fade)

    def of(color: Color, *, bold: bool = False, italic: bool = False, underline: bool = False) -> Style:
        return Style(color=color.rich_color, bold=bold or None, italic=italic or None, underline=underline or None)

    def behind(color: Color) -> Style:
        return Style(bgcolor=color.rich_color)

    # On a light ground a shade needs more ink to be read as well.
    depth = 0.12 if theme.dark else 0.42
    tags = {tag_role(name): of(Color.parse(shade).blend(ink, depth)) for name, shade in TAGS.items()}
    return tags | {
        "": Style.null(),
        "text": of(ink),
        "strong": of(ink, bold=True),
        "title": of(ink, bold=True),
        "quiet": of(ink.blend(paper, 0.18 * fade)),
        "dim": of(dim),
        "faint": of(ink.blend(paper, 0.72 * fade)),
        "heading": of(tone["primary"], bold=True),
        "label": of(ink.blend(paper, 0.5 * fade)),
        "link": of(tone["primary"], underline=True),
        "tag": of(tone["secondary"]),
        "star": of(tone["accent"], bold=True),
        "mark": of(tone["accent"], bold=True),
        "key": of(tone["accent"], bold=True),
        "good": of(tone["success"]),
        "warn": of(tone["warning"]),
        "bad": of(tone["error"], bold=True),
        "hit": Style(color=paper.rich_color, bgcolor=tone["warning"].rich_color, bold=True),
        "only-listed": of(tone["error"], bold=True, underline=True),
        "only-record": of(tone["success"], bold=True, underline=True),
        "new": of(tone["primary"], bold=True),
        "to-read": of(tone["accent"]),
        "reading": of(tone["secondary"], bold=True),
        "read": of(tone["success"]),
        "skipped": of(dim),
        "bar": of(tone["primary"]),
        "bar-2": of(tone["success"]),
        # Grounds: laid under a line's own styles.
        "cursor": behind(paper.blend(primary, 0.30)),
        "cursor-away": behind(paper.blend(ink, 0.10)),
        "chosen": behind(paper.blend(accent, 0.14)),
        "strip": behind(paper.blend(ink, 0.06)),
    }


def _terminal() -> Styles:
    """The terminal's own colours: names and attributes only."""
    look = {
        "text": "default", "strong": "bold", "title": "bold", "quiet": "default", "dim": "dim", "faint": "dim",
        "heading": "bold blue", "label": "dim", "link": "underline blue", "tag": "cyan", "star": "bold yellow",
        "mark": "bold yellow", "key": "bold yellow", "good": "green", "warn": "yellow", "bad": "bold red",
        "hit": "reverse bold", "only-listed": "bold underline red", "only-record": "bold green underline",
        "new": "bold blue", "to-read": "yellow", "reading": "bold cyan", "read": "green",
        "skipped": "dim", "bar": "blue", "bar-2": "green", "cursor": "reverse", "cursor-away": "underline",
        "chosen": "bold", "strip": "default",
    }  # fmt: skip
    look |= {tag_role(name): color for name, color in _TERMINAL_TAGS.items()}
    return {"": Style.null(), **{role: Style.parse(text) for role, text in look.items()}}
