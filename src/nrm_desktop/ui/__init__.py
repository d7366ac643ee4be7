"""The window: presenters without Qt, thin views, widgets, and the Qt rim."""
