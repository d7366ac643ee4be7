-- When a checkpoint of a device came here, by our own clock; 0 for what came before this was kept.

PRAGMA user_version = 65542;

ALTER TABLE exchange_checkpoint ADD COLUMN heard_ms INTEGER NOT NULL DEFAULT 0;
