-- Checks of the whole database.

-- name: last_place
SELECT place, id FROM journal_commit ORDER BY place DESC LIMIT 1;

-- name: table_sql
SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?;

-- name: chain_after
SELECT place, log, seq, id FROM journal_commit WHERE place > ? AND place <= ?
ORDER BY place LIMIT ?;

-- name: chain_of_scope
SELECT place, log, seq, id FROM journal_commit JOIN journal_log USING (log)
WHERE scope = ? ORDER BY place;

-- name: heads_of_scope
SELECT log, head_seq, head, head_place FROM journal_log WHERE scope = ? ORDER BY log;

-- Rows that are shown of one case. A temporary table of the same name hides the stored one.

-- name: record_of_scope
SELECT * FROM record WHERE scope = ? ORDER BY record;

-- name: record_place_of_scope
SELECT * FROM record_place WHERE scope = ? ORDER BY record, compartment;

-- name: standing_of_scope
SELECT * FROM standing WHERE scope = ?
ORDER BY record, field, compartment, op_commit, op_index;

-- name: conflict_of_scope
SELECT * FROM conflict WHERE scope = ? ORDER BY record, field, compartment;

-- name: scope_line_of_scope
SELECT * FROM scope_line WHERE scope = ?;
