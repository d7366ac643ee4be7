"""Chance that is the same in every run of the same seed."""

import os
import random

SEED = os.environ.get("NRM_FAULT_SEED", "1")


def seeded(number: int = 0) -> random.Random:
    return random.Random(f"{SEED}.{number}")  # noqa: S311 - chooses where to break, no secret
