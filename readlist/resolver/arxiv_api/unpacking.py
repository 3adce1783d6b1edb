"""Packed answers, unpacked piece by piece within bounds: half a megabyte can hold gigabytes of blanks."""

from __future__ import annotations

import zlib

# Headers of gzip and of zlib ("deflate") alike.
_EITHER = zlib.MAX_WBITS | 32
_STEP = 256 * 1024


class TooMuch(Exception):
    """More bytes than an answer may have."""


class Unpacker:
    """Collects a body that comes in pieces; ``encoding`` is its Content-Encoding, ``most`` the bytes it may have.

    Raises TooMuch before more than that is in memory, and ValueError for what cannot be unpacked.
    https://www.rfc-editor.org/rfc/rfc9110#section-8.4
    """

    def __init__(self, encoding: str, most: int) -> None:
        encoding = encoding.strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise ValueError(f"its encoding is {encoding[:40]}")
        self._packed = encoding not in {"", "identity"}
        self._most = most
        self._body = bytearray()
        self._inflater = zlib.decompressobj(_EITHER)
        self._begun = False

    def feed(self, piece: bytes) -> None:
        """Take the next piece."""
        if not self._packed:
            self._add(piece)
            return
        while piece:
            if self._inflater.eof:  # gzip may be several files behind each other
                self._inflater = zlib.decompressobj(_EITHER)
            self._begun = True
            try:
                self._add(self._inflater.decompress(piece, _STEP))
            except zlib.error as error:
                raise ValueError(str(error)) from error
            piece = self._inflater.unconsumed_tail or self._inflater.unused_data

    def whole(self) -> bytes:
        """The body. Raises ValueError when its end is missing."""
        # What is taken in may not all have come out yet.
        while self._begun and not self._inflater.eof and (piece := self._inflater.decompress(b"", _STEP)):
            self._add(piece)
        if self._begun and not self._inflater.eof:
            raise ValueError("its end is missing")
        return bytes(self._body)

    def _add(self, piece: bytes) -> None:
        if len(self._body) + len(piece) > self._most:
            raise TooMuch
        self._body += piece
