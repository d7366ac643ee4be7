"""Runs one target under atheris until its time is over or something comes out that must not.

Run: `python -m tests.fuzz.run_target NAME LIBFUZZER-OPTIONS`. Half of the inputs are valid bytes
that were changed by the structure, the other half are what coverage makes of those.
"""

from __future__ import annotations

import random
import sys

import atheris

with atheris.instrument_imports(include=["nrm_desktop"]):
    from tests.fuzz.target import outcome
    from tests.fuzz.targets import targets


def main(name: str, *options: str) -> None:
    target = targets()[name]

    def one(data: bytes) -> None:
        outcome(target, data)

    def change(data: bytes, most: int, number: int) -> bytes:
        chance = random.Random(number)  # noqa: S311 - chooses where to break, no secret
        if chance.random() < 0.5:
            return target.change(chance.choice(target.seeds), number)[:most]
        return atheris.Mutate(data, most)

    atheris.Setup([sys.argv[0], *options], one, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
