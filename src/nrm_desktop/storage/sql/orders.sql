-- Orders to erase: acts that were looked at, what they name, and what was carried out here.

-- name: new_acts
SELECT place, scope, signed FROM trust_act WHERE place > ? ORDER BY place;

-- name: note
INSERT OR IGNORE INTO erase_order (act, scope) VALUES (?, ?);

-- name: open
SELECT act, scope FROM erase_order WHERE done_ms IS NULL ORDER BY act;

-- name: scopes
SELECT DISTINCT scope FROM erase_order;

-- name: set_done
INSERT INTO erase_order (act, scope, done_ms) VALUES (?, ?, ?)
ON CONFLICT (act) DO UPDATE SET done_ms = excluded.done_ms;

-- name: done
SELECT act, scope, done_ms FROM erase_order WHERE done_ms IS NOT NULL ORDER BY act;

-- name: name_unit
INSERT OR IGNORE INTO journal_ordered (commit_beginning, unit, scope) VALUES (?, ?, ?);

-- name: pending_by_id
SELECT id, device, commit_bytes FROM journal_pending WHERE id BETWEEN ? AND ?;

-- name: set_pending
UPDATE journal_pending SET commit_bytes = ? WHERE id = ?;

-- name: add_to_total
UPDATE journal_pending_total SET bytes = bytes + ? WHERE device = ?;

-- name: cases
SELECT count(*) FROM scope_line WHERE code IS NOT NULL;

-- name: ordered
SELECT unit FROM journal_ordered WHERE commit_beginning = ? AND scope = ?;

-- name: has_ordered
SELECT 1 FROM journal_ordered LIMIT 1;
