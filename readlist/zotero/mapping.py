"""Paper ↔ Zotero item, field by field, both read into the same words so that they can be compared.

An item of ours is what Zotero's arXiv translator makes of an abs page (``preprint``, repository, archive id, the
``arXiv:`` line in Extra), but dated by v1: a reading list cites the work, and its year must not move with each
revision. The DOI is the publisher's where the record has one, since that is what bibliographies and Zotero's own
duplicate finder go by, while archive id, URL and Extra already say which arXiv paper it is; else arXiv's own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from readlist.identifiers import arxiv_doi
from readlist.paper import Author, Paper, Status
from readlist.zotero import extra as extra_lines
from readlist.zotero.state import Fields

#: Our name of a field → the item's property, for those that are plain text on both sides.
TEXT_FIELDS = {
    "title": "title",
    "abstract": "abstractNote",
    "date": "date",
    "url": "url",
    "doi": "DOI",
    "repository": "repository",
    "archive_id": "archiveID",
    "catalog": "libraryCatalog",
    "citekey": "citationKey",
}
#: All fields that are compared, in the order they are shown.
FIELDS = (
    "type",
    "venue",
    "volume",
    "issue",
    "pages",
    *TEXT_FIELDS,
    "authors",
    "arxiv",
    "status",
    "tags",
    "collections",
    "trashed",
)
#: Where a work appeared: compared only where published papers are to become items of their own type.
PUBLICATION = {"type": "preprint", "venue": "", "volume": "", "issue": "", "pages": ""}
#: The types of published works, with the property that names where.
VENUES = {"journalArticle": "publicationTitle", "conferencePaper": "proceedingsTitle"}
#: What a bibliography says of the work; the rest is what a person says of it.
BIBLIOGRAPHIC = frozenset({*TEXT_FIELDS, *PUBLICATION, "authors", "arxiv"}) - {"citekey"}
#: The item's properties that we look at or keep.
PROPERTIES = (
    *("itemType", "volume", "issue", "pages", *VENUES.values(), *TEXT_FIELDS.values()),
    *("creators", "extra", "tags", "collections", "deleted"),
)
#: Limits of the server; longer values fail the object. Fields count bytes, the others characters.
FIELD_BYTES, TAG_LENGTH, NAME_LENGTH = 65_535, 255, 255
# The date field is stored with a sortable prefix.
_DATE_BYTES = FIELD_BYTES - 11


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a paper appeared; ``item_type`` is one of `VENUES`."""

    item_type: str
    venue: str
    volume: str = ""
    issue: str = ""
    pages: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person set about items. ``status_names``: as the Reading List plugin was told to call them;
    ``category_tags``: names of arXiv's categories, which new items get as automatic tags; ``published`` tells where a
    paper appeared, if items of published papers are to be of the type that says so."""

    status_names: Mapping[Status, str] = field(default_factory=lambda: extra_lines.STATUS_NAMES)
    category_tags: Mapping[str, str] = field(default_factory=dict)
    published: Callable[[Paper], Publication | None] | None = None


STANDARD = Options()


@dataclass(frozen=True, slots=True)
class Local:
    """A paper in the words of the sync. ``problems`` are sentences on what Zotero cannot take as it is."""

    fields: Fields
    status: Status
    status_changed: datetime
    category: str | None
    problems: tuple[str, ...] = ()
    options: Options = STANDARD
    automatic_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetChanges:
    """Tags to add and to take off an item, and collections that it no longer belongs in."""

    add_tags: Collection[str] = ()
    drop_tags: Collection[str] = ()
    drop_collections: Collection[str] = ()


def clean(text: str) -> str:
    """Text as the server keeps it: no control characters but tab and newline, nothing blank at the ends."""
    if not text.isprintable():
        text = "".join(c for c in text if c in "\t\n" or unicodedata.category(c) not in {"Cc", "Cs"})
    return text.strip()


def cut(text: str, limit: int = FIELD_BYTES) -> str:
    """The longest start of ``text`` that fits in ``limit`` bytes of UTF-8, marked with an ellipsis where cut."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    return raw[: limit - 3].decode(errors="ignore").rstrip() + "…"


def _date(paper: Paper) -> str:
    if paper.published is not None:
        return paper.published.isoformat()
    if paper.year is None:
        return ""
    return f"{paper.year}-{paper.month:02d}" if paper.month is not None else str(paper.year)


def _creator(author: Author) -> dict[str, str] | None:
    family, given = clean(author.family), clean(author.given)
    if family and given:
        return {"creatorType": "author", "firstName": given, "lastName": family}
    name = clean(author.name) or family or given
    return {"creatorType": "author", "name": name} if name else None


