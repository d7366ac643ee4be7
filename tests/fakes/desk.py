"""A worker with a vault in memory, the forms that ship, and a stick that may fail."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from tests.fakes.clock import FakeClock
from tests.fakes.signer import FakeSigner, counting_random, fake_device
from tests.fakes.uow import FakeVault

from nrm_desktop.app.bus import Bus
from nrm_desktop.app.commands import (
    AddDirectoryEntry,
    CellAnswer,
    ConsentRowGiven,
    IssueReferral,
    NewRecord,
    OpenCase,
    RecordConsent,
    ReferralWish,
    SaveAnswers,
)
from nrm_desktop.app.context import Context
from nrm_desktop.app.dispatcher import Dispatcher
from nrm_desktop.app.ports import EpochKey
from nrm_desktop.app.records import Saving
from nrm_desktop.app.referral_ports import PacketMade
from nrm_desktop.app.referring import ReferralDesk, Tools
from nrm_desktop.domain.case import CASE_FORM, STATE, once_record
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId, RecipientId, RecordId, ScopeId
from nrm_desktop.domain.values import NOT_ASKED, Answer, answered
from nrm_desktop.storage.authoring import Authorship
from nrm_desktop.storage.form_packs import FormPacks

PACKS = Path(__file__).parents[2] / "resources/packs"
ORGANISATION = ScopeId(b"organisation....")


@cache
def base_forms() -> FormSet:
    return FormPacks(PACKS).load().forms


class FakeKeys:
    """Makes the id and the first key of a case."""

    def __init__(self, random) -> None:
        self._random = random

    def begin_case(self, trust) -> ScopeId:
        scope = ScopeId(self._random(16))
        trust.add_epoch(EpochKey(scope, 1, self._random(16), self._random(32)))
        return scope


class FakeStick:
    """A medium in memory. Shape: `fails_at` is empty, `prepare` or `publish`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fails_at = ""
        self.is_away = False
        self.before_publish = lambda: None
        self.around_publish = None

    def prepare(self, folder: str, name: str, data: bytes) -> FakePrepared:
        if self.fails_at == "prepare":
            raise EnvironmentFault("storage.full")
        return FakePrepared(self, f"{folder}/{name}", data)

    def holds(self, folder: str, name: str, sha256: str) -> bool | None:
        if self.is_away:
            return None
        found = self.files.get(f"{folder}/{name}")
        return found is not None and hashlib.sha256(found).hexdigest() == sha256


class FakePrepared:
    def __init__(self, stick: FakeStick, path: str, data: bytes) -> None:
        self._stick = stick
        self._path = path
        self._data = data
        stick.before_publish()

    def publish(self) -> str:
        if self._stick.around_publish is not None:
            return self._stick.around_publish(self, self._publish)
        return self._publish()

    def _publish(self) -> str:
        if self._stick.fails_at == "publish":
            raise EnvironmentFault("storage.medium")
        self._stick.files[self._path] = self._data
        return self._path

    def discard(self) -> None:
        self._stick.files.pop(self._path, None)


class FakePrinter:
    """Remembers the sheets that it was given."""

    def __init__(self) -> None:
        self.sheets = []

    def render(self, sheet) -> bytes:
        self.sheets.append(sheet)
        return b"%PDF " + sheet.reference.encode()

    def protect(self, pdf: bytes, password: str) -> bytes:
        return b"locked " + pdf

    def make(self, sheet, pdf: bytes, card: bytes) -> PacketMade:
        return PacketMade(b"sealed " + pdf, ("word",) * 12, (sheet.referral, b"kept"))


