-- Form packs that were taken in.

-- name: is_there
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'form_pack';

-- name: all
SELECT pack, signed, taken_ms, taken_by FROM form_pack ORDER BY pack;

-- name: keep
INSERT INTO form_pack (pack, signed, taken_ms, taken_by) VALUES (?, ?, ?, ?)
ON CONFLICT (pack) DO UPDATE SET
signed = excluded.signed, taken_ms = excluded.taken_ms, taken_by = excluded.taken_by;
