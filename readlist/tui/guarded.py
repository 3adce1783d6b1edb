"""Screens that a library that cannot be read does not bring down."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from textual.message import Message
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from readlist.tui.app import ReadlistApp

Found = TypeVar("Found")


class Guarded(MessagePump):
    """Whatever it does with a message, a library that is gone, locked or damaged is a sentence on the screen.

    Screens read a paper or a row themselves wherever they need one; Textual ends a program at the first exception.
    """

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if not cast("ReadlistApp", self.app).bears(error):
                raise

    def read(self, read: Callable[[], Found], otherwise: Found) -> Found:
        """Read something for what is being drawn: the sentence comes a moment later, for it must not disturb that."""
        app = cast("ReadlistApp", self.app)
        try:
            return read()
        except Exception as error:
            if app.desk.library.trouble(error) is None:
                raise
            self.call_later(app.bears, error)
            return otherwise
