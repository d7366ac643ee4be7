-- Which migrations a database has seen.

-- name: has_records
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration';

-- name: numbers
SELECT number FROM migration;

-- name: record
INSERT INTO migration (number, name, sha256, at_ms) VALUES (?, ?, ?, ?);

-- name: first
SELECT min(at_ms) FROM migration;

-- name: began_at
SELECT min(at_ms) FROM migration;
