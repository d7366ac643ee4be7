"""Reads the book of signs of a pack. Whether its codes exist is the matter of `check_signs`.

Source: nrm.md section 10.
"""

from __future__ import annotations

from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.forms.signs import Dimension, SignBook, SignSet, Strength

_WEIGHTS = (Strength.STRONG, Strength.MEDIUM, Strength.WEAK)


def parse_signs(block: Block) -> SignBook:
    """Read every `[[set]]` and `[[dimension]]` of a file."""
    sets = {made.id: made for each in block.blocks("set") if (made := _set(each))}
    dimensions = tuple(one for each in block.blocks("dimension") if (one := _dimension(each)))
    block.finish()
    return SignBook(sets, dimensions)


def _set(block: Block) -> SignSet | None:
    set_id = block.text("id", None)
    if not short_id(block.named(set_id), "id", set_id):
        return None
    made = SignSet(
        set_id,
        block.text("source", None),
        is_weighted=block.flag("weighted"),
        is_missing=block.flag("missing"),
        is_verified=block.flag("verified"),
    )
    block.finish()
    return made


def _dimension(block: Block) -> Dimension | None:
    name = block.text("id", None)
    if not short_id(block.named(name), "id", name):
        return None
    plain = dict.fromkeys(block.texts("signs"), Strength.PLAIN)
    adult, child = dict(plain), dict(plain)
    for strength in _WEIGHTS:
        adult.update(dict.fromkeys(block.texts(f"adult_{strength}"), strength))
        child.update(dict.fromkeys(block.texts(f"child_{strength}"), strength))
    made = Dimension(block.text("set", None), name, adult, child)
    block.finish()
    return made
