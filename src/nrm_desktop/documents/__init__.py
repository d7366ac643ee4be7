"""Disclosure and layout in, PDF bytes out."""
