-- Lists for screens and commands: filtered here, paged by key, never by offset.

-- name: cases
SELECT scope, code, state, child, support, changed, agreed, said_no, not_now, withdrawn, (
    SELECT count(*) FROM conflict
    WHERE conflict.scope = line.scope
        AND (:seen IS NULL OR conflict.compartment IN (SELECT value FROM json_each(:seen)))
) AS conflicts
FROM scope_line AS line
WHERE code IS NOT NULL
    AND (changed, scope) < (:changed, :scope)
    AND changed >= :since
    AND (:state = '' OR state = :state)
    AND (:child = '' OR :child = CASE
        WHEN hex(scope) IN (SELECT value FROM json_each(:beside)) THEN 'child' ELSE child END)
    AND (:text = '' OR code BETWEEN :text AND :text || '~')
    AND (:conflict IS NULL OR (conflicts > 0) = :conflict)
ORDER BY changed DESC, scope DESC
LIMIT :limit;

-- name: case
SELECT scope, code, state, child, support, changed, agreed, said_no, not_now, withdrawn
FROM scope_line WHERE scope = ?;

-- name: closed_days
SELECT line.scope, field, answer FROM scope_line AS line JOIN standing USING (scope)
WHERE state = 'closed' AND code IS NOT NULL
    AND field IN (SELECT value FROM json_each(?))
    AND compartment IN (SELECT value FROM json_each(?))
ORDER BY line.scope, field, answer;

-- Something left, and a row of the register was withdrawn or replaced. A few cases of all, found by
-- the form of their records, which an index knows.
-- name: taken_back
SELECT line.scope, code FROM scope_line AS line WHERE code IS NOT NULL
    AND EXISTS (SELECT 1 FROM record WHERE scope = line.scope AND form = 'disclosure')
    AND EXISTS (
        SELECT 1 FROM record JOIN standing USING (scope, record)
        WHERE scope = line.scope AND form = 'consent_register' AND field IN (
            'consent_register.cr_withdrawn', 'consent_register.cr_replaces'
        )
    )
ORDER BY code, line.scope;

-- The same, asked of one case; of joined files one may say the first and another the second.
-- name: owes
SELECT EXISTS (SELECT 1 FROM record WHERE scope = :scope AND form = 'disclosure'), EXISTS (
    SELECT 1 FROM record JOIN standing USING (scope, record)
    WHERE scope = :scope AND form = 'consent_register' AND field IN (
        'consent_register.cr_withdrawn', 'consent_register.cr_replaces'
    )
);
-- The sender of a packet that came in has taken something of it back.
-- name: asked_to_stop
SELECT line.scope, code FROM scope_line AS line WHERE code IS NOT NULL
    AND EXISTS (
        SELECT 1 FROM record JOIN standing USING (scope, record)
        WHERE scope = line.scope AND form = 'packet' AND field = 'packet.taken_back'
    )
ORDER BY code, line.scope;

-- name: counted_scopes
SELECT scope FROM scope_line WHERE code IS NOT NULL AND scope > ? ORDER BY scope LIMIT ?;

-- A field is told by its name, so opening a record a second time as something else hides no "no".
-- name: counted
SELECT line.scope, standing.record,
    coalesce(form, substr(field, 1, instr(field, '.') - 1)), field, compartment,
    op_commit, op_index, answer, hlc, signer, device, flags, EXISTS (
        SELECT 1 FROM record_place AS place
        WHERE place.record = standing.record AND place.scope = line.scope
            AND is_opened AND is_closed
    )
FROM scope_line AS line JOIN standing USING (scope) LEFT JOIN record USING (record, scope)
WHERE code IS NOT NULL AND line.scope > :after AND line.scope <= :last
    AND (field IN (SELECT value FROM json_each(:fields)) OR field BETWEEN :begin AND :end)
ORDER BY line.scope, standing.record, field, compartment;

-- name: conflicts
SELECT conflict.scope, code, record, field, compartment
FROM conflict LEFT JOIN scope_line USING (scope)
WHERE compartment IN (SELECT value FROM json_each(?))
ORDER BY conflict.scope, record, field, compartment;

-- name: conflicts_of_scope
SELECT conflict.scope, code, record, field, compartment
FROM conflict LEFT JOIN scope_line USING (scope)
WHERE compartment IN (SELECT value FROM json_each(?)) AND conflict.scope = ?
ORDER BY conflict.scope, record, field, compartment;

-- name: once_records
SELECT record FROM record WHERE scope = ? AND form IS NULL ORDER BY record;
