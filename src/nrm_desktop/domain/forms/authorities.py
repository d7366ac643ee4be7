"""Public bodies and helplines of a country, as a pack names them: whom one can ask there.

This module decides what a pack may say about a body: what kind of recipient it is, how the public
reaches it, and where that was read. It makes nobody a recipient: an organisation takes entries into
its directory itself, where they count as unverified until somebody there has called. Where a
shelter is must not be known (N5), so that a body of that kind has no address here.

`authorities.toml`: `[[authority]]` id, kind (a code of `referral_type`), `contact = [...]`,
address, source, as_of, verified. Its name is the text `authority.ID`. `verified`: the source says
so plainly; it does not mean that anybody answered there.

Source: nrm.md section 8 (shelter rule), N5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import CodeList
from nrm_desktop.domain.ids import ID_BYTES

FILE: Final = "authorities.toml"
KINDS: Final = "referral_type"
_SHELTER: Final = "shelter"
_MONTH: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_NAMED: Final = b"nrm-desktop authority of a pack: "


@dataclass(frozen=True, slots=True)
class Authority:
    """A public body. Shape: `contact` are telephones, mail and web as one writes them."""

    id: str
    kind: str
    contact: tuple[str, ...]
    address: str = ""
    source: str = ""
    as_of: str = ""
    is_verified: bool = False
    pack: str = ""

    @property
    def entry(self) -> str:
        """The id of its entry in a directory, the same on every laptop, in hexadecimal digits."""
        return sha256(_NAMED + self.id.encode("ascii")).digest()[:ID_BYTES].hex()

    @property
    def reached(self) -> str:
        """Everything about how it is reached, on one line."""
        return "; ".join((*self.contact, self.address) if self.address else self.contact)


def parse_authorities(block: Block, pack: str) -> Mapping[str, Authority]:
    """Read every `[[authority]]` of a file."""
    found: dict[str, Authority] = {}
    for each in block.blocks("authority"):
        one = _authority(each, pack)
        if one is None:
            continue
        if one.id in found:
            each.problem("id", "duplicate_id", f"`{one.id}` stands twice.", "Remove one.")
        found[one.id] = one
    block.finish()
    return found


def check_authorities(
    known: Mapping[str, Authority], kinds: CodeList | None, log: ProblemLog
) -> None:
    """Report bodies that nobody can reach, that no source names, and places of shelters."""
    offered = kinds.offered() if kinds else ()
    for one in known.values():
        place = Place(f"{one.pack}/{FILE}", (one.id,))
        if one.kind not in offered:
            log.add(
                place.at("kind"),
                "unknown_code",
                f"The list `{KINDS}` has no code `{one.kind[:60]}`.",
                "Correct the code, or add it to the list.",
            )
        if not one.contact or not one.source:
            log.add(
                place,
                "missing_key",
                "`contact` and `source` are needed.",
                "Write how it is reached, and where that was read.",
            )
        if one.kind == _SHELTER and one.address:
            log.add(
                place.at("address"),
                "shelter_address",
                "The place of a shelter stands in no pack.",
                "Leave the address out; a number to call is enough.",
            )


def _authority(block: Block, pack: str) -> Authority | None:
    name = block.text("id", None)
    if not short_id(block.named(name), "id", name):
        return None
    one = Authority(
        id=name,
        kind=block.text("kind", None),
        contact=block.texts("contact"),
        address=block.text("address"),
        source=block.text("source", None),
        as_of=block.text("as_of", None),
        is_verified=block.flag("verified"),
        pack=pack,
    )
    if one.as_of and not _MONTH.fullmatch(one.as_of):
        block.problem(
            "as_of", "bad_value", f"`{one.as_of[:40]}` is no month.", "Write it as 2026-11."
        )
    block.finish()
    return one
