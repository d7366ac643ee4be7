-- What was erased by order on this device: a segment that comes again is not taken in again.

PRAGMA user_version = 65539;

CREATE TABLE journal_erased (
    place INTEGER NOT NULL REFERENCES journal_commit (place),
    unit INTEGER NOT NULL,
    PRIMARY KEY (place, unit)
) STRICT, WITHOUT ROWID;
