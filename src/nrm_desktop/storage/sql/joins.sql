-- Joins of files of one person: found by the form of their records, which an index knows.

-- name: joins
SELECT record, field, answer FROM record JOIN standing USING (record, scope)
WHERE scope = ? AND form = ? AND compartment = ?
    AND field IN (SELECT value FROM json_each(?))
ORDER BY record, field;

-- name: joined
SELECT DISTINCT scope, code FROM record JOIN scope_line USING (scope)
WHERE form = ? AND code IS NOT NULL
ORDER BY code, scope;
