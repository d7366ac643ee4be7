-- The exchange between devices: what this device remembers of stores. Local, never travels.
-- `store` is the 16-byte mark of a store, so that two sticks at one place are two stores.

PRAGMA user_version = 65537;

-- One row: our newest checkpoint, on whichever store.
CREATE TABLE exchange_self (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    counter INTEGER NOT NULL,
    checkpoint BLOB NOT NULL
) STRICT;

INSERT INTO exchange_self VALUES (1, 0, zeroblob(32));

-- `unconfirmed_*`: a checkpoint that may not have arrived there; it is put again.
CREATE TABLE exchange_store (
    store BLOB PRIMARY KEY,
    address TEXT NOT NULL,
    last_run_ms INTEGER NOT NULL,
    last_ok_ms INTEGER NOT NULL,
    unconfirmed_name TEXT,
    unconfirmed BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE exchange_checkpoint (
    store BLOB NOT NULL,
    device BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (store, device)
) STRICT;

CREATE TABLE exchange_part (
    name BLOB PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- What lies on a store already: acts, keyboxes, logs up to a number, pack files that we have read.
CREATE TABLE exchange_known (
    store BLOB NOT NULL,
    kind TEXT NOT NULL,
    key BLOB NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (store, kind, key)
) STRICT, WITHOUT ROWID;

-- Objects on a store that were not taken in: sealed for others, waiting, or refused.
CREATE TABLE exchange_object (
    store BLOB NOT NULL,
    pack BLOB NOT NULL,
    name BLOB NOT NULL,
    kind INTEGER NOT NULL,
    lane INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    key_id BLOB NOT NULL,
    start INTEGER NOT NULL,
    size INTEGER NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (store, pack, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE exchange_keybox (
    place INTEGER PRIMARY KEY,
    reference BLOB NOT NULL UNIQUE,
    signed BLOB NOT NULL
) STRICT;

-- What was known when we last gave grants and keys of a scope that we lead.
CREATE TABLE exchange_duty (
    scope BLOB PRIMARY KEY,
    known BLOB NOT NULL
) STRICT, WITHOUT ROWID;
