-- The library: one person's reading list in one SQLite file.
-- Times are UTC (2026-11-20T09:00:00Z), dates are days (2024-01-15), lists are JSON arrays.
-- A new file is made from this page; older files are brought here by library/migrations.py.

-- One work in the list. Only columns that are not NULL by nature are NOT NULL: unknown is NULL, never a guess.
CREATE TABLE paper (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    title            TEXT NOT NULL,
    title_key        TEXT NOT NULL,               -- readlist.text.key(title)
    abstract         TEXT NOT NULL DEFAULT '',
    authors          TEXT NOT NULL DEFAULT '[]',  -- [[name, family, given], …]
    arxiv_id         TEXT,
    arxiv_version    INTEGER,
    published        TEXT,                        -- day of version 1
    updated          TEXT,                        -- day of the current version
    year             INTEGER,                     -- of publication; from the arXiv id where dates are unknown
    categories       TEXT NOT NULL DEFAULT '[]',  -- the primary one first
    doi              TEXT,
    journal_ref      TEXT,
    comment          TEXT,
    url              TEXT,                        -- given by hand; pages of arXiv papers follow from the id
    by_hand          INTEGER NOT NULL DEFAULT 0,
    status           TEXT NOT NULL DEFAULT 'new',
    status_changed   TEXT NOT NULL,
    priority         INTEGER NOT NULL DEFAULT 0,
    tags             TEXT NOT NULL DEFAULT '[]',  -- sorted
    note             TEXT NOT NULL DEFAULT '',
    citekey          TEXT,
    match_state      TEXT NOT NULL DEFAULT 'unresolved',
    match_score      REAL,
    match_source     TEXT,
    match_decided_by TEXT,
    match_reasons    TEXT NOT NULL DEFAULT '[]',
    match_candidates TEXT NOT NULL DEFAULT '[]',  -- [[arxiv_id, title, score, [reason, …]], …], best first
    added            TEXT NOT NULL,
    removed          TEXT,                        -- in the trash since
    worded           TEXT NOT NULL DEFAULT '[]'   -- columns that a person worded: the record leaves them alone
);
CREATE INDEX paper_title_key ON paper (title_key);
CREATE UNIQUE INDEX paper_arxiv_id ON paper (arxiv_id) WHERE arxiv_id IS NOT NULL;
CREATE INDEX paper_citekey ON paper (citekey COLLATE NOCASE) WHERE citekey IS NOT NULL;
CREATE INDEX paper_home ON paper (removed, added DESC, id, status);
CREATE INDEX paper_status ON paper (status, removed);
CREATE INDEX paper_match ON paper (match_state, removed);

-- An entry of a dump, kept as evidence on its paper. The same text under the same listing day is one sighting.
CREATE TABLE sighting (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    paper_id            INTEGER NOT NULL,
    fingerprint         TEXT NOT NULL UNIQUE,
    title_key           TEXT NOT NULL,
    source              TEXT NOT NULL,
    line                INTEGER NOT NULL,
    title               TEXT NOT NULL,
    abstract            TEXT NOT NULL,
    arxiv_id            TEXT,
    author_count        INTEGER,
    organisation_handle TEXT,
    organisation_name   TEXT,
    comments            INTEGER,                  -- discussion count
    date_month          INTEGER,
    date_day            INTEGER,
    date_year           INTEGER,                  -- NULL while nothing tells which year the listing left out
    date_text           TEXT,
    listed_month        INTEGER,
    listed_day          INTEGER,
    listed_year         INTEGER,
    listed_text         TEXT,
    seen                TEXT NOT NULL             -- when it was imported
);
CREATE INDEX sighting_paper ON sighting (paper_id);
CREATE INDEX sighting_title_key ON sighting (title_key);
CREATE INDEX sighting_source ON sighting (source);

-- Every citation key that was ever written, so that none is used for another paper.
CREATE TABLE citekey (
    id       INTEGER PRIMARY KEY,
    key      TEXT NOT NULL UNIQUE COLLATE NOCASE,
    paper_id INTEGER NOT NULL,
    given    INTEGER NOT NULL DEFAULT 0,          -- somebody chose it: typed in, or come with an import
    arxiv_id TEXT                                 -- of that paper, which gets its key back if it is added again
);
CREATE INDEX citekey_arxiv_id ON citekey (arxiv_id);
CREATE INDEX citekey_paper ON citekey (paper_id);

-- Records of doubtful candidates, so that a person's decision needs no second look-up.
CREATE TABLE record (
    arxiv_id TEXT PRIMARY KEY,
    data     TEXT NOT NULL,
    fetched  TEXT NOT NULL
) WITHOUT ROWID;

-- When the resolver last looked for a paper, where, and which of its sightings was the newest by then: one that is found
-- nowhere is looked for again one day, and one that is in doubt when more is known of it. No part of undo.
CREATE TABLE tried (
    paper_id INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    source   TEXT NOT NULL,
    sighting INTEGER NOT NULL
);

