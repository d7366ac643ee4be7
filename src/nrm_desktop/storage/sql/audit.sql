-- The audit chain: append only.

-- name: last
SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1;

-- name: add
INSERT INTO audit (seq, at_ms, user, act, subjects, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: rows
SELECT seq, at_ms, user, act, subjects, detail, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?;

-- name: holds
SELECT 1 FROM audit WHERE hash = ? LIMIT 1;
