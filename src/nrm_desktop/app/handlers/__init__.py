"""One use case, one short function: command and unit of work in, events out."""
