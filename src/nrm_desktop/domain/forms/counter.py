"""The sheet for the neutral screen: questions that anybody is asked who travels.

While somebody else can read the screen, this stands on it: a bystander reads a control of travel
and goods. This module decides what a pack may say about it. A line with a field keeps what is
answered, in the record of the interview, as the person's words; a line without one is only read
aloud, and there is no place to write. A sign sets one code of a field by a key, and says nothing.

`counter.toml`: `[[line]]` id, field, hide; `[[sign]]` id, key (7, 8 or 9), field, code, hide. The
words are texts: `counter_sheet.title`, `counter_sheet.kind`, `counter_line.ID`. A country pack sets
an entry of the base anew by its id, hides it, or adds one behind.

Source: nrm.md S2, R41; docs/adr/0051.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.ids import FieldId

FILE: Final = "counter.toml"
SIGN_KEYS: Final = ("7", "8", "9")
"""Keys that mean nothing else in a talk; 1 to 4 are the states of an answer."""


@dataclass(frozen=True, slots=True)
class CounterLine:
    """One question. Shape: without `field` it is read aloud and nothing is kept."""

    id: str
    field: FieldId | None = None
    pack: str = ""
    is_hidden: bool = False

    @property
    def text(self) -> str:
        """The key of its words."""
        return f"counter_line.{self.id}"


@dataclass(frozen=True, slots=True)
class CounterSign:
    """A key that sets one code. Shape: all that is shown of it is `key`."""

    id: str
    key: str
    field: FieldId
    code: str
    pack: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class CounterSheet:
    """All lines and signs by id, in the order of the sheet."""

    lines: Mapping[str, CounterLine] = field(default_factory=dict)
    signs: Mapping[str, CounterSign] = field(default_factory=dict)

    def shown_lines(self) -> tuple[CounterLine, ...]:
        """The lines that no pack has hidden."""
        return tuple(one for one in self.lines.values() if not one.is_hidden)

    def shown_signs(self) -> tuple[CounterSign, ...]:
        """The signs that no pack has hidden."""
        return tuple(one for one in self.signs.values() if not one.is_hidden)

    def joined(self, more: CounterSheet) -> CounterSheet:
        """This sheet with what a further pack says of it."""
        return CounterSheet({**self.lines, **more.lines}, {**self.signs, **more.signs})


def parse_counter(block: Block, pack: str) -> CounterSheet:
    """Read every `[[line]]` and `[[sign]]` of a file."""
    lines = [line for each in block.blocks("line") if (line := _line(each, pack))]
    signs = [sign for each in block.blocks("sign") if (sign := _sign(each, pack))]
    block.finish()
    return CounterSheet({one.id: one for one in lines}, {one.id: one for one in signs})


def wanted_counter_texts(sheet: CounterSheet) -> Iterator[str]:
    """The keys of all words on the sheet."""
    if sheet.lines:
        yield from ("counter_sheet.title", "counter_sheet.kind")
    yield from (one.text for one in sheet.lines.values())


def _line(block: Block, pack: str) -> CounterLine | None:
    line_id = block.text("id", None)
    if not short_id(block.named(line_id), "id", line_id):
        return None
    name = block.text("field")
    one = CounterLine(line_id, FieldId(name) if name else None, pack, block.flag("hide"))
    block.finish()
    return one


def _sign(block: Block, pack: str) -> CounterSign | None:
    sign_id = block.text("id", None)
    if not short_id(block.named(sign_id), "id", sign_id):
        return None
    one = CounterSign(
        sign_id,
        block.text("key", None),
        FieldId(block.text("field", None)),
        block.text("code", None),
        pack,
        block.flag("hide"),
    )
    block.finish()
    return one
