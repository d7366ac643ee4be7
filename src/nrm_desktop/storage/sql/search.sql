-- Search: what is kept beside the standing answers, and how it is found again.
-- A hit counts only where it is in sight: `seen` holds whole compartments, `own` those in which
-- only what `signer` wrote may be seen.

-- name: fields
SELECT field, kind FROM search_field ORDER BY field;

-- name: clear_fields
DELETE FROM search_field;

-- name: add_field
INSERT INTO search_field (field, kind) VALUES (?, ?);

-- name: standing
SELECT op_commit, op_index, signer, answer FROM standing
WHERE scope = ? AND record = ? AND field = ? AND compartment = ?;

-- name: registers_of_scope
SELECT DISTINCT record, field, compartment FROM standing JOIN search_field USING (field)
WHERE scope = ?
UNION SELECT record, field, compartment FROM search_text WHERE scope = ?
UNION SELECT record, field, compartment FROM person_name WHERE scope = ?;

-- name: texts_at
SELECT id, op_commit, op_index, text, folded FROM search_text
WHERE scope = ? AND record = ? AND field = ? AND compartment = ?;

-- name: add_text
INSERT INTO search_text
    (id, scope, record, field, compartment, op_commit, op_index, signer, text, folded)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: last_text
SELECT coalesce(max(id), 0) FROM search_text;

-- name: drop_text
DELETE FROM search_text WHERE id = ?;

-- name: index_text
INSERT INTO text_fts (rowid, folded) VALUES (?, ?);

-- name: unindex_text
INSERT INTO text_fts (text_fts, rowid, folded) VALUES ('delete', ?, ?);

-- name: empty_text_index
INSERT INTO text_fts (text_fts) VALUES ('delete-all');

-- name: remake_text_index
INSERT INTO text_fts (text_fts) VALUES ('rebuild');

-- name: check_text_index
INSERT INTO text_fts (text_fts, rank) VALUES ('integrity-check', 1);

-- name: delete_safely_text
INSERT INTO text_fts (text_fts, rank) VALUES ('secure-delete', 1);

-- name: is_text_deleted_safely
SELECT v FROM text_fts_config WHERE k = 'secure-delete';

-- name: names_at
SELECT id, op_commit, op_index, name, folded FROM person_name
WHERE scope = ? AND record = ? AND field = ? AND compartment = ?;

-- name: add_name
INSERT INTO person_name
    (id, scope, record, field, compartment, op_commit, op_index, signer, name, folded, skeleton)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: last_name
SELECT coalesce(max(id), 0) FROM person_name;

-- name: drop_name
DELETE FROM person_name WHERE id = ?;

-- name: index_name
INSERT INTO name_fts (rowid, folded) VALUES (?, ?);

-- name: unindex_name
INSERT INTO name_fts (name_fts, rowid, folded) VALUES ('delete', ?, ?);

-- name: empty_name_index
INSERT INTO name_fts (name_fts) VALUES ('delete-all');

-- name: remake_name_index
INSERT INTO name_fts (name_fts) VALUES ('rebuild');

-- name: check_name_index
INSERT INTO name_fts (name_fts, rank) VALUES ('integrity-check', 1);

-- name: delete_safely_name
INSERT INTO name_fts (name_fts, rank) VALUES ('secure-delete', 1);

-- name: is_name_deleted_safely
SELECT v FROM name_fts_config WHERE k = 'secure-delete';

-- name: scopes_to_fill
SELECT changed, scope FROM scope_line
WHERE (changed, scope) > (?, ?)
ORDER BY changed, scope LIMIT ?;

-- name: version
PRAGMA data_version;

-- name: name_begins
-- Equal names come first: the order is that of the index, and reading ends at the limit.
SELECT found.id, scope, code, field, name FROM person_name AS found JOIN scope_line USING (scope)
WHERE folded BETWEEN :wanted AND :wanted || '~' AND code IS NOT NULL
    AND (compartment IN (SELECT value FROM json_each(:seen))
        OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer))
