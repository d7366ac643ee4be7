"""Every parser that reads bytes from outside, in one list.

`hypothesis` runs all targets in `make test`, `atheris` in `make fuzz`. A new parser needs an entry:
`test_every_parser` compares with the source.

Source: storage-security.md section 22 (F11). Promise: P15. Threats: T14, T15.
"""

from __future__ import annotations

from functools import cache

from tests.fuzz.sealed_targets import sealed_targets
from tests.fuzz.server_targets import server_targets
from tests.fuzz.target import Target
from tests.fuzz.text_targets import text_targets
from tests.fuzz.wire_targets import wire_targets


@cache
def targets() -> dict[str, Target]:
    """All targets by name; made once, because some valid bytes need keys."""
    found = (*wire_targets(), *sealed_targets(), *text_targets(), *server_targets())
    named = {each.name: each for each in found}
    assert len(named) == len(found), "two targets have one name"
    return named
