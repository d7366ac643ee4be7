-- The keys of a case that was erased: whether anything still stands, and taking the keys away.

-- name: stands
SELECT 1 FROM standing WHERE scope = ? AND answer IS NOT NULL LIMIT 1;

-- name: count
SELECT count(*) FROM standing WHERE scope = ? AND answer IS NOT NULL;

-- name: open_orders
SELECT 1 FROM erase_order WHERE scope = ? AND done_ms IS NULL LIMIT 1;

-- name: done
SELECT max(done_ms) FROM erase_order WHERE scope = ?;

-- name: scopes
SELECT DISTINCT erase_order.scope FROM erase_order JOIN trust_epoch USING (scope);

-- name: keyboxes
SELECT reference, signed FROM exchange_keybox ORDER BY place;

-- name: drop_keybox
DELETE FROM exchange_keybox WHERE reference = ?;

-- name: drop_compartment_keys
DELETE FROM trust_compartment_key WHERE place IN (SELECT place FROM trust_epoch WHERE scope = ?);

-- name: drop_epochs
DELETE FROM trust_epoch WHERE scope = ?;
