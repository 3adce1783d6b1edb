"""From the bytes of one OAI-PMH answer to snapshot objects and a resumption token, or to the fault that it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from readlist.identifiers import parse_arxiv_id, year_and_month
from readlist.resolver.arxiv_api import strictly
from readlist.resolver.arxiv_api.faults import Fault, Passing, Refused
from readlist.resolver.oai.files import Line
from readlist.text import collapse

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_ARXIV = "{http://arxiv.org/OAI/arXiv/}"
#: What stands before the arXiv id in an identifier.
PREFIX = "oai:arXiv.org:"
#: What the protocol says that is about our request; anything else is the service's trouble, and passes.
_OUR_MISTAKE = frozenset(
    "badArgument badVerb cannotDisseminateFormat idDoesNotExist noMetadataFormats noSetHierarchy".split()
)
# An id is of the month in which the first version came in, by a clock some hours behind UTC.
_SLACK = timedelta(days=2)


class TokenExpired(Fault):
    """The service does not know the resumption token any more: the list has to be asked for anew."""


@dataclass(frozen=True, slots=True)
class Odd:
    """A record that is not whole: its arXiv id (empty where even that is missing), and what is wrong with it."""

    arxiv_id: str
    why: str

    def __str__(self) -> str:
        return f"{self.arxiv_id or 'one without an id'}: {self.why}"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. ``lines``: its records, each once; ``token``: for the next page, None on the last one.

    ``oldest`` and ``newest`` are the datestamps of everything on it. ``deleted`` and ``foreign`` count what is no
    record of a paper of arXiv's; ``odd`` says of which records something is missing, and what. ``gone`` are the ids of
    the deleted ones.
    """

    lines: tuple[Line, ...] = ()
    token: str | None = None
    oldest: date | None = None
    newest: date | None = None
    deleted: int = 0
    foreign: int = 0
    odd: tuple[Odd, ...] = ()
    gone: tuple[str, ...] = ()


def read_page(content: bytes, *, resumed: bool = False) -> Page:
    """Read an answer to ListRecords that came with status 200; errors come with that status, too.

    ``resumed``: it is the answer to a resumption token. Raises Passing for what is not OAI-PMH or not all of it,
    TokenExpired, and Refused where the request is wrong. A list in which nothing matches is a page without anything.
    """
    root, _ = strictly.parse(content, f"{_OAI}OAI-PMH", "OAI-PMH")
    errors = root.findall(f"{_OAI}error")
    if errors:
        nothing = _nothing(errors)
        if resumed:
            # There was to be more of the list, so it is not its end: the service has lost its place in it.
            raise TokenExpired("arXiv finds nothing under its own resumption token (noRecordsMatch)")
        return nothing
    body = root.find(f"{_OAI}ListRecords")
    if body is None:
        raise Passing("arXiv's answer holds no list of records")
    records = body.findall(f"{_OAI}record")
    if not records:
        # The protocol has no empty lists (nothing to list is an error of its own), so something went wrong.
        raise Passing("arXiv's answer is an empty list")
    return _page(records, _token(body))


def read_record(content: bytes) -> Page:
    """Read an answer to GetRecord, as a page of at most one record; without anything where there is no such record.

    Raises Passing and Refused as `read_page` does.
    """
    root, _ = strictly.parse(content, f"{_OAI}OAI-PMH", "OAI-PMH")
    errors = root.findall(f"{_OAI}error")
    if {error.get("code") for error in errors} == {"idDoesNotExist"}:
        return Page()
    if errors:
        return _nothing(errors)
    records = root.findall(f"{_OAI}GetRecord/{_OAI}record")
    if len(records) != 1:
        raise Passing("arXiv's answer holds no record")
    return _page(records, None)


def error_message(content: bytes) -> str:
    """What an OAI-PMH error says, or the empty string when the answer is none."""
    try:
        root, _ = strictly.parse(content, f"{_OAI}OAI-PMH", "OAI-PMH")
    except Passing:
        return ""
    return "; ".join(_said(error) for error in root.findall(f"{_OAI}error"))


def _nothing(errors: list[Any]) -> Page:
    codes = {error.get("code", "") for error in errors}
    said = "; ".join(_said(error) for error in errors)
    if "badResumptionToken" in codes:
        raise TokenExpired(f"arXiv does not know the resumption token any more ({said})")
    if codes & _OUR_MISTAKE:
        raise Refused(f"arXiv refused the request: {said}")
    if codes == {"noRecordsMatch"}:
        return Page()
    raise Passing(f"arXiv reported an error: {said}")


