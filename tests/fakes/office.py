"""An organisation with a real vault, a real root and real keys, at the lowest cost of a key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.desk import save_of

from nrm_desktop.app.commands import (
    AddDirectoryEntry,
    ConsentRowGiven,
    ExportCard,
    ImportCard,
    NewRecord,
    OpenCase,
    RecordConsent,
)
from nrm_desktop.bootstrap.headless import Founder, OpenVault, found_vault
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.domain.ids import RecipientId, RecordId, ScopeId
from nrm_desktop.domain.values import NOT_ASKED, Answer
from nrm_desktop.security.suite import KdfCost

CHEAP = KdfCost(64 * 1024, 3, 1)


class Office:
    """What the people of one organisation do, in short words."""

    def __init__(self, folder: Path, name: str, badge: str = "P-01") -> None:
        self.folder = folder
        self.stick = folder / "stick"
        self.stick.mkdir(parents=True)
        shell = build_shell(folder / "vault", is_practice=True)
        founder = Founder(name, badge, "case_manager", f"{name} opens before noon", CHEAP)
        self.vault: OpenVault = found_vault(shell, founder)

    def do(self, command):
        return self.vault.handle(command)

    def new_record(self) -> RecordId:
        return self.vault.context.new_record()

    def card(self):
        path = self.stick / f"{len(list(self.stick.iterdir()))}.nrmcard"
        return self.do(ExportCard(path=str(path)))[0]

    def meet(self, other: Office, kind: str, *, compare: bool = True) -> RecipientId:
        """Take in the other's card."""
        shown = other.card()
        typed = " ".join(shown.digits) if compare else ""
        return self.recipient(self.do(ImportCard(path=shown.path, typed=typed, kind=kind))[0])

    def add_service(self, kind: str, name: str) -> RecipientId:
        return self.recipient(self.do(AddDirectoryEntry(kind=kind, name=name))[0])

    def recipient(self, event) -> RecipientId:
        return RecipientId(event.entry.hex())

    def open_case(self, child: Answer = NOT_ASKED) -> ScopeId:
        return self.do(OpenCase(child=child))[0].scope

    def write(self, scope: ScopeId, form: str, values: dict, parent=None) -> RecordId:
        record = self.new_record()
        self.do(save_of(scope, NewRecord(record, form, parent), values))
        return record

    def ask(self, scope: ScopeId, recipient: RecipientId, groups: dict, purpose: str = "refer"):
        given = ConsentRowGiven(purpose, recipient, tuple(groups.items()), "end_of_referral")
        return self.do(RecordConsent(scope=scope, rows=(given,)))[0]

    def standing(self, scope: ScopeId, field: str):
        """What stands in a field, of all records, newest record last."""

        def look(uow):
            return [
                each.answer
                for cell in uow.cells(scope)
                if cell.field == field
                for each in cell.standing
            ]

        return self.vault.work.run(look)

    def close(self) -> None:
        self.vault.close()


@contextmanager
def aid_authority_and_stranger(folder: Path) -> Iterator[list[Office]]:
    """An aid organisation, an authority that it can meet, and somebody whom neither knows."""
    found = [
        Office(folder / "aid", "Harbour Aid", "P-01"),
        Office(folder / "authority", "Lantern Office", "L-07"),
        Office(folder / "stranger", "Stranger", "X-01"),
    ]
    yield found
    for office in found:
        office.close()
