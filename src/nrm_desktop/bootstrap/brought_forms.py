"""Forms that a new laptop begins with: enclosed in an invitation or in a welcome.

This module decides how much room they have, and in which countries a laptop then works. Whoever
encloses them takes what the own laptop works with; each has to pass on the new one all that a pack
of the exchange has to pass, and one that does not stops nothing: it comes again with the exchange.

Where nobody has chosen a country yet, the laptop works with those that were brought. A choice that
somebody has made on it stands.

Source: sync.md sections 12.1 and 12.2; docs/adr/0044. Threats: T12, T19.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.app.wire.limits import MIB
from nrm_desktop.bootstrap.arriving_packs import TravellingForms
from nrm_desktop.bootstrap.country_packs import add_country, countries_of, must_have_room
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.headless import session_of
from nrm_desktop.bootstrap.session import OpenSafe, Session
from nrm_desktop.domain.errors import Usage
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.form_packs import BASE
from nrm_desktop.storage.taken_packs import kept_packs
from nrm_desktop.sync.opening import take_enclosed_forms

_FORMS_BYTES: Final = 4 * MIB
"""For all forms of one file; what has no room comes by the exchange."""
_ALL_BYTES: Final = 12 * MIB
"""For forms and acts: beside them a file has registers or keys, and its limit is 16 MiB."""
NOT_BROUGHT: Final = "packs.not_brought"
"""Warning: some enclosed forms were refused; joining has not failed by it."""


@dataclass(frozen=True, slots=True)
class BroughtForms:
    """What became of enclosed forms. Shape: ids of packs that lie here; codes of refusals."""

    packs: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def forms_to_bring(session: Session, unit: UnitOfWork, connection: Connection) -> tuple[bytes, ...]:
    """Signed statements of the packs that a new laptop begins with, as far as they have room."""
    acts = sum(map(len, unit.trust.acts(session.organisation)))
    return TravellingForms(session, unit, connection).brought(room_beside(acts))


def room_beside(acts: int) -> int:
    """How much forms may take. Units: bytes, also of the acts, which have to go along."""
    return max(0, min(_FORMS_BYTES, _ALL_BYTES - acts))


def begin_with_forms(safe: OpenSafe, packs: Sequence[bytes]) -> BroughtForms:
    """Take in enclosed forms in a vault that belongs to its organisation, not yet at work.

    Raises: EnvironmentFault where nothing can be written.
    """
    if not packs:
        return BroughtForms()
    session = session_of(safe)
    refused = take_enclosed_forms(VaultExchange(session), session.organisation, packs)
    names = tuple(one.pack for one in safe.database.read(kept_packs).result())
    if not countries_of(safe.shell.folder):
        _work_with(safe, names)
    return BroughtForms(names, refused)


def _work_with(safe: OpenSafe, names: Sequence[str]) -> None:
    folder = safe.shell.folder
    for name in names:
        if name != BASE:
            with suppress(Usage):  # more countries than a laptop works with: `pack use` chooses
                must_have_room(folder, name)
                add_country(folder, name)
