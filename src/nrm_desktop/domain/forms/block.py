"""One table of a pack file, read key by key: every key has a type, every other key is refused.

This module decides how TOML values become Python values and how a wrong one is told. It knows no
form: which keys there are is said by who reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from nrm_desktop.domain.forms.problems import Place, ProblemLog

SHORT_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Id of a form, section, list, sub-field, code, role, act part."""
_MISSING = object()


class Block:
    """A table with its place in the pack. Read what is known, then call `finish`."""

    def __init__(self, log: ProblemLog, table: Mapping[str, object], place: Place) -> None:
        self.log = log
        self.place = place
        self._table = table
        self._seen: set[str] = set()

    def named(self, name: str) -> Block:
        """The same block, told of under its name from now on."""
        self.place = self.place.within(name)
        return self

    def has(self, key: str) -> bool:
        """Say whether the key is there."""
        return key in self._table

    def names(self) -> tuple[str, ...]:
        """All keys, in order of the file."""
        return tuple(self._table)

    def raw(self, key: str) -> object:
        """The value as TOML gave it; None if it is not there."""
        self._seen.add(key)
        return self._table.get(key)

    def text(self, key: str, default: str | None = "") -> str:
        """A text; with default None the key must be there."""
        value = self._value(key, str, default, "a text in quotes")
        return value if isinstance(value, str) else ""

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        return bool(self._value(key, bool, default, "true or false"))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        value = self.raw(key)
        if value is None:
            return ()
        found = [value] if isinstance(value, str) else value
        if isinstance(found, list) and all(isinstance(entry, str) for entry in found):
            return tuple(found)
        self.wrong_type(key, "a text or a list of texts")
        return ()

    def blocks(self, key: str) -> tuple[Block, ...]:
        """A list of tables; one table alone counts as a list of one."""
        value = self.raw(key)
        if value is None:
            return ()
        found = [value] if isinstance(value, dict) else value
        if isinstance(found, list) and all(isinstance(entry, dict) for entry in found):
            return tuple(Block(self.log, entry, self.place.at(key)) for entry in found)
        self.wrong_type(key, "a table or a list of tables")
        return ()

    def finish(self) -> None:
        """Report every key that nobody asked for."""
        for key in self._table:
            if key not in self._seen:
                self.log.add(
                    self.place.at(key),
                    "unknown_key",
                    f"The key `{key}` is not known here.",
                    "Check its spelling, or remove it.",
                )

    def problem(self, key: str, code: str, message: str, remedy: str) -> None:
        """Report a problem at one key of this block."""
        self.log.add(self.place.at(key), code, message, remedy)

    def wrong_type(self, key: str, wanted: str) -> None:
        """Report that a value has the wrong type."""
        self.problem(key, "wrong_type", f"`{key}` must be {wanted}.", "Write it that way.")

    def _value(self, key: str, kind: type, default: object, wanted: str) -> object:
        self._seen.add(key)
        value = self._table.get(key, _MISSING)
        if value is _MISSING:
            if default is None:
                self.problem(key, "missing_key", f"The key `{key}` is missing.", f"Add {wanted}.")
            return default
        if not isinstance(value, kind):
            self.wrong_type(key, wanted)
            return default
        return value


def is_short_id(text: str) -> bool:
    """Say whether a text may be an id."""
    return SHORT_ID.fullmatch(text) is not None


def short_id(block: Block, key: str, text: str) -> bool:
    """Report a text that may not be an id."""
    if is_short_id(text):
        return True
    block.problem(
        key,
        "bad_id",
        f"`{text[:80]}` is no id.",
        "Use a to z, 0 to 9 and _, beginning with a letter, at most 40 characters.",
    )
    return False
