"""Sealed objects and boxes."""
