"""One thin view per presenter."""
