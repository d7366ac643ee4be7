"""Field widgets and small parts with one look."""
