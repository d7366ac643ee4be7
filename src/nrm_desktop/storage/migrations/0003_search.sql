-- Search: projections of what stands, folded at write time. A database from before this file is
-- filled by the program in batches (`storage.search.filling`), never by a migration.

PRAGMA user_version = 65538;

-- Which fields are searched, as what: from the active form packs, so that a rebuild needs no pack.
CREATE TABLE search_field (
    field TEXT PRIMARY KEY,
    kind TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per standing answer of a text field. `id` is no part of the projection.
CREATE TABLE search_text (
    id INTEGER PRIMARY KEY,
    scope BLOB NOT NULL,
    record BLOB NOT NULL,
    field TEXT NOT NULL,
    compartment INTEGER NOT NULL,
    op_commit BLOB NOT NULL,
    op_index INTEGER NOT NULL,
    signer BLOB NOT NULL,
    text TEXT NOT NULL,
    folded TEXT NOT NULL,
    UNIQUE (scope, record, field, compartment, op_commit, op_index)
) STRICT;

CREATE VIRTUAL TABLE text_fts USING fts5(
    folded, content='search_text', content_rowid='id', columnsize=0,
    tokenize='unicode61 remove_diacritics 2'
);

INSERT INTO text_fts (text_fts, rank) VALUES ('secure-delete', 1);

CREATE TABLE person_name (
    id INTEGER PRIMARY KEY,
    scope BLOB NOT NULL,
    record BLOB NOT NULL,
    field TEXT NOT NULL,
    compartment INTEGER NOT NULL,
    op_commit BLOB NOT NULL,
    op_index INTEGER NOT NULL,
    signer BLOB NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    skeleton TEXT NOT NULL,
    UNIQUE (scope, record, field, compartment, op_commit, op_index)
) STRICT;

CREATE INDEX person_name_by_folded ON person_name (folded, compartment);
CREATE INDEX person_name_by_skeleton ON person_name (skeleton, compartment);

CREATE VIRTUAL TABLE name_fts USING fts5(
    folded, content='person_name', content_rowid='id', columnsize=0,
    tokenize='trigram remove_diacritics 1'
);

INSERT INTO name_fts (name_fts, rank) VALUES ('secure-delete', 1);
