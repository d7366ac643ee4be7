-- Sealed chunks of attachments, in `files.db`.
--
-- The chunks have row ids on purpose (ADR 0022): in a table without them SQLite compares whole
-- records while it searches, and a record here is a quarter of a mebibyte.

-- name: make_chunk
CREATE TABLE IF NOT EXISTS chunk (
    name BLOB NOT NULL PRIMARY KEY CHECK (length(name) = 20),
    bytes BLOB NOT NULL
) STRICT;

-- name: make_waiting
CREATE TABLE IF NOT EXISTS waiting (
    name BLOB NOT NULL PRIMARY KEY REFERENCES chunk (name) ON DELETE CASCADE,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- name: add
INSERT INTO chunk (name, bytes) VALUES (?, ?) ON CONFLICT (name) DO NOTHING;

-- name: wait
INSERT INTO waiting (name, since_ms) VALUES (?, ?) ON CONFLICT (name) DO NOTHING;

-- name: settle
DELETE FROM waiting WHERE name = ?;

-- name: waiting_since
SELECT name FROM waiting WHERE since_ms < ? ORDER BY name;

-- name: all_waiting
SELECT name, since_ms FROM waiting ORDER BY name;

-- name: get
SELECT bytes FROM chunk WHERE name = ?;

-- name: holds
SELECT 1 FROM chunk WHERE name = ?;

-- name: drop
DELETE FROM chunk WHERE name = ?;

-- name: names
SELECT name FROM chunk ORDER BY name;
