-- Words that are not yet committed: one row per user, scope and record.

-- name: keep
INSERT INTO draft (user, scope, record, form, fields, kept_at_ms) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (user, scope, record) DO UPDATE SET
    form = excluded.form,
    fields = excluded.fields,
    kept_at_ms = excluded.kept_at_ms;

-- name: drop
DELETE FROM draft WHERE user = ? AND scope = ? AND record = ?;

-- name: of_scope
SELECT user, scope, record, form, fields, kept_at_ms FROM draft WHERE scope = ?;

-- name: of_user
SELECT scope, record, form, fields, kept_at_ms FROM draft WHERE user = ?
ORDER BY kept_at_ms DESC, record;

-- name: of_user_in_scope
SELECT scope, record, form, fields, kept_at_ms FROM draft WHERE user = ? AND scope = ?
ORDER BY kept_at_ms DESC, record;