ORDER BY folded, compartment, found.id LIMIT :limit;

-- name: name_words
-- Every word begins a word of some name of the case that may be seen.
SELECT DISTINCT found.id, scope, code, field, name
FROM json_each(:driving) AS word
CROSS JOIN person_name AS found ON folded BETWEEN word.value AND word.value || '~'
JOIN scope_line USING (scope)
WHERE code IS NOT NULL
    AND (compartment IN (SELECT value FROM json_each(:seen))
        OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer))
    AND NOT EXISTS (
        SELECT 1 FROM json_each(:words) AS each WHERE NOT EXISTS (
            SELECT 1 FROM person_name AS other
            WHERE other.scope = found.scope
                AND instr(' ' || other.folded, ' ' || each.value) > 0
                AND (other.compartment IN (SELECT value FROM json_each(:seen))
                    OR (other.compartment IN (SELECT value FROM json_each(:own))
                        AND other.signer = :signer))
        )
    )
ORDER BY folded, found.id LIMIT :limit;

-- name: name_holds
SELECT found.id, scope, code, field, name
FROM name_fts JOIN person_name AS found ON found.id = name_fts.rowid JOIN scope_line USING (scope)
WHERE name_fts MATCH :wanted AND code IS NOT NULL
    AND (compartment IN (SELECT value FROM json_each(:seen))
        OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer))
ORDER BY name_fts.rowid DESC LIMIT :limit;

-- name: names_like
SELECT found.id, scope, code, field, name, folded
FROM json_each(:names) AS wanted CROSS JOIN person_name AS found ON folded = wanted.value
JOIN scope_line USING (scope)
WHERE code IS NOT NULL
    AND (compartment IN (SELECT value FROM json_each(:seen))
        OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer))
ORDER BY found.id DESC;

-- name: names_of_skeletons
SELECT DISTINCT folded FROM json_each(:skeletons) AS wanted
CROSS JOIN person_name ON skeleton = wanted.value
WHERE compartment IN (SELECT value FROM json_each(:seen))
    OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer);

-- name: names_of_scope
SELECT name, folded FROM person_name
WHERE scope = :scope
    AND (compartment IN (SELECT value FROM json_each(:seen))
        OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer))
ORDER BY record, field, op_commit, op_index;

-- name: all_folded_names
SELECT DISTINCT folded FROM person_name
WHERE compartment IN (SELECT value FROM json_each(:seen))
    OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer);

-- name: text_count
SELECT count(*) FROM (
    SELECT 1 FROM text_fts JOIN search_text AS found ON found.id = text_fts.rowid
    JOIN scope_line USING (scope)
    WHERE text_fts MATCH :wanted AND code IS NOT NULL
        AND (compartment IN (SELECT value FROM json_each(:seen))
            OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer))
    LIMIT :limit
);

-- name: texts_ranked
SELECT scope, code, field, text
FROM text_fts JOIN search_text AS found ON found.id = text_fts.rowid JOIN scope_line USING (scope)
WHERE text_fts MATCH :wanted AND code IS NOT NULL
    AND (compartment IN (SELECT value FROM json_each(:seen))
        OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer))
ORDER BY instr(found.folded, :words) > 0 DESC, length(found.folded), found.id DESC
LIMIT :limit;

-- name: texts_newest
SELECT scope, code, field, text
FROM text_fts JOIN search_text AS found ON found.id = text_fts.rowid JOIN scope_line USING (scope)
WHERE text_fts MATCH :wanted AND code IS NOT NULL
    AND (compartment IN (SELECT value FROM json_each(:seen))
        OR (compartment IN (SELECT value FROM json_each(:own)) AND signer = :signer))
ORDER BY text_fts.rowid DESC LIMIT :limit;

-- name: told_elsewhere
SELECT 1 FROM text_fts JOIN search_text AS found ON found.id = text_fts.rowid
WHERE text_fts MATCH :wanted AND scope <> :scope AND compartment = :compartment LIMIT 1;
