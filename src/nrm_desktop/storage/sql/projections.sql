-- Projections: what is derived from the set of commits, and from nothing else.

-- name: note_record
INSERT OR IGNORE INTO record (record, scope) VALUES (?, ?);

-- name: open_record
INSERT INTO record (record, scope, form, parent, sort, chosen, open_commit, open_index)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (record, scope) DO UPDATE SET
    form = excluded.form,
    parent = excluded.parent,
    sort = excluded.sort,
    chosen = excluded.chosen,
    open_commit = excluded.open_commit,
    open_index = excluded.open_index
WHERE open_commit IS NULL
    OR (excluded.open_commit, excluded.open_index) < (open_commit, open_index);

-- name: note_opened
INSERT INTO record_place (record, scope, compartment, is_opened) VALUES (?, ?, ?, 1)
ON CONFLICT (record, scope, compartment) DO UPDATE SET is_opened = 1;

-- name: note_closed
INSERT INTO record_place (record, scope, compartment, is_closed) VALUES (?, ?, ?, 1)
ON CONFLICT (record, scope, compartment) DO UPDATE SET is_closed = 1;

-- name: let_stand
INSERT INTO standing (scope, record, field, compartment, op_commit, op_index, kind, answer, hlc,
    signer, device, flags)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: supersede
DELETE FROM standing
WHERE scope = ? AND record = ? AND field = ? AND compartment = ? AND op_commit = ? AND op_index = ?
    AND kind IN (?, ?);

-- name: fill
UPDATE standing SET answer = ?
WHERE scope = ? AND record = ? AND field = ? AND compartment = ? AND op_commit = ? AND op_index = ?;

-- name: forget
UPDATE standing SET answer = NULL
WHERE scope = ? AND record = ? AND field = ? AND compartment = ? AND op_commit = ? AND op_index = ?
    AND answer IS NOT NULL;

-- name: note_early
INSERT OR IGNORE INTO superseded_early
    (op_commit, op_index, scope, record, field, compartment, kind)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: has_early
SELECT 1 FROM superseded_early LIMIT 1;

-- name: early
SELECT op_index, scope, record, field, compartment, kind FROM superseded_early WHERE op_commit = ?;

-- name: drop_early
DELETE FROM superseded_early WHERE op_commit = ?;

-- name: register
SELECT kind, answer FROM standing WHERE scope = ? AND record = ? AND field = ? AND compartment = ?;

-- name: note_conflict
INSERT OR IGNORE INTO conflict (scope, record, field, compartment) VALUES (?, ?, ?, ?);

-- name: drop_conflict
DELETE FROM conflict WHERE scope = ? AND record = ? AND field = ? AND compartment = ?;

-- name: scope_line
SELECT digest FROM scope_line WHERE scope = ?;

-- name: add_to_scope
INSERT INTO scope_line (scope, changed, commits, digest) VALUES (?, ?, ?, ?)
ON CONFLICT (scope) DO UPDATE SET
    changed = max(changed, excluded.changed),
    commits = commits + excluded.commits,
    digest = excluded.digest;

-- name: scope_cells
SELECT record, field, compartment, answer, hlc, op_commit, op_index, signer FROM standing
WHERE scope = ? AND (field IN (SELECT value FROM json_each(?)) OR field BETWEEN ? AND ?)
ORDER BY hlc DESC, op_commit DESC, op_index DESC;

-- name: set_case_line
UPDATE scope_line SET code = ?, state = ?, child = ?, support = ?, agreed = ?, said_no = ?,
    not_now = ?, withdrawn = ?
WHERE scope = ?;

-- name: clear_record
DELETE FROM record;

-- name: clear_record_place
DELETE FROM record_place;

-- name: clear_standing
DELETE FROM standing;

-- name: clear_superseded_early
DELETE FROM superseded_early;

-- name: clear_conflict
DELETE FROM conflict;

-- name: clear_scope_line
DELETE FROM scope_line;

-- name: all_record
SELECT * FROM record ORDER BY record, scope;

-- name: all_record_place
SELECT * FROM record_place ORDER BY record, scope, compartment;

-- name: all_standing
SELECT * FROM standing ORDER BY scope, record, field, compartment, op_commit, op_index;

-- name: all_superseded_early
SELECT * FROM superseded_early
ORDER BY op_commit, op_index, scope, record, field, compartment, kind;

-- name: all_conflict
SELECT * FROM conflict ORDER BY scope, record, field, compartment;

-- name: all_scope_line
SELECT * FROM scope_line ORDER BY scope;

-- name: clear_search_text
DELETE FROM search_text;

-- name: clear_person_name
DELETE FROM person_name;

-- name: all_search_text
-- `id` is the order of writing here and says nothing about content.
SELECT scope, record, field, compartment, op_commit, op_index, signer, text, folded
FROM search_text ORDER BY scope, record, field, compartment, op_commit, op_index;

-- name: all_person_name
SELECT scope, record, field, compartment, op_commit, op_index, signer, name, folded, skeleton
FROM person_name ORDER BY scope, record, field, compartment, op_commit, op_index;
