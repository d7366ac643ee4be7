-- Moving a database under another key: copied by the engine, then compared with what it was.

-- name: attach
ATTACH DATABASE ? AS fresh KEY ?;

-- name: export
SELECT sqlcipher_export('fresh');

-- name: detach
DETACH DATABASE fresh;

-- name: schema
SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name;

-- name: tables
SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name;
