-- What is attached to cases: operations of the kind `attach` that stand.

-- name: of_scope
SELECT record, compartment, op_commit, op_index, answer, hlc, signer FROM standing
WHERE scope = ? AND kind = ?;

-- name: all
SELECT answer FROM standing WHERE kind = ? AND answer IS NOT NULL;

-- name: travelling
SELECT scope, compartment, answer FROM standing WHERE kind = ? AND answer IS NOT NULL
ORDER BY scope, record, op_commit, op_index;
