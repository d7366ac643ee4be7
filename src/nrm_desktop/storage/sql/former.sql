-- Leaving an organisation that ends: its roots and keys, and what is known of its stores.

-- name: drop_roots
DELETE FROM trust_root;

-- name: drop_secrets
DELETE FROM trust_secret WHERE substr(name, 1, length(?1)) = ?1;

-- name: drop_stores
DELETE FROM exchange_store;

-- name: drop_checkpoints
DELETE FROM exchange_checkpoint;

-- name: drop_known
DELETE FROM exchange_known;

-- name: drop_objects
DELETE FROM exchange_object;

-- name: drop_keyboxes
DELETE FROM exchange_keybox;

-- name: drop_duties
DELETE FROM exchange_duty;

-- name: drop_form_packs
DELETE FROM form_pack;
