"""Use cases, ports, read models and wire formats; imports the domain alone."""
