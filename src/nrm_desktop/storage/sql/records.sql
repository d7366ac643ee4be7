-- What units of work and screens read: cells, records, case codes, settings.

-- name: scope_of_code
SELECT scope FROM scope_line WHERE code = ? LIMIT 2;

-- name: code_of_scope
SELECT code FROM scope_line WHERE scope = ?;

-- name: standing
SELECT op_commit, op_index, answer, hlc, signer, device, flags FROM standing
WHERE scope = ? AND record = ? AND field = ?;

-- name: register
SELECT op_commit, op_index, answer, hlc, signer, device, flags FROM standing
WHERE scope = ? AND record = ? AND field = ? AND compartment = ?;

-- name: cells
SELECT record, coalesce(form, substr(field, 1, instr(field, '.') - 1)), field, compartment,
    op_commit, op_index, answer, hlc, signer, device, flags
FROM standing LEFT JOIN record USING (record, scope)
WHERE scope = ?
ORDER BY record, field, compartment;

-- name: cells_of_form
SELECT record, coalesce(form, substr(field, 1, instr(field, '.') - 1)) AS key, field, compartment,
    op_commit, op_index, answer, hlc, signer, device, flags
FROM standing LEFT JOIN record USING (record, scope)
WHERE scope = ? AND key = ?
ORDER BY record, field, compartment;

-- name: records
SELECT record, form, parent, sort, chosen, EXISTS (
    SELECT 1 FROM record_place AS place
    WHERE place.record = record.record AND place.scope = record.scope AND is_opened AND is_closed
)
FROM record WHERE scope = ? AND form IS NOT NULL
ORDER BY sort, record;

-- name: records_of_form
SELECT record, form, parent, sort, chosen, EXISTS (
    SELECT 1 FROM record_place AS place
    WHERE place.record = record.record AND place.scope = record.scope AND is_opened AND is_closed
)
FROM record WHERE scope = ? AND form = ?
ORDER BY sort, record;

-- name: opened_by
SELECT record, open_commit FROM record
WHERE scope = ? AND open_commit IS NOT NULL AND hex(record) IN (SELECT value FROM json_each(?));

-- name: header_of
SELECT header FROM journal_commit WHERE id BETWEEN ? AND ?;

-- name: names_in
SELECT scope, answer FROM record JOIN standing USING (record, scope)
WHERE form = ? AND field = ? AND compartment = ?
ORDER BY scope, answer;

-- name: is_opened
SELECT 1 FROM record_place WHERE record = ? AND scope = ? AND compartment = ? AND is_opened;

-- name: setting
SELECT value FROM setting WHERE name = ?;

-- name: set_setting
INSERT INTO setting (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
