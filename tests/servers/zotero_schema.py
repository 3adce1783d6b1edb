"""Item types, fields and creator types of Zotero's schema 41, as far as a reading list meets them."""

from __future__ import annotations

SCHEMA_VERSION = 41

_COMMON = "url accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights extra"
FIELDS: dict[str, list[str]] = {
    "preprint": (
        "title abstractNote genre repository archiveID place date series seriesNumber DOI citationKey url accessDate "
        "archive archiveLocation shortTitle language libraryCatalog callNumber rights extra"
    ).split(),
    "journalArticle": (
        "title abstractNote publicationTitle publisher place date volume issue section partNumber partTitle pages "
        "series seriesTitle seriesText journalAbbreviation DOI citationKey url accessDate PMID PMCID ISSN archive "
        "archiveLocation shortTitle language libraryCatalog callNumber rights extra"
    ).split(),
    "conferencePaper": (
        "title abstractNote proceedingsTitle conferenceName publisher place date eventPlace volume issue "
        "numberOfVolumes pages series seriesNumber DOI ISBN citationKey url accessDate ISSN archive archiveLocation "
        "shortTitle language libraryCatalog callNumber rights extra"
    ).split(),
    "book": f"title abstractNote series volume edition date publisher place ISBN citationKey {_COMMON}".split(),
    "document": f"title abstractNote type publisher place date DOI citationKey {_COMMON}".split(),
    "webpage": (
        "title abstractNote websiteTitle websiteType date shortTitle citationKey url accessDate language rights extra"
    ).split(),
    "note": [],
    "attachment": ["title", "url", "accessDate"],
}
#: Fields that keep their value when the type changes: type-specific name → base name.
BASE_FIELDS = {
    "preprint": {"genre": "type", "repository": "publisher", "archiveID": "number"},
    "conferencePaper": {"proceedingsTitle": "publicationTitle"},
    "webpage": {"websiteTitle": "publicationTitle", "websiteType": "type"},
}
CREATOR_TYPES: dict[str, list[str]] = {
    "preprint": ["author", "contributor", "editor", "translator", "reviewedAuthor"],
    "journalArticle": ["author", "contributor", "editor", "translator", "reviewedAuthor"],
    "conferencePaper": ["author", "contributor", "editor", "translator", "seriesEditor"],
    "book": ["author", "contributor", "editor", "translator", "seriesEditor"],
    "document": ["author", "contributor", "editor", "translator", "reviewedAuthor"],
    "webpage": ["author", "contributor", "translator"],
}
ALL_CREATOR_TYPES = frozenset(kind for kinds in CREATOR_TYPES.values() for kind in kinds)
ALL_FIELDS = frozenset(
    [name for names in FIELDS.values() for name in names] + ["publicationTitle", "publisher", "number", "type"]
)
CHILD_TYPES = frozenset({"note", "attachment"})
LINK_MODES = frozenset({"imported_file", "imported_url", "linked_file", "linked_url", "embedded_image"})
ATTACHMENT_PROPERTIES = ("linkMode", "contentType", "charset", "filename", "md5", "mtime", "path")
OTHER_PROPERTIES = frozenset(
    "key version itemType creators tags collections relations dateAdded dateModified deleted parentItem note "
    "inPublications".split()
)


def template(item_type: str) -> dict[str, object]:
    """The answer of ``/items/new``."""
    fields = FIELDS[item_type]
    made: dict[str, object] = {"itemType": item_type}
    if fields:
        made[fields[0]] = ""
    if item_type in CREATOR_TYPES:
        made["creators"] = [{"creatorType": CREATOR_TYPES[item_type][0], "firstName": "", "lastName": ""}]
    made |= dict.fromkeys(fields[1:], "")
    if item_type == "note":
        made["note"] = ""
    return made | {"tags": [], "collections": [], "relations": {}}
