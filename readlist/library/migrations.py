"""Bringing a library file to today's schema: small named steps, recorded in the file, all in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from readlist.errors import LibraryError

#: Marks the file as a readlist library ("rdls"), so that another program's SQLite file is not written into.
APPLICATION_ID = 0x72646C73


class Migration(NamedTuple):
    """One step from an older schema; ``name`` is recorded in the file and never changes."""

    name: str
    apply: Callable[[sqlite3.Connection], object]


def _searches_colours_preferences(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE saved_search (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE COLLATE NOCASE, "
        "query TEXT NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE tag_colour (id INTEGER PRIMARY KEY AUTOINCREMENT, tag TEXT NOT NULL UNIQUE COLLATE NOCASE, "
        "colour TEXT NOT NULL)"
    )
    connection.execute("CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")


#: What people write is indexed apart from what a record says.
_WORDS_APART = """
DROP TRIGGER paper_inserted;
DROP TRIGGER paper_deleted;
DROP TRIGGER paper_text_changed;
DROP TABLE paper_text;
CREATE VIRTUAL TABLE paper_text USING fts5 (
    title, abstract, authors,
    content = 'paper', content_rowid = 'id', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE paper_words USING fts5 (
    tags, note,
    content = 'paper', content_rowid = 'id', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER paper_inserted AFTER INSERT ON paper BEGIN
    INSERT INTO paper_text (rowid, title, abstract, authors) VALUES (new.id, new.title, new.abstract, new.authors);
    INSERT INTO paper_words (rowid, tags, note) VALUES (new.id, new.tags, new.note);
    INSERT OR IGNORE INTO paper_tag (tag, paper_id) SELECT value, new.id FROM json_each(new.tags);
END;
CREATE TRIGGER paper_deleted AFTER DELETE ON paper BEGIN
    INSERT INTO paper_text (paper_text, rowid, title, abstract, authors)
        VALUES ('delete', old.id, old.title, old.abstract, old.authors);
    INSERT INTO paper_words (paper_words, rowid, tags, note) VALUES ('delete', old.id, old.tags, old.note);
    DELETE FROM paper_tag WHERE paper_id = old.id;
END;
CREATE TRIGGER paper_text_changed AFTER UPDATE OF title, abstract, authors ON paper
WHEN old.title IS NOT new.title OR old.abstract IS NOT new.abstract OR old.authors IS NOT new.authors BEGIN
    INSERT INTO paper_text (paper_text, rowid, title, abstract, authors)
        VALUES ('delete', old.id, old.title, old.abstract, old.authors);
    INSERT INTO paper_text (rowid, title, abstract, authors) VALUES (new.id, new.title, new.abstract, new.authors);
END;
CREATE TRIGGER paper_words_changed AFTER UPDATE OF tags, note ON paper
WHEN old.tags IS NOT new.tags OR old.note IS NOT new.note BEGIN
    INSERT INTO paper_words (paper_words, rowid, tags, note) VALUES ('delete', old.id, old.tags, old.note);
    INSERT INTO paper_words (rowid, tags, note) VALUES (new.id, new.tags, new.note);
END;
INSERT INTO paper_text (paper_text) VALUES ('rebuild');
INSERT INTO paper_words (paper_words) VALUES ('rebuild');
DROP INDEX paper_home;
CREATE INDEX paper_home ON paper (removed, added DESC, id, status);
"""

#: What a sync in both directions remembers.
_BOTH_WAYS = """
ALTER TABLE paper ADD COLUMN worded TEXT NOT NULL DEFAULT '[]';
ALTER TABLE zotero_library ADD COLUMN pulled TEXT NOT NULL DEFAULT '{}';
ALTER TABLE zotero_item ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;
ALTER TABLE zotero_item ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE zotero_item ADD COLUMN in_step TEXT NOT NULL DEFAULT '';
CREATE TABLE zotero_note (
    library TEXT NOT NULL,
    parent  TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    html    TEXT NOT NULL,
    trashed INTEGER NOT NULL,
    PRIMARY KEY (library, parent)
) WITHOUT ROWID;
"""
#: Whose keys are somebody's choice was read from the journal before: made ones were written outside of it, or anew.
_GIVEN_AND_STAMPS = """
ALTER TABLE citekey ADD COLUMN given INTEGER NOT NULL DEFAULT 0;
UPDATE citekey SET given = 1 WHERE key IN (SELECT citekey FROM paper WHERE citekey IS NOT NULL) AND (
    SELECT action.name FROM change JOIN action ON action.id = action_id
    WHERE table_name = 'paper' AND row_id = paper_id AND state = 'done'
        AND json_extract(change.after, '$.citekey') IS NOT NULL
    ORDER BY change.id DESC LIMIT 1
) <> 'keys';
CREATE TABLE paper_stamp (
    paper_id INTEGER PRIMARY KEY,
    stamp    INTEGER NOT NULL
);
CREATE TRIGGER paper_stamped AFTER INSERT ON paper BEGIN
    INSERT OR REPLACE INTO paper_stamp (paper_id, stamp) VALUES (new.id, random());
END;
CREATE TRIGGER paper_stamped_anew AFTER UPDATE OF
    title, abstract, authors, arxiv_id, published, year, categories, doi, journal_ref, comment, url, by_hand, status,
    priority, tags, note, citekey
ON paper BEGIN
    UPDATE paper_stamp SET stamp = random() WHERE paper_id = new.id;
END;
CREATE TRIGGER paper_stamp_deleted AFTER DELETE ON paper BEGIN
    DELETE FROM paper_stamp WHERE paper_id = old.id;
END;
INSERT INTO paper_stamp (paper_id, stamp) SELECT id, random() FROM paper;
"""

#: Oldest first. A step that was released is never edited; schema.sql shows where all of them lead.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "tried",
        lambda connection: connection.execute(
            "CREATE TABLE tried (paper_id INTEGER PRIMARY KEY, at TEXT NOT NULL, source TEXT NOT NULL, "
            "sighting INTEGER NOT NULL)"
        ),
    ),
    Migration("searches", _searches_colours_preferences),
    Migration("words", lambda connection: _run(connection, _WORDS_APART)),
    Migration("stamps", lambda connection: _run(connection, _GIVEN_AND_STAMPS)),
    Migration("both ways", lambda connection: _run(connection, _BOTH_WAYS)),
)


def migrate(connection: sqlite3.Connection, name: str, migrations: Sequence[Migration] = MIGRATIONS) -> list[str]:
    """Make or upgrade the schema and return the names of the steps that were taken.

    Raises `LibraryError` for a file of another program or of a newer readlist. ``name`` is the file, for the message.
    """
    if check(connection, name) and not missing(connection, name, migrations):
        return []
    connection.execute("BEGIN IMMEDIATE")
    try:
        check(connection, name)
        steps = _create(connection, migrations) if _is_empty(connection) else _upgrade(connection, name, migrations)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return steps


def missing(connection: sqlite3.Connection, name: str, migrations: Sequence[Migration] = MIGRATIONS) -> list[Migration]:
    """The steps that a library has not taken yet. Raises `LibraryError` for a file of a newer readlist."""
    applied = {row[0] for row in connection.execute("SELECT name FROM migration")}
    unknown = applied - {"schema", *(step.name for step in migrations)}
    if unknown:
        raise LibraryError(
            f"{name}: written by a newer readlist (it has {', '.join(sorted(unknown))}); upgrade readlist to open it"
        )
    return [step for step in migrations if step.name not in applied]


def check(connection: sqlite3.Connection, name: str) -> bool:
    """Whether the file is a library already; False for an empty one. Raises `LibraryError` for anything else."""
    # One statement, so that another process that makes the library just now is seen before or after, not in between.
    application, tables = connection.execute(
        "SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id"
    ).fetchone()
    if application == APPLICATION_ID:
        return True
    if tables:
        raise LibraryError(f"{name}: this SQLite file is not a readlist library; name another with --library")
    return False


def schema() -> str:
    """The text of schema.sql."""
    from importlib import resources

    return resources.files("readlist.library").joinpath("schema.sql").read_text(encoding="utf-8")


def _is_empty(connection: sqlite3.Connection) -> bool:
    return not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]


def _create(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> list[str]:
    connection.execute("CREATE TABLE migration (name TEXT PRIMARY KEY) WITHOUT ROWID")
    _run(connection, schema())
    names = ["schema", *(step.name for step in migrations)]
    connection.executemany("INSERT INTO migration (name) VALUES (?)", [(name,) for name in names])
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return names


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Many statements. (executescript would commit our transaction, so they go one by one.)"""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def _upgrade(connection: sqlite3.Connection, name: str, migrations: Sequence[Migration]) -> list[str]:
    steps = missing(connection, name, migrations)
    for step in steps:
        step.apply(connection)
        connection.execute("INSERT INTO migration (name) VALUES (?)", (step.name,))
    return [step.name for step in steps]
