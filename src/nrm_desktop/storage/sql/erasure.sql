-- Erasing values: segments, and what was made of them.

-- name: places
SELECT place FROM journal_commit JOIN journal_log USING (log) WHERE scope = ? ORDER BY place;

-- name: drop_segment
DELETE FROM journal_segment WHERE place = ? AND unit = ?;

-- name: note_erased
INSERT OR IGNORE INTO journal_erased (place, unit) VALUES (?, ?);

-- name: standing
SELECT answer FROM standing
WHERE scope = ? AND record = ? AND field = ? AND compartment = ?
    AND op_commit = ? AND op_index = ?;

-- name: pending
SELECT id, device, commit_bytes FROM journal_pending;