def _creators(authors: Iterable[Author], problems: list[str]) -> list[dict[str, str]]:
    creators: list[dict[str, str]] = []
    for creator in filter(None, map(_creator, authors)):
        fitting = {part: value[:NAME_LENGTH].rstrip() for part, value in creator.items()}
        if fitting != creator:
            problems.append(f"an author's name is longer than {NAME_LENGTH} characters and was cut")
        creators.append(fitting)
    return creators


def _tags(tags: Iterable[str], problems: list[str]) -> list[str]:
    kept: set[str] = set()
    for tag in tags:
        name = unicodedata.normalize("NFC", clean(tag))
        if len(name) > TAG_LENGTH:
            problems.append(f"the tag '{name[:40]}…' is longer than {TAG_LENGTH} characters and was left out")
        elif name:
            kept.add(name)
    return sorted(kept)


def local(paper: Paper, *, collections: Iterable[str] = (), options: Options = STANDARD) -> Local:
    """A paper as its item should be; ``collections`` are the keys of those it should be in."""
    problems: list[str] = []
    arxiv_id = paper.arxiv_id
    texts = {
        "title": paper.title,
        "abstract": paper.abstract,
        "date": _date(paper),
        "url": f"http://arxiv.org/abs/{arxiv_id}" if arxiv_id else paper.given_url or "",
        "doi": paper.doi or (arxiv_doi(arxiv_id) if arxiv_id else ""),
        "repository": "arXiv" if arxiv_id else "",
        "archive_id": f"arXiv:{arxiv_id}" if arxiv_id else "",
        "catalog": "arXiv.org" if arxiv_id else "",
        "citekey": paper.citekey or "",
    }
    fields: dict[str, object] = {}
    for name, text in texts.items():
        value = clean(text)
        if len(value.encode(errors="replace")) > (_DATE_BYTES if name == "date" else FIELD_BYTES):
            if name in {"title", "abstract"}:
                value = cut(value)
                problems.append(f"the {name} is longer than Zotero takes and was cut")
            else:
                value = ""  # half an address or identifier is worse than none
                problems.append(f"the {name} is longer than Zotero takes and was left out")
        fields[name] = value
    fields |= {
        "authors": _creators(paper.authors, problems),
        "arxiv": arxiv_id or "",
        "status": str(paper.status),
        "tags": _tags(paper.tags, problems),
        "collections": sorted(collections),
        "trashed": paper.removed is not None,
    }
    told = tuple(dict.fromkeys(problems))
    if options.published is not None:
        fields |= _publication(options.published(paper), fields)
    named = options.category_tags
    automatic = tuple(named[category] for category in paper.categories if category in named) if named else ()
    return Local(fields, paper.status, paper.status_changed, paper.primary_category, told, options, automatic)


def _publication(found: Publication | None, fields: Mapping[str, object]) -> dict[str, object]:
    if found is None:
        return dict(PUBLICATION)
    where = {"venue": found.venue, "volume": found.volume, "issue": found.issue, "pages": found.pages}
    texts = {name: clean(text) for name, text in where.items()}
    # An article is in no archive; url and Extra say which preprint it was.
    gone = dict.fromkeys(("repository", "archive_id"), "") if fields["repository"] else {}
    return {"type": found.item_type, **texts, **gone}


def subset(data: Mapping[str, object]) -> dict[str, object]:
    """The part of an item's ``data`` that we keep: what we compare and what a write must carry on unchanged."""
    return {name: data[name] for name in PROPERTIES if name in data}


def strings(value: object) -> list[str]:
    """The texts of a list; none where it is no list."""
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def folded(tags: object) -> dict[str, str]:
    """Tags by what they are whatever their case."""
    return {unicodedata.normalize("NFC", tag).casefold(): tag for tag in strings(tags)}


