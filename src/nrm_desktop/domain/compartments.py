"""Roles x compartments: who may read and write what inside, and who may be sent what outside.

The table itself is pack data (`compartments.toml`, nrm.md sections 8 to 8.2). This module decides
what its cells mean, and which of them give a key. It grants nothing by itself and knows no case:
whether an entry is one's own, whether a consent or an order exists, is asked elsewhere.

- Keys enforce whole compartments only: `W`, `r` and `o` hold the key, all other cells hold none.
- `o` shows the own entries only; that is done by the queries, not by a key.
- Cells of several roles add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nrm_desktop.domain.scopes import Compartment


class Cell(StrEnum):
    """One letter of the table of nrm.md section 8."""

    WRITE = "W"
    READ = "r"
    OWN = "o"
    POINT = "p"
    ALERT = "a"
    INDEX = "i"
    CONSENT = "c"
    ORDER = "q"
    EXCEPTION = "x"
    BOX = "b"


Cells = frozenset[Cell]
NOTHING: Cells = frozenset()
KEY_CELLS: Cells = frozenset({Cell.WRITE, Cell.READ, Cell.OWN})
"""Cells whose holder has the key of the compartment on the own device."""
READING_CELLS: Cells = frozenset({Cell.WRITE, Cell.READ})
WRITING_CELLS: Cells = frozenset({Cell.WRITE, Cell.OWN})
SENDING_CELLS: Cells = frozenset({Cell.WRITE, Cell.READ, Cell.OWN, Cell.CONSENT})
"""As a ceiling for a recipient: may be sent where a consent or a ground covers it."""


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its cells, and whether it loses sight of a case with the hand-over.

    Shape: `cells` holds only compartments in which the role has something.
    """

    id: str
    cells: Mapping[Compartment, Cells]
    is_until_handover: bool = False


@dataclass(frozen=True, slots=True)
class PostSource:
    """Where a pack read of a post. Shape: `is_verified`: somebody who works there has said so."""

    source: str = ""
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class RoleTable:
    """The roles of the active packs, their presets, and the ceilings of recipients.

    Shape: `presets` maps a preset to its roles; `fills` maps a form to the roles that fill it;
    `recipient_roles` maps a kind of recipient (`shelter`, `identification_authority`) to a role;
    `sources` says of presets of a country where such a post was read of, and how plainly.
    Raises: nothing; an unknown role has no cells.
    """

    roles: Mapping[str, Role] = field(default_factory=dict)
    presets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recipient_roles: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, PostSource] = field(default_factory=dict)

    def roles_named(self, name: str) -> tuple[str, ...]:
        """Resolve a preset or a role to roles; empty if the name is neither."""
        if name in self.presets:
            return self.presets[name]
        return (name,) if name in self.roles else ()

    def cells(self, roles: Iterable[str], compartment: Compartment) -> Cells:
        """All cells that these roles have together in one compartment."""
        found = (self.roles[role].cells for role in roles if role in self.roles)
        return NOTHING.union(*(cells.get(compartment, NOTHING) for cells in found))

    def may_read(self, roles: Iterable[str], compartment: Compartment) -> bool:
        """Say whether these roles see the entries of everybody."""
        return bool(self.cells(roles, compartment) & READING_CELLS)

    def may_read_own(self, roles: Iterable[str], compartment: Compartment) -> bool:
        """Say whether these roles see at least their own entries."""
        return self.holds_key(roles, compartment)

    def may_write(self, roles: Iterable[str], compartment: Compartment) -> bool:
        """Say whether these roles may make entries."""
        return bool(self.cells(roles, compartment) & WRITING_CELLS)

    def holds_key(self, roles: Iterable[str], compartment: Compartment) -> bool:
        """Say whether a device of these roles is given the key."""
        return bool(self.cells(roles, compartment) & KEY_CELLS)

    def may_fill(self, roles: Iterable[str], form: str) -> bool:
        """Say whether these roles fill a form at all; a form nobody is named for is the app's."""
        return bool(set(roles) & set(self.fills.get(form, ())))

    def ceiling(self, recipient_kind: str) -> Mapping[Compartment, Cells]:
        """Give the most a recipient of this kind can ever be sent; nothing for an unknown kind."""
        role = self.roles.get(self.recipient_roles.get(recipient_kind, ""))
        return role.cells if role else {}

    def may_be_sent(self, recipient_kind: str, compartment: Compartment) -> bool:
        """Say whether values of a compartment may go there, if a consent or ground covers them."""
        return bool(self.ceiling(recipient_kind).get(compartment, NOTHING) & SENDING_CELLS)
