"""Keys of devices and signers, and how a new device joins."""
