"""One module per road; each is a Store."""
