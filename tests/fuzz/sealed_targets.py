"""Fuzz targets: containers with seals and sums; those are put right after a change.

Source: storage-security.md section 22 (F11).
"""

from __future__ import annotations

import hashlib
import random
from functools import cache

from tests.fakes.organisations import Laptop
from tests.fuzz.mutation import structured
from tests.fuzz.target import Target
from tests.fuzz.wire_targets import BOX
from tests.unit.exchange.world import Organisation
from tools.vector_sets import world as w
from tools.vector_sets.statements import forms

from nrm_desktop.app.exchange_ports import Answering, WithdrawalWish
from nrm_desktop.app.wire import box
from nrm_desktop.app.wire.hashes import name20
from nrm_desktop.app.wire.pack_file import (
    HEAD_BYTES,
    ROW_BYTES,
    PackedObject,
    range_reader,
    read_index,
    read_object,
    write_pack_file,
)
from nrm_desktop.app.wire.sealed_object import ObjectType, read_object_header
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.notices import Part
from nrm_desktop.exchange.cards import read_card
from nrm_desktop.exchange.receipts import open_receipt
from nrm_desktop.exchange.withdrawals import open_withdrawal
from nrm_desktop.security.identity.enrolment import read_request
from nrm_desktop.security.identity.form_packs import check_form_pack, sign_form_pack
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.sealing.boxes import open_file, seal_file
from nrm_desktop.security.sealing.container import open_object, seal_object
from nrm_desktop.security.sealing.intake import decode_intake, encode_intake, open_box
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.header import Header, decode_header, encode_header
from nrm_desktop.security.vault.slots import Slot, SlotKind

HEAD = 36
"""Bytes before the body of a vault header: magic, counter, vault id, length."""
SUMS = 64
PAGE = 4096
PACK_SIGNER = SignerKeys(bytes(32))
PACK_KEYS = {PACK_SIGNER.id: PACK_SIGNER.public}


def sealed_targets() -> list[Target]:
    """Give them all."""
    return [*_objects(), *_containers(), *_post()]


def _objects() -> list[Target]:
    made, boxed = _object(b"body" * 90), _boxed(box.encode_box(BOX))
    return [
        Target(
            "sealed object",
            lambda data: open_object(data, w.CORE_KEY),
            (made,),
            ("container.open_object",),
        ),
        Target(
            "object head",
            lambda data: read_object_header(data, len(made)),
            (made[:88],),
            ("sealed_object.read_object_header",),
        ),
        Target(
            "sealed file",
            lambda data: open_file(w.POST_KEM, data),
            (boxed,),
            ("boxes.open_file", "boxes.open_slots"),
        ),
        Target(
            "sealed box",
            lambda data: open_box(w.POST_KEM, data),
            (boxed,),
            ("intake.open_box",),
            change=lambda seed, number: _boxed(structured(box.encode_box(BOX), number)),
        ),
    ]


def _containers() -> list[Target]:
    pack = write_pack_file(
        [PackedObject(_object(b"one" * 90), 3), PackedObject(_object(b"two"), 1)]
    )
    return [
        Target(
            "vault header",
            decode_header,
            (_vault_header(),),
            ("header.decode_header", "slots.read_slot"),
            lambda copy: copy.raw,
            _with_sum,
        ),
        Target(
            "pack file",
            _read_pack_file,
            (pack.data,),
            ("pack_file.read_index", "pack_file.read_object", "pack_file.range_reader"),
            change=_with_row,
        ),
        Target(
            "intake",
            decode_intake,
            (encode_intake(w.POST_KEM.public),),
            ("intake.decode_intake",),
            encode_intake,
        ),
    ]


def _post() -> list[Target]:
    ours, theirs = _organisations()
    packet, keys = theirs.send(ours)
    wish = WithdrawalWish(keys.reference, (Part("refer", "identity"),), w.NOW_MS, "2026-12-10")
    notice = theirs.post.make_withdrawal(wish, ours.card()).data
    answer = Answering("received", "", "L-07", w.NOW_MS)
    receipt = ours.post.make_receipt(ours.open(packet).reply, answer).data
    request = Laptop("new").request()
    return [
        Target("request file", read_request, (request,), ("enrolment.read_request",)),
        Target(
            "card file",
            lambda data: read_card(ours.seals, data),
            (theirs.card(),),
            ("cards.read_card", "cards.checked_card"),
        ),
        Target(
            "form pack file",
            lambda data: check_form_pack(data, w.ORGANISATION, PACK_KEYS.get),
            (sign_form_pack(PACK_SIGNER, forms()),),
            ("form_packs.check_form_pack",),
        ),
        Target("referral file", ours.open, (packet,), ("packets.open_packet",)),
        Target(
            "withdrawal file",
            lambda data: open_withdrawal(ours.seals, data, [ours.intake]),
            (notice,),
            ("withdrawals.open_withdrawal", "referral.read_reply"),
        ),
        Target(
            "receipt file",
            lambda data: open_receipt(theirs.seals, data, [keys]),
            (receipt,),
            ("receipts.open_receipt",),
        ),
    ]


@cache
def _organisations() -> tuple[Organisation, Organisation]:
    return Organisation.founded("Harbour Aid"), Organisation.founded("Lantern House")


def _object(body: bytes) -> bytes:
    return seal_object(ObjectType.BUNDLE, body, w.CORE_KEY, w.BUCKET, w.stream("fuzz"))


def _boxed(body: bytes) -> bytes:
    to = (w.POST_KEM.public,)
    return seal_file(ObjectType.BOX, body, to, w.BUCKET, w.stream("fuzz box"))


def _read_pack_file(data: bytes) -> list[bytes]:
    read = range_reader(data)
    found = []
    for row in read_index(read, len(data), None).rows:
        try:
            found.append(read_object(read, row))
        except HostileInput:
            continue
    return found


def _with_row(seed: bytes, number: int) -> bytes:
    """Change the index; sometimes the row of an object is made to fit the object again."""
    chance = random.Random(number)  # noqa: S311 - chooses where to break, no secret
    data = bytearray(structured(seed, number))
    if chance.random() < 0.5 and len(data) > HEAD_BYTES + ROW_BYTES:
        data[HEAD_BYTES : HEAD_BYTES + 20] = name20(bytes(data[HEAD_BYTES + 2 * ROW_BYTES :]))
    return bytes(data)


def _vault_header() -> bytes:
    slot = Slot(
        id=bytes(8),
        kind=SlotKind.PASSPHRASE,
        sign=7,
        cost=KdfCost(65_536, 3, 1),
        salt=bytes(16),
        extra=b"",
        kem_public=bytes(1216),
        nonce=bytes(12),
        sealed=bytes(80),
        dek_wrap=bytes(1168),
    )
    return encode_header(Header(1, bytes(16), 1, (slot,)), bytes(32))


def _with_sum(seed: bytes, number: int) -> bytes:
    """Change the body, and put length, sum and padding right."""
    length = int.from_bytes(seed[HEAD - 4 : HEAD], "big")
    body = structured(seed[HEAD : HEAD + length], number)
    signed = seed[: HEAD - 4] + len(body).to_bytes(4, "big") + body + bytes(SUMS // 2)
    whole = signed + hashlib.sha256(signed).digest()
    return whole.ljust(-(-len(whole) // PAGE) * PAGE, b"\0")