def _said(error: Any) -> str:
    return ": ".join(part for part in (error.get("code"), collapse(error.text or "")) if part) or "no reason given"


def _token(body: Any) -> str | None:
    element = body.find(f"{_OAI}resumptionToken")
    token = "" if element is None else element.text or ""
    # Sent back as it came; only what is nothing but white space says that this was the last page.
    return token if token.strip() else None


def _page(records: list[Any], token: str | None) -> Page:
    lines: dict[str, Line] = {}
    days: list[date] = []
    odd: list[Odd] = []
    gone: list[str] = []
    deleted = foreign = 0
    for record in records:
        identifier = collapse(record.findtext(f"{_OAI}header/{_OAI}identifier") or "")
        try:
            day = date.fromisoformat(collapse(record.findtext(f"{_OAI}header/{_OAI}datestamp") or "")[:10])
        except ValueError:
            odd.append(_odd(identifier, "no datestamp"))
            continue
        header = record.find(f"{_OAI}header")
        if identifier and not identifier.startswith(PREFIX):
            foreign += 1
        elif header.get("status") == "deleted":
            deleted += 1
            gone.append(identifier.removeprefix(PREFIX))
        else:
            try:
                line = _line(record, identifier.removeprefix(PREFIX), day)
            except ValueError as error:
                odd.append(_odd(identifier, str(error)))
                continue
            # The same paper twice: the later change is the truth.
            if line["update_date"] >= lines.get(line["id"], line)["update_date"]:
                lines.pop(line["id"], None)
                lines[line["id"]] = line
        days.append(day)
    return Page(
        lines=tuple(lines.values()),
        token=token,
        oldest=min(days, default=None),
        newest=max(days, default=None),
        deleted=deleted,
        foreign=foreign,
        odd=tuple(odd),
        gone=tuple(gone),
    )


def _odd(identifier: str, why: str) -> Odd:
    known = parse_arxiv_id(identifier.removeprefix(PREFIX))
    return Odd(known.id if known else "", why)


def _line(record: Any, identifier: str, day: date) -> Line:
    """A record in the shape of the snapshot. Raises ValueError when it is not whole."""
    metadata = record.find(f"{_OAI}metadata/{_ARXIV}arXiv")
    if metadata is None:
        raise ValueError("no metadata in the arXiv format")

    def text(name: str) -> str | None:
        return metadata.findtext(f"{_ARXIV}{name}") or None

    known = parse_arxiv_id(identifier)
    if known is None or known != parse_arxiv_id(text("id") or ""):
        raise ValueError("its id is not that of its metadata")
    if not collapse(text("title") or ""):
        raise ValueError("no title")
    authors = [_author(author) for author in metadata.iterfind(f"{_ARXIV}authors/{_ARXIV}author")]
    created, updated = _day(text("created")), _day(text("updated"))
    if created is not None and not is_first_version(created, known.id):
        # arXiv.xsd calls ``created`` the date of the first version, the service gives that of the current one.
        created, updated = None, created
    return {
        "id": known.id,
        "authors_parsed": authors,
        "title": text("title"),
        "comments": text("comments"),
        "journal-ref": text("journal-ref"),
        "doi": text("doi"),
        "report-no": text("report-no"),
        "categories": " ".join((text("categories") or "").split()),
        "license": text("license"),
        "abstract": text("abstract"),
        "versions": [] if created is None else [first_version(created)],
        "update_date": day.isoformat(),
        **({} if updated is None else {"updated": updated.isoformat()}),
    }


def is_first_version(day: date, arxiv_id: str) -> bool:
    """Whether a version of this day can be the first one: no later than the month that the id names."""
    year, month = year_and_month(arxiv_id)
    return day < date(year + month // 12, month % 12 + 1, 1) + _SLACK


def first_version(day: date) -> dict[str, str]:
    """A version as the snapshot writes it; the time of day is not known."""
    return {
        "version": "v1",
        "created": format_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC), usegmt=True),
    }


def _author(author: Any) -> list[str]:
    family, given, suffix = (
        collapse(author.findtext(f"{_ARXIV}{name}") or "") for name in ("keyname", "forenames", "suffix")
    )
    if not family:
        raise ValueError("an author without a name")
    return [family, given, suffix]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(collapse(text or "")[:10])
    except ValueError:
        return None
