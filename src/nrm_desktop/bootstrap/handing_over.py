"""Hand-over codes with the keys of an open vault: one is made here, another is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nrm_desktop.app.commands import KeepHandoverCode, TakeHandover
from nrm_desktop.app.events import CaseOpened
from nrm_desktop.app.fingerprints import read_short_groups, short_groups
from nrm_desktop.app.queries import CaseView
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.handover import carried_fields, pack_ticks, unpack_ticks
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.identity.epochs import key_for
from nrm_desktop.security.sealing.handover import open_ticks, seal_ticks

_SCREENING = "screening"
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class HandoverSlip:
    """What stands on the officer's slip: two codes and no fact about anybody."""

    case: str
    code: str


class HandoverDesk:
    """Makes and takes hand-over codes for whoever is unlocked."""

    def __init__(self, vault: OpenVault) -> None:
        self._vault = vault

    def give(self, scope: ScopeId) -> HandoverSlip:
        """Make the code of the last talk of a case, and keep in the case that it was given.

        Raises: Usage `usage.not_found` where nobody has been asked or seen yet; Refused
        `policy.role` where the roles may not note it.
        """
        vault = self._vault
        view = vault.reader.case(scope, vault.sight)
        record = _last_talk(view)
        if view is None or record is None:
            raise Usage("usage.not_found", what="interview", name="")
        keys = self._keys()
        if not keys:
            raise Refused("policy.role", compartment=Compartment.ORG_DIRECTORY.word)
        wanted = set(carried_fields())
        said = {
            cell.field: cell.acting.answer
            for cell in view.cells
            if cell.record == record and cell.field in wanted and cell.acting.answer is not None
        }
        code = "-".join(short_groups(seal_ticks(keys[0], pack_ticks(said, self._today()))))
        vault.handle(KeepHandoverCode(scope=scope, record=record, code=code))
        return HandoverSlip(view.row.code, code)

    def take(self, typed: str) -> CaseOpened:
        """Open a case with the answers that a typed code carries.

        Raises: Usage `usage.bad_code` for a mistyped one, `usage.handover` for one that is not of
        this organisation, or too old.
        """
        sealed = read_short_groups(typed)
        ticks = open_ticks(self._keys(), sealed)
        answers = unpack_ticks(ticks, self._today()) if ticks is not None else None
        if answers is None:
            raise Usage("usage.handover")
        code = "-".join(short_groups(sealed))
        command = TakeHandover(code=code, answers=tuple(answers.items()))
        opened = [one for one in self._vault.handle(command) if isinstance(one, CaseOpened)]
        return opened[0]

    def _keys(self) -> list[bytes]:
        """Keys that every device of the organisation holds, the newest first."""
        organisation = self._vault.context.organisation
        place = Compartment.ORG_DIRECTORY
        held = self._vault.work.run(lambda uow: tuple(uow.trust.epochs(organisation)))
        newest_first = sorted(held, key=lambda one: one.number, reverse=True)
        keys = (key_for(one, place) for one in newest_first)
        return [key for key in keys if key is not None]

    def _today(self) -> int:
        return (date.fromisoformat(self._vault.context.today()) - _EPOCH).days


def _last_talk(view: CaseView | None) -> RecordId | None:
    talks = [one.record for one in view.records if one.form == _SCREENING] if view else []
    return talks[-1] if talks else None
