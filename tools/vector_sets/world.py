"""A small invented world with fixed bytes: keys, a case, commits, sealed objects.

Vectors and tests are built from it, so that one picture serves both. Nothing in it is secret or
about anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from nrm_desktop.app.wire.commit import (
    CommitDraft,
    ReceivedCommit,
    SignedCommit,
    build_unsigned,
    parse_signed,
)
from nrm_desktop.app.wire.hashes import case_id, device_id, genesis, signer_id
from nrm_desktop.domain.acts import ActId
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import FieldId, OpId, RecordId, ScopeId, UserId
from nrm_desktop.domain.ops import Op, OpenRecord, OpKind, Tombstone, ValueOp
from nrm_desktop.domain.scopes import Compartment, LogKey
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source, answered
from nrm_desktop.security.primitives import KemKey, SigningKey
from nrm_desktop.security.sealing.derivation import compartment_key
from nrm_desktop.security.signing.commits import sign_header

NOW_MS = 1_790_000_000_000
BUCKET = 80


def stream(label: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same on every machine; each call gives new ones."""
    state = [0]

    def take(size: int) -> bytes:
        out = b""
        while len(out) < size:
            out += sha256(f"{label}:{state[0]}".encode()).digest()
            state[0] += 1
        return out[:size]

    return take


def named(label: str, size: int = 16) -> bytes:
    """The bytes that stand for a name in this world."""
    return stream(label)(size)


ADA, BEN = (SigningKey.from_seed(named(f"signer {name}", 32)) for name in ("ada", "ben"))
POST, OFFICE = (
    SigningKey(named(f"device {name} ed", 32), named(f"device {name} ml", 32))
    for name in ("post", "office")
)
POST_KEM, OFFICE_KEM = (KemKey(named(f"kem {name}", 32)) for name in ("post", "office"))
ADA_ID, BEN_ID = signer_id(ADA.public.ed25519), signer_id(BEN.public.ed25519)
POST_ID, OFFICE_ID = device_id(POST.public.ed25519), device_id(OFFICE.public.ed25519)
ADA_USER = UserId(named("user ada"))
ORGANISATION = ScopeId(named("organisation"))
NONCE = named("case nonce")
CASE = case_id(ADA_ID, NONCE)
OTHER_CASE = ScopeId(named("other case"))
GRANT = ActId(named("grant"))
EPOCH_KEY = named("epoch key", 32)
EXCHANGE_KEY = named("exchange key", 32)
CORE_KEY = compartment_key(EPOCH_KEY, CASE, Compartment.CORE)
HEALTH_KEY = compartment_key(EPOCH_KEY, CASE, Compartment.HEALTH)
FORMS = named("forms", 8)
SCREENING = RecordId(named("record screening"))
ROW = RecordId(named("record row"))
CORE_LOG = LogKey(CASE, Compartment.CORE, POST_ID)
GENESIS = genesis(CASE, Compartment.CORE, POST_ID, GRANT)


def set_op(name: str, answer: Answer, *replaces: OpId, unit: int = 0) -> ValueOp:
    """Set a field of the screening."""
    return ValueOp(OpKind.SET, SCREENING, FieldId(name), answer, replaces, unit)


def interview() -> tuple[Op, ...]:
    """Ten answers as a worker gives them in one go: the yardstick for sizes."""
    said = Source.PERSON
    values = (
        ("screening.sex", answered("female", said)),
        ("screening.age_band", answered("18_to_24", said)),
        ("screening.nationality", answered("VN", said)),
        ("screening.languages", answered(("vi",), said)),
        ("screening.interpreter", answered(value=True, source=said)),
        ("screening.exploitation", answered(("labour", "debt"), said)),
        ("screening.since", answered(("2025-11", 1), said)),
        ("screening.documents_held", answered(value=False, source=said)),
        ("screening.injuries", Answer(AnswerState.DECLINED, None, said)),
        ("screening.safe_tonight", answered(value=True, source=Source.OBSERVED)),
    )
    return tuple(set_op(name, answer) for name, answer in values)


def varied() -> tuple[Op, ...]:
    """One operation of each kind, in two units, with dates, marks and what is replaced."""
    seen = (OpId(named("op one"), 0), OpId(named("op two"), 7))
    words = Answer(
        AnswerState.ANSWERED, "they took my papers", Source.PERSON, "2026-05-14", Mark.OWN_WORDS
    )
    return (
        OpenRecord(SCREENING, "screening", None, 3),
        OpenRecord(ROW, "screening.contacts", SCREENING, 1, Compartment.CORE),
        set_op("screening.words", words, *seen, unit=1),
        set_op("screening.born", answered(("2004-21", 1, "hijri"), Source.DOCUMENT)),
        ValueOp(OpKind.SET_ADD, SCREENING, FieldId("screening.languages"), answered("uk")),
        ValueOp(OpKind.SET_REMOVE, SCREENING, FieldId("screening.languages"), answered("ru")),
        ValueOp(OpKind.ENTRY, ROW, FieldId("note.text"), answered("rang back"), (), 2),
        ValueOp(OpKind.RESOLVE, SCREENING, FieldId("screening.sex"), answered("female"), seen),
        ValueOp(OpKind.ATTACH, ROW, FieldId("note.photo"), answered((b"\x01", 7, None))),
        Tombstone(ROW, (OpId(named("op open"), 1),)),
        set_op("screening.age", Answer(AnswerState.UNKNOWN)),
    )


def draft(ops: tuple[Op, ...], seq: int = 1, prev: bytes = GENESIS) -> CommitDraft:
    """A commit of Ada at the post, in the core of the case."""
    return CommitDraft(CORE_LOG, ADA_ID, seq, prev, Hlc(NOW_MS + seq, 0), FORMS, ops)


def signed(made: CommitDraft, key: SigningKey = ADA, label: str = "salt") -> SignedCommit:
    """Build and sign, with salts that follow from the label and the number."""
    unsigned = build_unsigned(made, stream(f"{label} {made.seq}"))
    return unsigned.with_signature(sign_header(key, unsigned.header_bytes))


def received(made: CommitDraft, key: SigningKey = ADA) -> ReceivedCommit:
    """The same commit as somebody else gets it."""
    return parse_signed(signed(made, key))


def chain(length: int) -> list[ReceivedCommit]:
    """A log of that many commits."""
    commits: list[ReceivedCommit] = []
    prev = GENESIS
    for seq in range(1, length + 1):
        value = set_op("screening.note", answered(f"note {seq}"))
        commits.append(received(draft((value,), seq, prev)))
        prev = commits[-1].id
    return commits
