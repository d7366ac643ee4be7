"""Signatures over received bytes; only checking makes a verified object."""
