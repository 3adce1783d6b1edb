"""Whole good answers, kept for a day: arXiv's results change once a day, and a question asked twice is a request too
many. https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

#: Seconds for which an answer stays good.
DAY = 24 * 3600.0


class AnswerCache:
    """A folder of answers. Whatever cannot be read or written there is as good as not cached: it is never an error.

    A file is one line of JSON (when it was stored, what was asked, a check sum) and the answer as it came.
    """

    def __init__(self, folder: Path, *, lifetime: float = DAY, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._lifetime = lifetime
        self._clock = clock
        self._cleaned = False

    def get(self, url: str, parameters: Mapping[str, str]) -> bytes | None:
        """The answer to this question, if it is not older than a day and undamaged."""
        path = self._path(url, parameters)
        body = self._read(path)
        if body is None:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return body

    def put(self, url: str, parameters: Mapping[str, str], body: bytes) -> None:
        """Keep an answer. The caller vouches that it is whole and not empty."""
        head = {"stored": self._clock(), "sha256": hashlib.sha256(body).hexdigest(), "url": url, **parameters}
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._clean()
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(json.dumps(head).encode() + b"\n" + body)
                Path(name).replace(self._path(url, parameters))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _path(self, url: str, parameters: Mapping[str, str]) -> Path:
        asked = json.dumps([url, sorted(parameters.items())])
        return self._folder / f"{hashlib.sha256(asked.encode()).hexdigest()}.answer"

    def _read(self, path: Path) -> bytes | None:
        try:
            head, _, body = path.read_bytes().partition(b"\n")
            known = json.loads(head)
            age = self._clock() - float(known["stored"])
            good = 0 <= age < self._lifetime and known["sha256"] == hashlib.sha256(body).hexdigest()
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return body if good else None

    def _clean(self) -> None:
        """Throw away what is too old, once for each cache: leftovers of a killed write, too."""
        if self._cleaned:
            return
        self._cleaned = True
        for path in self._folder.iterdir():
            with suppress(OSError):
                left_over = path.suffix == ".part" and time.time() - path.stat().st_mtime > self._lifetime
                if left_over or (path.suffix == ".answer" and self._read(path) is None):
                    path.unlink()
