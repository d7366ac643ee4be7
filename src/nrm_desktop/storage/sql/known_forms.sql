-- Which forms people of this vault know: settings by the beginning of their names.

-- name: named
SELECT name FROM setting WHERE name GLOB ?;

-- name: values
SELECT value FROM setting WHERE name GLOB ?;

-- name: drop
DELETE FROM setting WHERE name = ?;
