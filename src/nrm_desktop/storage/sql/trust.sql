-- Trust statements and keys of this device.

-- name: acts
SELECT signed FROM trust_act ORDER BY place;

-- name: acts_of_scope
SELECT signed FROM trust_act WHERE scope = ? ORDER BY place;

-- name: add_act
INSERT OR IGNORE INTO trust_act (id, scope, signed) VALUES (?, ?, ?);

-- name: roots
SELECT signed FROM trust_root ORDER BY version;

-- name: add_root
INSERT INTO trust_root (version, signed) VALUES (?, ?)
ON CONFLICT (version) DO UPDATE SET signed = excluded.signed;

-- name: epochs
SELECT place, scope, number, epoch, key FROM trust_epoch ORDER BY number, place;

-- name: epochs_of_scope
SELECT place, scope, number, epoch, key FROM trust_epoch WHERE scope = ? ORDER BY number, place;

-- name: compartment_keys
SELECT compartment, key FROM trust_compartment_key WHERE place = ? ORDER BY compartment;

-- name: epoch
SELECT place, key FROM trust_epoch WHERE scope = ? AND epoch = ?;

-- name: add_epoch
INSERT INTO trust_epoch (scope, epoch, number, key) VALUES (?, ?, ?, ?);

-- name: set_epoch_key
UPDATE trust_epoch SET key = ? WHERE place = ?;

-- name: add_compartment_key
INSERT OR IGNORE INTO trust_compartment_key (place, compartment, key) VALUES (?, ?, ?);

-- name: secret
SELECT value FROM trust_secret WHERE name = ?;

-- name: set_secret
INSERT INTO trust_secret (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: secrets
SELECT name, value FROM trust_secret WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name;
