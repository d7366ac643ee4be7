"""Forms as data: schema, loading, overlay, conditions, validation, flow."""
