"""Putting a file into Zotero's storage: an attachment item, leave to upload, the bytes, the registration.

https://www.zotero.org/support/dev/web_api/v3/file_upload
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx2

from readlist.errors import ReadlistError, ServiceError
from readlist.zotero.exchange import AmbiguousWrite, Item, Report
from readlist.zotero.local import is_here
from readlist.zotero.state import KEY_ALPHABET

_TRIES = 3
_TIMEOUT = httpx2.Timeout(300.0, connect=15.0)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that is in the storage: its attachment item. ``new`` is false where it had been there before."""

    key: str
    md5: str
    new: bool


class FileServer(Protocol):
    """What an upload needs of a client."""

    def attachments(self, parent_key: str) -> list[Item]:
        """The attachments of an item."""

    def create(self, objects: Sequence[Mapping[str, Any]]) -> Report:
        """Make objects with keys of their own; those that are there already fail with 412."""

    def post_form(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        """Post a form to a path of the library; the JSON of the answer, None for none."""

    def pause(self, attempt: int, reason: str) -> None:
        """Wait before another attempt."""

    def server_headers(self) -> Mapping[str, str]:
        """What the storage wants to be told."""


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    md5: str
    name: str
    mtime: int


def upload_pdf(server: FileServer, parent_key: str, path: Path, *, title: str) -> Uploaded:
    """Put a PDF below an item. Repeat it after any interruption: it goes on, and makes nothing twice.

    Raises:
        ReadlistError: the file cannot be read.
        ServiceError: the server refused it, or answers keep getting lost.
    """
    file = _read(path)
    known = {str(row["key"]): row["data"] for row in server.attachments(parent_key)}
    for key, data in known.items():
        if data.get("md5") == file.md5 and str(data.get("linkMode")).startswith("imported_"):
            return Uploaded(key, file.md5, new=False)
    key = _own_key(parent_key, file.md5)
    for attempt in range(_TRIES):
        try:
            if key not in known:
                _make_item(server, key, parent_key, file, title)
            _send(server, key, file, str(known.get(key, {}).get("md5") or ""))
        except (AmbiguousWrite, httpx2.TransportError) as error:
            if attempt == _TRIES - 1:
                raise ServiceError(f"{path.name} could not be uploaded: {error}. Try again later.") from None
            server.pause(attempt, f"the upload of {path.name} was interrupted")
            known = {str(row["key"]): row["data"] for row in server.attachments(parent_key)}
            if known.get(key, {}).get("md5") == file.md5:
                break
        else:
            break
    return Uploaded(key, file.md5, new=True)


def _read(path: Path) -> _File:
    try:
        content = path.read_bytes()
        mtime = path.stat().st_mtime
    except OSError as error:
        raise ReadlistError(f"{path}: cannot be read: {error.strerror}") from error
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return _File(content, md5, path.name, int(mtime * 1000))


def _own_key(parent_key: str, md5: str) -> str:
    """The key that this file gets below this item, whoever uploads it."""
    digest = hashlib.blake2b(f"{parent_key} {md5}".encode(), digest_size=8).digest()
    number = int.from_bytes(digest)
    return "".join(KEY_ALPHABET[number // len(KEY_ALPHABET) ** place % len(KEY_ALPHABET)] for place in range(8))


def _make_item(server: FileServer, key: str, parent_key: str, file: _File, title: str) -> None:
    item = {
        "key": key,
        "version": 0,
        "itemType": "attachment",
        "linkMode": "imported_file",
        "parentItem": parent_key,
        "title": title,
        "contentType": "application/pdf",
        "filename": file.name,
    }
    report = server.create([item])
    code, reason = report.failed.get(0, (0, ""))
    if code not in {0, 412}:  # 412: made before, by an attempt that got no further
        raise ServiceError(f"Zotero does not take the attachment {file.name}: {reason}")


def _send(server: FileServer, key: str, file: _File, old: str) -> None:
    path = f"/items/{key}/file"
    unless = {"If-Match": old} if old else {"If-None-Match": "*"}
    form = {
        "md5": file.md5,
        "filename": file.name,
        "filesize": str(len(file.content)),
        "mtime": str(file.mtime),
        "contentType": "application/pdf",
    }
    place = server.post_form(path, form, unless)
    if not isinstance(place, dict):
        raise ServiceError("Zotero does not say where the file should go")
    if place.get("exists"):
        return
    _store(place, file, server.server_headers())
    server.post_form(path, {"upload": str(place["uploadKey"])}, unless)


def _store(place: Mapping[str, Any], file: _File, headers: Mapping[str, str]) -> None:
    """The bytes go to the storage's own address, which must not see the key."""
    url = str(place["url"])
    body = str(place.get("prefix", "")).encode() + file.content + str(place.get("suffix", "")).encode()
    with httpx2.Client(timeout=_TIMEOUT, verify=url.startswith("https:"), trust_env=not is_here(url)) as storage:
        answer = storage.post(url, content=body, headers={"Content-Type": str(place["contentType"]), **headers})
    if answer.status_code >= 500:
        raise AmbiguousWrite(f"the storage answered {answer.status_code}")
    if answer.status_code >= 300:
        raise ServiceError(f"Zotero's storage refused {file.name} ({answer.status_code}). Try again later.")
