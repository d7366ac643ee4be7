"""Organisations with real keys in memory, and a sheet to be sent from one to the other."""

from __future__ import annotations

from types import SimpleNamespace

from tests.fakes.clock import FakeClock
from tests.fakes.desk import base_forms
from tests.fakes.organisations import NOW_MS, Laptop

from nrm_desktop.app.exchange_ports import read_reply_keys
from nrm_desktop.app.fingerprints import Comparison
from nrm_desktop.app.referral_ports import ReferralSheet, SheetRecord, reference_of
from nrm_desktop.bootstrap.packets import SessionSeals
from nrm_desktop.domain.disclosure import Disclosure, DisclosureRequest, Included, Item, Withheld
from nrm_desktop.domain.ids import FieldId, OpId, RecipientId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, AnswerState, Source, answered
from nrm_desktop.exchange.cards import make_card
from nrm_desktop.exchange.packets import PacketWriter, open_packet
from nrm_desktop.exchange.post import SealedPost

REFERRAL = bytes(range(16))
SCREENING = RecordId(b"screening-1.....")
ROW = RecordId(b"row-1...........")
OP = OpId(b"operation.......", 3)


class LaptopSeals(SessionSeals):
    """The real seals of a person, over a database of trust in memory."""

    def __init__(self, laptop: Laptop) -> None:
        clock = FakeClock(NOW_MS)
        context = SimpleNamespace(clock=clock, random=laptop.random, user=laptop.user)
        safe = SimpleNamespace(signer=laptop.signer)
        super().__init__(SimpleNamespace(safe=safe, roster=laptop.roster, context=context))
        self._laptop = laptop

    def _statements(self):
        return self._laptop.trust.roots(), self._laptop.trust.acts(self._root.organisation)

    def compare(self, file: bytes) -> Comparison:
        """Quick here; the slow hash is tested where it is at home."""
        return Comparison(("0000",) * 6, (file.hex()[-8:],) * 12)


class Organisation:
    """One person at one laptop, who writes to others."""

    def __init__(self, laptop: Laptop, intake: bytes = b"") -> None:
        self.seals = LaptopSeals(laptop)
        self.intake = intake
        self.post = SealedPost(self.seals, base_forms(), laptop.random)
        self._random = laptop.random

    @classmethod
    def founded(cls, name: str) -> Organisation:
        laptop = Laptop(name)
        found = laptop.found()
        return cls(laptop, found.intake_seed)

    def card(self) -> bytes:
        return make_card(self.seals).data

    def send(self, to: Organisation, sheet: ReferralSheet | None = None):
        """A packet, and what its sender keeps."""
        writer = PacketWriter(self.seals, base_forms(), self._random)
        made = writer.make(sheet or a_sheet(), b"%PDF", to.card())
        return made.data, read_reply_keys(made.keeps)

    def open(self, data: bytes):
        return open_packet(self.seals, data, [self.intake])


def item(name: str, answer: Answer, record: RecordId = SCREENING, **more) -> Item:
    field = base_forms().field(name)
    return Item(record, f"{name}@1", field.id, field.compartment, OP, answer, **more)


def a_sheet(*included: Item, **changes) -> ReferralSheet:
    request = DisclosureRequest(RecipientId("ab" * 16), "refer", {}, "2026-11-23")
    said = included or (
        item("screening.danger_now", Answer(AnswerState.ANSWERED, True, Source.PERSON)),
        item("screening.language", Answer(AnswerState.ANSWERED, "uk мова", Source.PERSON)),
        item("screening.citizenship.country", answered("UA"), ROW),
        item("screening.birth_date", Answer(AnswerState.ANSWERED, ("2001-05", 1), Source.DOCUMENT)),
        item("screening.condition", Answer(AnswerState.UNKNOWN, asked_on="2026-11-23")),
    )
    kept = Item(
        SCREENING,
        "x",
        FieldId("screening.given_name"),
        Compartment.IDENTITY,
        OP,
        answered("Olena"),
    )
    disclosure = Disclosure(
        request,
        tuple(Included(one, "consent:ff") for one in said),
        (Withheld(kept, "declined"),),
        (),
    )
    fields = {
        "referral": REFERRAL,
        "reference": reference_of(REFERRAL),
        "case_code": "7RQY-GPC7",
        "recipient_name": "Lantern House",
        "purpose": "refer",
        "language": "en",
        "prepared_on": "2026-11-23",
        "expires_on": "2026-12-23",
        "disclosure": disclosure,
        "sender": "Harbour Aid · P-01",
        "records": (
            SheetRecord(SCREENING, "screening", None, 1),
            SheetRecord(ROW, "screening.citizenship", SCREENING, 2),
        ),
        "consents": (OP,),
    }
    return ReferralSheet(**(fields | changes))
