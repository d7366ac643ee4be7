-- The journal: commits as they were made or received, the heads of the logs, what waits.

-- name: state
SELECT commits, last_commit, digest, hlc, own_hlc FROM journal_state;

-- name: set_state
UPDATE journal_state SET commits = ?, last_commit = ?, digest = ?, hlc = ?, own_hlc = ?;

-- name: log
SELECT log, head_seq, head, head_place, is_forked FROM journal_log
WHERE scope = ? AND compartment = ? AND device = ?;

-- name: add_log
INSERT INTO journal_log (scope, compartment, device, head_seq, head, head_place)
VALUES (?, ?, ?, 0, x'', 0);

-- name: set_head
UPDATE journal_log SET head_seq = ?, head = ?, head_place = ?, is_forked = ? WHERE log = ?;

-- name: other_heads
SELECT device, head_seq, head FROM journal_log
WHERE scope = ? AND compartment = ? AND device <> ? AND head_place > ?
ORDER BY head_place DESC LIMIT ?;

-- name: heads
SELECT scope, compartment, device, head_seq, head, is_forked FROM journal_log
ORDER BY scope, compartment, device;

-- name: add_commit
INSERT INTO journal_commit (place, log, seq, id, header, signature, skeleton)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: last_place
SELECT coalesce(max(place), 0) FROM journal_commit;

-- name: add_new_segment
INSERT INTO journal_segment (place, unit, segment) VALUES (?, ?, ?);

-- name: add_segment
INSERT OR IGNORE INTO journal_segment (place, unit, segment)
SELECT :place, :unit, :segment
WHERE NOT EXISTS (SELECT 1 FROM journal_erased WHERE place = :place AND unit = :unit);

-- name: ids_at
SELECT id FROM journal_commit WHERE log = ? AND seq = ?;

-- name: place_of
SELECT place FROM journal_commit WHERE id BETWEEN ? AND ?;

-- name: commit_at
SELECT header, signature, skeleton FROM journal_commit WHERE place = ?;

-- name: segments_at
SELECT unit, segment FROM journal_segment WHERE place = ?;

-- name: places
SELECT place FROM journal_commit ORDER BY place;

-- name: places_of_log
SELECT place FROM journal_commit JOIN journal_log USING (log)
WHERE scope = ? AND compartment = ? AND device = ? AND seq > ? ORDER BY place;

-- name: places_of_scope
SELECT place FROM journal_commit JOIN journal_log USING (log)
WHERE scope = ? AND place > ? AND compartment IN (SELECT value FROM json_each(?))
ORDER BY place LIMIT ?;

-- name: compartments_of_scope
SELECT DISTINCT compartment FROM journal_log WHERE scope = ? ORDER BY compartment;

-- name: counts
SELECT (SELECT count(*) FROM journal_commit), (SELECT count(*) FROM journal_log);

-- name: head_rows
SELECT log, head_seq, head, head_place FROM journal_log ORDER BY log;

-- name: chain
SELECT place, log, seq, id FROM journal_commit ORDER BY place;

-- name: add_pending
INSERT OR IGNORE INTO journal_pending (id, device, waits_for, commit_bytes) VALUES (?, ?, ?, ?);

-- name: pending_for
SELECT id, device, commit_bytes FROM journal_pending WHERE waits_for = ? ORDER BY arrived;

-- name: pending_of_device
SELECT commit_bytes FROM journal_pending WHERE device = ?;

-- name: oldest_pending
SELECT id, length(commit_bytes) FROM journal_pending WHERE device = ? ORDER BY arrived LIMIT 1;

-- name: drop_pending
DELETE FROM journal_pending WHERE id = ?;

-- name: count_pending
SELECT count(*) FROM journal_pending;

-- name: pending_total
SELECT commits, bytes FROM journal_pending_total WHERE device = ?;

-- name: add_to_total
INSERT INTO journal_pending_total (device, commits, bytes) VALUES (?, ?, ?)
ON CONFLICT (device) DO UPDATE SET commits = commits + excluded.commits, bytes = bytes + excluded.bytes;
