"""What a screen says and does, without Qt."""
