-- The audit chain: append only.

-- name: last
SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1;

-- name: add
INSERT INTO audit (seq, at_ms, user, act, subjects, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: rows
SELECT seq, at_ms, user, act, subjects, detail, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?;

-- name: holds
SELECT 1 FROM audit WHERE hash = ? LIMIT 1;

-- Newest first, behind a number. An act also means all acts that begin with it and a dot.
-- name: review
SELECT seq, at_ms, user, act, subjects, detail, hash FROM audit
WHERE seq < :before
    AND (:act = '' OR act = :act OR substr(act, 1, length(:act) + 1) = :act || '.')
    AND (:user IS NULL OR user = :user)
    AND (:subject IS NULL OR instr(subjects, :subject) > 0)
    AND at_ms >= :since AND at_ms < :until
ORDER BY seq DESC
LIMIT :limit;