-- The journal: each action is one row, each row that it touched one change.
CREATE TABLE action (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,
    name    TEXT NOT NULL,
    summary TEXT NOT NULL,
    state   TEXT NOT NULL DEFAULT 'done'          -- done, undone, dropped (undone, and then something else was done)
);
CREATE INDEX action_state ON action (state, id);
CREATE TABLE change (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    action_id  INTEGER NOT NULL REFERENCES action (id),
    table_name TEXT NOT NULL,
    row_id     INTEGER NOT NULL,
    before     TEXT,                              -- JSON of what changed; NULL: the row did not exist
    after      TEXT                               -- JSON of what changed; NULL: the row is gone or stands in its table
);
CREATE INDEX change_action ON change (action_id);
CREATE INDEX change_row ON change (table_name, row_id);

-- What Zotero had after the last sync, per library (user:12345). No part of undo, for it mirrors another place; only
-- that two papers were joined, and whose item an item is since, is taken back.
CREATE TABLE zotero_library (
    library TEXT PRIMARY KEY,
    version INTEGER NOT NULL DEFAULT 0,
    pulled  TEXT NOT NULL DEFAULT '{}'            -- JSON: up to which version each collection was looked for papers
) WITHOUT ROWID;
CREATE TABLE zotero_collection (
    library TEXT NOT NULL,
    name    TEXT NOT NULL,
    key     TEXT NOT NULL,
    PRIMARY KEY (library, name)
) WITHOUT ROWID;
CREATE TABLE zotero_item (
    id         INTEGER PRIMARY KEY,
    library    TEXT NOT NULL,
    paper_id   INTEGER NOT NULL,
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,                  -- 0: the key is ours, nobody knows yet whether the item exists
    here       TEXT NOT NULL,                     -- JSON: what our side said when both were last in step
    base       TEXT NOT NULL,                     -- JSON: what the item said then
    there      TEXT NOT NULL,                     -- JSON: the item as last seen
    made_by_us INTEGER NOT NULL,
    trashed    INTEGER NOT NULL,
    deleted    INTEGER NOT NULL,                  -- erased in Zotero, so never made again
    synced     TEXT NOT NULL,
    copied     INTEGER NOT NULL DEFAULT 0,        -- the paper was made from the item: its wording is the person's
    note       TEXT NOT NULL DEFAULT '',          -- the note as both sides last had it
    in_step    TEXT NOT NULL DEFAULT '',          -- digest of the paper with which nothing was left to do
    UNIQUE (library, paper_id)
);
CREATE INDEX zotero_item_paper ON zotero_item (paper_id);
-- Items that are no paper's, to recognise them later without reading the whole library again.
CREATE TABLE zotero_seen (
    library    TEXT NOT NULL,
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    title      TEXT NOT NULL,
    identities TEXT NOT NULL,                     -- JSON list
    trashed    INTEGER NOT NULL,
    PRIMARY KEY (library, key)
) WITHOUT ROWID;

-- Our child notes, by the item that they hang on.
CREATE TABLE zotero_note (
    library TEXT NOT NULL,
    parent  TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,                     -- 0: the key is ours, nobody knows yet whether the note exists
    html    TEXT NOT NULL,
    trashed INTEGER NOT NULL,
    PRIMARY KEY (library, parent)
) WITHOUT ROWID;

-- Searches that a person keeps, in the query language.
CREATE TABLE saved_search (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    name  TEXT NOT NULL UNIQUE COLLATE NOCASE,
    query TEXT NOT NULL
);
-- Colours that a person gave to tags, by name; the other tags have none.
CREATE TABLE tag_colour (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    tag    TEXT NOT NULL UNIQUE COLLATE NOCASE,
    colour TEXT NOT NULL
);
-- How a face shows this library (columns, order), as JSON. No part of undo.
CREATE TABLE preference (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Derived: an index of tags, kept by triggers.
CREATE TABLE paper_tag (
    tag      TEXT NOT NULL COLLATE NOCASE,
    paper_id INTEGER NOT NULL,
    PRIMARY KEY (tag, paper_id)
) WITHOUT ROWID;
CREATE INDEX paper_tag_paper ON paper_tag (paper_id);

-- Derived: full text, kept by triggers. What people write is indexed apart from what a record says: a tag that is
-- renamed on ten thousand papers would have ten thousand abstracts indexed again otherwise.
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
CREATE TRIGGER paper_tags_changed AFTER UPDATE OF tags ON paper WHEN old.tags IS NOT new.tags BEGIN
    DELETE FROM paper_tag WHERE paper_id = old.id;
    INSERT OR IGNORE INTO paper_tag (tag, paper_id) SELECT value, new.id FROM json_each(new.tags);
END;

-- Derived: another number after each change of what a bibliography says of a paper, kept by triggers. It tells living
-- files which entries to make anew without a look at the texts, whoever changed them, undo and restore included.
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
