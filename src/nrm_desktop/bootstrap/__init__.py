"""The object graph: the only place that knows concrete classes."""
