-- Orders to erase that travel: which were carried out here, and which segments they name. A segment
-- is named before its commit has come, so that it never lies here at all.

PRAGMA user_version = 65540;

CREATE TABLE erase_order (
    act BLOB PRIMARY KEY,
    scope BLOB NOT NULL,
    done_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE journal_ordered (
    commit_beginning BLOB NOT NULL,
    unit INTEGER NOT NULL,
    scope BLOB NOT NULL,
    PRIMARY KEY (commit_beginning, unit, scope)
) STRICT, WITHOUT ROWID;
