-- Work whose writer's right has ended: it stays in the journal, and nothing of it is current. A row
-- with an adopter was taken over by a lead and is current in that name.

PRAGMA user_version = 65541;

CREATE TABLE quarantine (
    place INTEGER PRIMARY KEY REFERENCES journal_commit (place),
    beginning BLOB NOT NULL UNIQUE,
    scope BLOB NOT NULL,
    reason TEXT NOT NULL,
    adopter BLOB
) STRICT;

CREATE INDEX quarantine_by_scope ON quarantine (scope);

-- What was known of trust when the commits of a scope were last judged.
CREATE TABLE quarantine_known (
    scope BLOB PRIMARY KEY,
    known BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- To which devices an epoch was given, as the member lists say.
CREATE TABLE trust_holder (
    scope BLOB NOT NULL,
    epoch BLOB NOT NULL,
    device BLOB NOT NULL,
    compartment INTEGER NOT NULL,
    PRIMARY KEY (scope, epoch, device, compartment)
) STRICT, WITHOUT ROWID;
