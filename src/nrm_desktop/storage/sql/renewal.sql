-- What a device forgets of its exchanges when it becomes another device: how far it had come in its
-- own name. What it remembers of others stays, so that something old put back is still noticed.

-- name: begin_checkpoints
UPDATE exchange_self SET counter = 0, checkpoint = zeroblob(32);

-- name: forget_unconfirmed
UPDATE exchange_store SET unconfirmed_name = NULL, unconfirmed = NULL;

-- name: forget_known
DELETE FROM exchange_known;
