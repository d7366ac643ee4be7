-- What this device remembers of its exchanges with other devices.

-- name: self
SELECT counter, checkpoint FROM exchange_self;

-- name: set_self
UPDATE exchange_self SET counter = ?, checkpoint = ?;

-- name: stores
SELECT store, address, last_run_ms, last_ok_ms, unconfirmed_name, unconfirmed FROM exchange_store
ORDER BY last_run_ms DESC, store;

-- name: store
SELECT store, address, last_run_ms, last_ok_ms, unconfirmed_name, unconfirmed FROM exchange_store
WHERE store = ?;

-- name: set_store
INSERT INTO exchange_store VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (store) DO UPDATE SET address = excluded.address, last_run_ms = excluded.last_run_ms,
    last_ok_ms = excluded.last_ok_ms, unconfirmed_name = excluded.unconfirmed_name,
    unconfirmed = excluded.unconfirmed;

-- name: checkpoints
SELECT device, body, heard_ms FROM exchange_checkpoint WHERE store = ? ORDER BY device;

-- name: checkpoint
SELECT device, body, heard_ms FROM exchange_checkpoint WHERE store = ? AND device = ?;

-- name: set_checkpoint
INSERT INTO exchange_checkpoint (store, device, body, heard_ms) VALUES (?, ?, ?, ?)
ON CONFLICT (store, device) DO UPDATE SET body = excluded.body, heard_ms = excluded.heard_ms;

-- name: part
SELECT body FROM exchange_part WHERE name = ?;

-- name: set_part
INSERT OR IGNORE INTO exchange_part VALUES (?, ?);

-- name: known
SELECT key, number FROM exchange_known WHERE store = ? AND kind = ? ORDER BY key;

-- name: add_known
INSERT INTO exchange_known VALUES (?, ?, ?, ?)
ON CONFLICT (store, kind, key) DO UPDATE SET number = max(number, excluded.number);

-- name: known_key
SELECT key, number FROM exchange_known WHERE store = ? AND kind = ? AND key = ?;

-- name: forget_known
DELETE FROM exchange_known WHERE store = ? AND kind = ?;

-- name: objects
SELECT pack, name, kind, lane, bucket, key_id, start, size, state, code FROM exchange_object
WHERE store = ? ORDER BY pack, start;

-- name: set_object
INSERT INTO exchange_object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (store, pack, name) DO UPDATE SET state = excluded.state, code = excluded.code;

-- name: drop_object
DELETE FROM exchange_object WHERE store = ? AND pack = ? AND name = ?;

-- name: drop_pack
DELETE FROM exchange_object WHERE store = ? AND pack = ?;

-- name: acts_lacking
SELECT id, scope, signed FROM trust_act
WHERE id NOT IN (SELECT key FROM exchange_known WHERE store = ? AND kind = 'act') ORDER BY place;

-- name: keyboxes_lacking
SELECT reference, signed FROM exchange_keybox
WHERE reference NOT IN (SELECT key FROM exchange_known WHERE store = ? AND kind = 'keybox')
ORDER BY place;

-- name: add_keybox
INSERT OR IGNORE INTO exchange_keybox (reference, signed) VALUES (?, ?);

-- name: duty
SELECT known FROM exchange_duty WHERE scope = ?;

-- name: set_duty
INSERT INTO exchange_duty VALUES (?, ?) ON CONFLICT (scope) DO UPDATE SET known = excluded.known;

-- name: act_ids
SELECT scope, id FROM trust_act ORDER BY scope, id;

-- name: conflicts
SELECT count(*) FROM conflict;

-- name: standing
SELECT scope, record, field, compartment, op_commit, op_index, kind, answer FROM standing
ORDER BY scope, record, field, compartment, op_commit, op_index;

-- name: opened
SELECT scope, record, form, parent, sort FROM record WHERE form IS NOT NULL ORDER BY scope, record;

-- name: forked
SELECT DISTINCT device FROM journal_log WHERE is_forked = 1;
