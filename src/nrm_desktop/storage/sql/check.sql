-- Checks of the whole database.

-- name: last_place
SELECT place, id FROM journal_commit ORDER BY place DESC LIMIT 1;

-- name: table_sql
SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?;
