-- Joins of files of one person: found by the form of their records, which an index knows.

-- name: joins
SELECT record, field, answer FROM record JOIN standing USING (record, scope)
WHERE scope = ? AND form = ? AND compartment = ?
    AND field IN (SELECT value FROM json_each(?))
ORDER BY record, field;

-- A cross join keeps the order, so that the answers of all cases are never read for it.
-- name: every_join
SELECT scope, code, record, field, answer
FROM record CROSS JOIN standing USING (record, scope) CROSS JOIN scope_line USING (scope)
WHERE form = ? AND compartment = ? AND code IS NOT NULL
    AND field IN (SELECT value FROM json_each(?))
ORDER BY code, scope, record, field;

-- name: child
SELECT child FROM scope_line WHERE scope = ?;
