"""Keys, seals and signatures: the only home of cryptography."""
