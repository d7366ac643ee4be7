-- Quarantine: commits that lie in the journal and are not current.

-- name: any
SELECT 1 FROM quarantine LIMIT 1;

-- name: mark
SELECT reason, adopter FROM quarantine WHERE beginning = ?;

-- name: marks_of_scope
SELECT place, reason, adopter FROM quarantine WHERE scope = ?;

-- name: set_mark
INSERT INTO quarantine (place, beginning, scope, reason, adopter) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (place) DO UPDATE SET reason = excluded.reason, adopter = excluded.adopter;

-- name: drop_mark
DELETE FROM quarantine WHERE place = ?;

-- name: count
SELECT count(*) FROM quarantine WHERE adopter IS NULL;

-- name: held
SELECT place, reason FROM quarantine WHERE adopter IS NULL ORDER BY place;

-- name: known
SELECT scope, known FROM quarantine_known;

-- name: set_known
INSERT INTO quarantine_known (scope, known) VALUES (?, ?)
ON CONFLICT (scope) DO UPDATE SET known = excluded.known;

-- name: scopes
SELECT DISTINCT scope FROM journal_log ORDER BY scope;

-- name: logs
SELECT log, compartment, device FROM journal_log WHERE scope = ? ORDER BY log;

-- name: headers
SELECT place, seq, id, header FROM journal_commit WHERE log = ? ORDER BY place;

-- name: places
SELECT place FROM journal_commit JOIN journal_log USING (log) WHERE scope = ? ORDER BY place;

-- name: drop_standing
DELETE FROM standing WHERE scope = ?;

-- name: drop_record
DELETE FROM record WHERE scope = ?;

-- name: drop_record_place
DELETE FROM record_place WHERE scope = ?;

-- name: drop_superseded_early
DELETE FROM superseded_early WHERE scope = ?;

-- name: drop_conflict
DELETE FROM conflict WHERE scope = ?;

-- name: drop_scope_line
DELETE FROM scope_line WHERE scope = ?;

-- name: holders
SELECT device, compartment FROM trust_holder WHERE scope = ? AND epoch = ?;

-- name: add_holder
INSERT OR IGNORE INTO trust_holder (scope, epoch, device, compartment) VALUES (?, ?, ?, ?);
