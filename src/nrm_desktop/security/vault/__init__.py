"""Key header, slots, passphrases and delays of the local vault."""
