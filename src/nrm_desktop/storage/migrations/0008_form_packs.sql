-- Form packs that were taken in: the signed bytes as they came, one version of each pack. They are
-- verified again whenever they are loaded.

PRAGMA user_version = 65543;

CREATE TABLE form_pack (
    place INTEGER PRIMARY KEY,
    pack TEXT NOT NULL UNIQUE,
    signed BLOB NOT NULL,
    taken_ms INTEGER NOT NULL,
    taken_by BLOB NOT NULL
) STRICT;
