-- What a backup is made of and compared with.

-- name: vacuum_into
VACUUM INTO ?;

-- name: chunk_names
SELECT name FROM chunk ORDER BY name;

-- name: chunk_bytes
SELECT coalesce(sum(length(bytes)), 0) FROM chunk;

-- name: last_entry
SELECT hlc FROM journal_state;