def manual_tags(data: Mapping[str, object]) -> list[str]:
    """Names of the tags that people gave (automatic ones, type 1, belong to whoever made them)."""
    tags = data.get("tags")
    rows = [tag for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
    return sorted({str(tag["tag"]) for tag in rows if tag.get("tag") and not tag.get("type")})


def remote(
    data: Mapping[str, object], *, arxiv_id: str = "", collections: Collection[str] = (), options: Options = STANDARD
) -> dict[str, object]:
    """An item's ``data`` in the words of `Local.fields`.

    ``arxiv_id`` and ``collections`` are those to look for: of several ``arXiv:`` lines or collections only ours are
    compared.
    """
    fields: dict[str, object] = {ours: str(data.get(theirs) or "") for ours, theirs in TEXT_FIELDS.items()}
    extra = str(data.get("extra") or "")
    if not fields["citekey"]:  # Zotero moves the line into the field only when it updates its schema
        fields["citekey"] = extra_lines.read_citation_key(extra) or ""
    named = extra_lines.read_arxiv_ids(extra)
    if options.published is not None:
        fields |= {name: str(data.get(name) or "") for name in PUBLICATION if name not in {"type", "venue"}}
        fields["type"] = str(data.get("itemType") or "")
        fields["venue"] = next((str(data[name]) for name in VENUES.values() if data.get(name)), "")
    fields["authors"] = data.get("creators") or []
    fields["arxiv"] = arxiv_id if arxiv_id in named else next(iter(named), "")
    fields["status"] = extra_lines.read_status(extra, options.status_names) or ""
    fields["tags"] = manual_tags(data)
    fields["collections"] = sorted(set(collections) & set(strings(data.get("collections"))))
    fields["trashed"] = bool(data.get("deleted"))
    return fields


def properties(
    names: Collection[str],
    paper: Local,
    item: Mapping[str, object],
    *,
    old_arxiv: str = "",
    sets: SetChanges | None = None,
) -> dict[str, object]:
    """The properties to send so that an item says what the paper says in the fields ``names``, and all else that
    it says stays: only what differs is in the result.

    Args:
        item: the item's ``data`` as last seen; empty for one to be made.
        old_arxiv: an arXiv id that the paper had before, whose line in Extra is replaced.
        sets: what to add and to take off; default: all of the paper's tags are added.
    """
    wanted = paper.fields
    sent: dict[str, object] = {TEXT_FIELDS[name]: wanted[name] for name in TEXT_FIELDS if name in names}
    sent |= _published(names, wanted, item)
    if "authors" in names:
        sent["creators"] = [*_people(wanted["authors"], authors=True), *_people(item.get("creators"), authors=False)]
    extra = merged_extra(names, paper, item, old_arxiv=old_arxiv)
    if extra != str(item.get("extra") or ""):
        sent["extra"] = extra
    if "tags" in names:
        sent["tags"] = _merged_tags(
            item.get("tags"), strings(wanted["tags"]) if sets is None else sets.add_tags, sets.drop_tags if sets else ()
        )
    if "collections" in names:
        old = strings(item.get("collections"))
        kept = [key for key in old if sets is None or key not in sets.drop_collections]
        kept += [key for key in strings(wanted["collections"]) if key not in kept]
        if kept != old:
            sent["collections"] = kept
    if "trashed" in names:
        sent["deleted"] = 1 if wanted["trashed"] else 0
    return sent


def _people(creators: object, *, authors: bool) -> list[dict[str, object]]:
    """The authors among creators, or the others: editors and translators are theirs to say."""
    rows = [row for row in creators if isinstance(row, dict)] if isinstance(creators, list) else []
    return [row for row in rows if (row.get("creatorType") == "author") == authors]


def _published(names: Collection[str], wanted: Fields, item: Mapping[str, object]) -> dict[str, object]:
    sent: dict[str, object] = {name: wanted[name] for name in ("volume", "issue", "pages") if name in names}
    item_type = str(wanted.get("type") or item.get("itemType") or "")
    if "venue" in names and item_type in VENUES:
        sent[VENUES[item_type]] = wanted["venue"]
    if "type" in names:
        sent["itemType"] = item_type
        if item.get("itemType") == "preprint" and item_type != "preprint":
            sent["publisher"] = ""  # the server would make the repository the publisher
    return sent


def merged_extra(names: Collection[str], paper: Local, item: Mapping[str, object], *, old_arxiv: str = "") -> str:
    """The item's Extra with our lines for the fields ``names``."""
    extra = str(item.get("extra") or "")
    if "arxiv" in names:
        arxiv_id = str(paper.fields["arxiv"])
        line = extra_lines.arxiv_line(arxiv_id, paper.category) if arxiv_id else None
        extra = extra_lines.set_arxiv(extra, line, {arxiv_id, old_arxiv} - {""})
    if "status" in names:
        extra = extra_lines.set_status(extra, paper.status, paper.status_changed, paper.options.status_names)
    return extra


def _merged_tags(old: object, ours: Collection[str], drop: Collection[str]) -> list[dict[str, object]]:
    rows = [dict(tag) for tag in old if isinstance(tag, dict)] if isinstance(old, list) else []
    kept = [tag for tag in rows if tag.get("type") or tag.get("tag") not in drop]
    present = {tag.get("tag") for tag in kept if not tag.get("type")}
    return kept + [{"tag": name} for name in sorted(ours) if name not in present]


def new_item(paper: Local) -> dict[str, object]:
    """A whole item for a paper that has none; empty fields are left out."""
    names = [name for name in FIELDS if name != "trashed" and name in paper.fields]
    item = {"itemType": "preprint"} | {name: value for name, value in properties(names, paper, {}).items() if value}
    if paper.automatic_tags:
        manual = item.get("tags")
        tags = manual if isinstance(manual, list) else []
        item["tags"] = tags + [{"tag": name, "type": 1} for name in paper.automatic_tags]
    return item
