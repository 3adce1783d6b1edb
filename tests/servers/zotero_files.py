"""Files of attachments: authorise, upload to the storage, register (contracts/zotero.md, section 5)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.servers.zotero_library import Library
from tests.servers.zotero_messages import Answer, Request
from tests.servers.zotero_rules import Refused

if TYPE_CHECKING:
    from tests.servers.zotero import World


@dataclass
class Upload:
    """An upload that was authorised; ``arrived``: the storage has it."""

    key: str
    md5: str
    filename: str
    mtime: int
    size: int
    arrived: bool = False


def answer_file(world: World, request: Request, library: Library, key: str) -> Answer:
    """``/items/<key>/file``: the file, the leave to upload one, or the registration of one that was uploaded."""
    stored = library.items.get(key)
    if stored is None:
        raise Refused(404, "Item not found")
    if not str(stored.data.get("linkMode")).startswith("imported_"):
        raise Refused(400, "Item is not an attachment with a file")
    if request.method == "GET":
        content = world.files.get(str(stored.data.get("md5")))
        if content is None:
            raise Refused(404, "Not found")
        return Answer(200, content)
    if request.method != "POST":
        raise Refused(405, "Method not allowed")
    if library.kind == "users" and not library.exact:
        rights = world.keys[request.key or ""]["access"].get("user", {})
        if not rights.get("files"):
            raise Refused(403, "File access denied")
    _check(request, stored.data.get("md5"))
    form = dict(parse_qsl(bytes(request.body or b"").decode(), keep_blank_values=True))
    if "upload" in form:
        return _register(world, library, key, form["upload"])
    return _authorise(world, library, key, form)


def _check(request: Request, old: Any) -> None:
    """If-None-Match for a new file, If-Match with the md5 of the one that is replaced."""
    new, replaced = request.headers.get("if-none-match"), request.headers.get("if-match")
    if new is None and replaced is None:
        raise Refused(428, "If-Match/If-None-Match header not provided")
    if new is not None and new != "*":
        raise Refused(400, "Invalid value for If-None-Match header")
    if new is not None and old:
        raise Refused(412, "If-None-Match: * set but file exists")
    if replaced is not None and replaced != old:
        raise Refused(412, "ETag does not match current version of file")


def _authorise(world: World, library: Library, key: str, form: dict[str, str]) -> Answer:
    if not re.fullmatch(r"[0-9a-f]{32}", form.get("md5", "")):
        raise Refused(400, "Invalid MD5 hash")
    for name in ("filename", "filesize", "mtime"):
        if not form.get(name):
            raise Refused(400, f"{name} not provided")
    if not form["filesize"].isdecimal() or not form["mtime"].isdecimal():
        raise Refused(400, "filesize and mtime must be numbers")
    if int(form["filesize"]) > world.quota:
        raise Refused(413, "File would exceed quota (300 MB)")
    upload = Upload(key, form["md5"], form["filename"], int(form["mtime"]), int(form["filesize"]))
    if upload.md5 in world.files:
        _keep(library, upload)
        return Answer(200, {"exists": 1}, {"Last-Modified-Version": str(library.version)})
    name = f"upload{len(world.uploads):026d}"
    world.uploads[name] = upload
    if library.exact:  # the program on a desk takes the bytes as they are
        url = f"{world.origin}{world.prefix}/local/uploads/{name}"
        kind = form.get("contentType") or "application/octet-stream"
        return Answer(200, {"url": url, "uploadKey": name, "contentType": kind, "prefix": "", "suffix": ""})
    place = {"url": f"{world.origin}{world.prefix}/storage", "uploadKey": name}
    if form.get("params") == "1":
        return Answer(200, place | {"params": {"key": name, "Content-MD5": upload.md5}})
    prefix = f'--BOUNDARY\r\nContent-Disposition: form-data; name="key"\r\n\r\n{name}\r\n--BOUNDARY\r\n'
    prefix += 'Content-Disposition: form-data; name="file"\r\n\r\n'
    kind = "multipart/form-data; boundary=BOUNDARY"
    return Answer(200, place | {"contentType": kind, "prefix": prefix, "suffix": "\r\n--BOUNDARY--"})


def store_file(world: World, request: Request) -> Answer:
    """The storage that files are sent to; it knows no keys of the API, and wants none."""
    if "authorization" in request.headers or "zotero-api-key" in request.headers:
        raise Refused(400, "Only one auth mechanism allowed")
    found = re.fullmatch(
        rb'.*?name="key"\r\n\r\n(\w+)\r\n.*?name="file".*?\r\n\r\n(.*)\r\n--BOUNDARY--', request.body or b"", re.DOTALL
    )
    if found is None or found[1].decode() not in world.uploads:
        raise Refused(403, "Access Denied")
    return keep_bytes(world, found[1].decode(), found[2])


def keep_bytes(world: World, name: str, content: bytes) -> Answer:
    """Keep what arrived for an upload that was authorised."""
    upload = world.uploads.get(name)
    if upload is None:
        raise Refused(404, "Unknown or expired upload key")
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != upload.md5 or len(content) != upload.size:
        raise Refused(400, "The Content-MD5 you specified did not match what we received")
    world.files[upload.md5] = content
    upload.arrived = True
    return Answer(201)


def _register(world: World, library: Library, key: str, name: str) -> Answer:
    upload = world.uploads.get(name)
    if upload is None or upload.key != key or not upload.arrived:
        raise Refused(400, "Upload key not found")
    del world.uploads[name]
    _keep(library, upload)
    return Answer(204, None, {"Last-Modified-Version": str(library.version)})


def _keep(library: Library, upload: Upload) -> None:
    library.write(
        "items",
        {"key": upload.key, "md5": upload.md5, "filename": upload.filename, "mtime": upload.mtime},
        library_version=True,
    )
