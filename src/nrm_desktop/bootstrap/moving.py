"""Carrying out a move: into the right case and out of the wrong one, in one transaction.

Joins `app.handlers.moving` with erasure. Either both happen, or neither does; other devices of the
wrong case are told by the order to erase, and those of the right one by what was written there.

Source: forms.md form l22; rule R37.
"""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.app.handlers.moving import (
    Moved,
    MoveOrder,
    must_take_in,
    plan_move,
    write_move,
)
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.bootstrap.erasing import Around, Confirmed, Erased, erase
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.domain.ids import ScopeId


@dataclass(frozen=True, slots=True)
class MoveDone:
    """What a move came to."""

    moved: Moved
    erased: Erased


def look_at_move(vault: OpenVault, places: tuple[ScopeId, ScopeId], order: MoveOrder) -> Moved:
    """Say what would go, and who has received some of it. Nothing is changed.

    Raises: as `plan_move` and `must_take_in`: whatever would be refused once two people stand there
    is refused before anybody is called. Whether it takes a second person, the move itself says.
    """

    def look(unit: UnitOfWork) -> Moved:
        must_take_in(unit, places)
        return plan_move(unit, vault.context, places[0], order)

    return vault.work.run(look)


def move_answers(
    vault: OpenVault,
    places: tuple[ScopeId, ScopeId],
    order: MoveOrder,
    second: Confirmed | None = None,
) -> MoveDone:
    """Move records from one case into another. Shape: `places` from, to.

    Raises: as `plan_move` and `erase`; then nothing was moved and nothing erased.
    """
    context = vault.context
    moved = vault.work.run(lambda unit: plan_move(unit, context, places[0], order))
    erased = erase(
        vault,
        places[0],
        order.erasing(moved),
        second,
        Around(lambda unit: write_move(unit, context, places, order, moved), is_move=True),
    )
    return MoveDone(moved, erased)