class Desk:
    """What a worker does, in short words. Shape: several desks may share a vault."""

    def __init__(
        self, name="P-01", roles=("case_manager",), vault=None, stick=None, forms=None
    ) -> None:
        self.vault = vault or FakeVault()
        self.clock = FakeClock()
        self.stick = stick or FakeStick()
        self.printer = FakePrinter()
        self.random = counting_random(name)
        signer = FakeSigner(name)
        self._author = Authorship(
            signer=signer,
            device=fake_device(name),
            clock=self.clock,
            random=self.random,
            forms=bytes(8),
            is_erased_alone=lambda field: False,
            grant_of=lambda scope: bytes(16),
        )
        self.context = Context(
            forms=forms or base_forms(),
            clock=self.clock,
            random=self.random,
            organisation=ORGANISATION,
            user=signer.user,
            badge=name,
            roles=roles,
            signer=signer.signer,
            organisation_name="Harbour Aid",
        )
        self.keys = FakeKeys(self.random)
        tools = Tools(
            lambda: self.printer, lambda: self.printer, lambda: self.printer.render, self.stick
        )
        self.referrals = ReferralDesk(self, self.context, tools)
        self.bus = Bus(_reraise)
        self.dispatcher = Dispatcher(self, self.context, self.keys, self.referrals, self.bus)

    def run(self, job):
        """The Work port."""
        return self.vault.run(self._author, job)

    def do(self, command):
        return self.dispatcher.handle(command)

    def open_case(self, child: Answer = NOT_ASKED) -> ScopeId:
        return self.do(OpenCase(child=child))[0].scope

    def close_case(self, scope: ScopeId) -> None:
        def close(uow) -> None:
            saving = Saving(uow, self.context, scope)
            saving.set(once_record(scope, CASE_FORM), STATE, answered("closed"))
            saving.finish()

        self.run(close)

    def add_service(self, kind: str, name: str = "Lantern House", **more) -> RecipientId:
        event = self.do(AddDirectoryEntry(kind=kind, name=name, **more))[0]
        return RecipientId(event.entry.hex())

    def write(self, scope: ScopeId, form: str, values: dict, parent=None, record=None) -> RecordId:
        record = record or self.context.new_record()
        self.do(save_of(scope, NewRecord(record, form, parent), values))
        return record

    def ask(self, scope: ScopeId, recipient: RecipientId, groups: dict, **more):
        given = ConsentRowGiven(
            more.pop("purpose", "refer"),
            recipient,
            tuple(groups.items()),
            more.pop("until", "no_end"),
        )
        return self.do(RecordConsent(scope=scope, rows=(given,), **more))[0]

    def preview(self, scope: ScopeId, recipient: RecipientId, **more):
        purpose = more.pop("purpose", "refer")
        return self.referrals.preview(ReferralWish(scope, recipient, purpose, **more))

    def send(self, scope: ScopeId, recipient: RecipientId, **more):
        wish = ReferralWish(scope, recipient, "refer", **more)
        plain = frozenset({"PLAINTEXT"})
        return self.do(IssueReferral(wish=wish, way="pdf", folder="stick", confirmations=plain))[0]

    def cells(self, scope: ScopeId, form: str | None = None):
        return self.run(lambda uow: uow.cells(scope, form))

    def answers(self, scope: ScopeId, field: str) -> list:
        """The values that stand in a field, of all records."""
        return [
            each.answer.value
            for cell in self.cells(scope)
            if cell.field == field
            for each in cell.standing
        ]


def _reraise(fault: Exception) -> None:
    raise fault


def save_of(scope: ScopeId, record: NewRecord, values: dict) -> SaveAnswers:
    """One save of a record; a plain value stands for an answer that says it."""
    answers = tuple(
        CellAnswer(
            record.record, FieldId(name), value if isinstance(value, Answer) else answered(value)
        )
        for name, value in values.items()
    )
    return SaveAnswers(scope=scope, answers=answers, opens=(record,))


def included(preview):
    """What goes, with the kind of rule that lets it."""
    return {given.item.field: given.rule.partition(":")[0] for given in preview.disclosure.included}


def reasons(preview):
    """What stays, with its reason."""
    return {kept.item.field: kept.reason for kept in preview.disclosure.withheld}
