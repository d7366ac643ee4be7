"""Vectors of what is signed or sealed to somebody: statements, checkpoints, keys, boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tools.vector_sets import world as w
from tools.vector_sets.case import Case, Json, flip
from tools.vector_sets.kept import Kept, KeptKem, KeptSigner
from tools.vector_sets.statements import samples

from nrm_desktop.app.wire import cbor, keybox
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import SignedStatement
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.security.known_answers import HPKE_BOX, ML_DSA_SIGNATURE
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.primitives import SigningKey
from nrm_desktop.security.sealing.boxes import make_keybox, seal_file, seal_slot
from nrm_desktop.security.signing.cose import sign_statement

PAYLOAD = cbor.encode([0, "what is said"])
SEED = w.named("kem post", 32)
SCOPE_SLOT = keybox.ScopeSlot(w.ADA_ID, w.CASE, (keybox.Epoch(1, w.named("epoch"), w.EPOCH_KEY),))


def cases(kept: Kept) -> Iterator[Case]:
    """All vectors of this module."""
    yield from _statements(kept)
    yield from _checkpoints(kept)
    yield from _payloads()
    yield from _slots(kept)
    yield from _keyboxes(kept)
    yield from _boxes(kept)
    yield from _known()


def _signed(structure: str, name: str, statement: SignedStatement, refuse: str | None) -> Case:
    is_pair = any(one.ml_dsa is not None for one in statement.signatures)
    inputs: dict[str, Json] = {
        "statement": statement.encode().hex(),
        "signer": w.ADA_ID.hex(),
        "ed25519": w.ADA.public.ed25519.hex(),
        "ml_dsa": w.ADA.public.ml_dsa.hex() if is_pair else "",
    }
    return Case(structure, name, inputs, refuse)


def _statements(kept: Kept) -> Iterator[Case]:
    def case(name: str, statement: SignedStatement, label: str, refuse: str | None = None) -> Case:
        made = _signed("cose_sign1", name, statement, refuse)
        return replace(made, inputs={**made.inputs, "label": f"nrm1/{label}"})

    ada = KeptSigner(w.named("vector ed", 32), w.named("vector ml", 32), kept)
    single = sign_statement(SignLabel.KEYBOX, w.ADA, w.ADA_ID, PAYLOAD)
    one = single.signatures[0]
    yield case("keybox", single, "kb")
    for label in ("commit", "act", "cp", "ref", "rcp", "wel", "req"):
        yield case(f"keybox shown as {label}", single, label, "signature")
    yield case("payload changed", replace(single, payload=flip(PAYLOAD, 77)), "kb", "signature")
    for place in (0, 255, 511):
        changed = replace(one, ed25519=flip(one.ed25519, place))
        shown = replace(single, signatures=(changed,))
        yield case(f"bit {place} of the signature", shown, "kb", "signature")
    stranger = replace(single, signatures=(replace(one, key=w.BEN_ID),))
    yield case("another key id", stranger, "kb", "signature")
    both = sign_statement(SignLabel.ACT, ada, w.ADA_ID, PAYLOAD)
    pair = both.signatures[0]
    keys: dict[str, Json] = {
        "ed25519": ada.public.ed25519.hex(),
        "ml_dsa": ada.public.ml_dsa.hex(),
    }
    broken = {
        "act": (both, None),
        "act without its second signature": (replace(pair, ml_dsa=None), "signature"),
        "act with a wrong first signature": (replace(pair, ed25519=bytes(64)), "signature"),
        "act with a wrong second signature": (replace(pair, ml_dsa=bytes(3309)), "signature"),
    }
    for name, (value, refuse) in broken.items():
        shown = value if isinstance(value, SignedStatement) else replace(both, signatures=(value,))
        made = case(name, shown, "act", refuse)
        yield replace(made, inputs={**made.inputs, **keys})
    made = case("act shown as a checkpoint", both, "cp", "signature")
    yield replace(made, inputs={**made.inputs, **keys})


def _checkpoints(kept: Kept) -> Iterator[Case]:
    post = KeptSigner(w.named("device post ed", 32), w.named("device post ml", 32), kept)
    payload = next(one.data for one in samples() if one.name == "checkpoint")

    def case(name: str, data: bytes, refuse: str | None = None) -> Case:
        statement = sign_statement(SignLabel.CHECKPOINT, post, w.POST_ID, data)
        made = _signed("checkpoint", name, statement, refuse)
        keys: dict[str, Json] = {
            "signer": w.POST_ID.hex(),
            "ed25519": post.public.ed25519.hex(),
            "ml_dsa": post.public.ml_dsa.hex(),
        }
        return replace(made, inputs={**made.inputs, **keys})

    items: list[Any] = list(cbor.decode(payload))  # type: ignore[arg-type]  # an array
    yield case("three rows", payload)
    changes: dict[str, tuple[int, Any]] = {
        "another format": (0, FORMAT + 1),
        "number 0": (2, 0),
        "root version 0": (5, 0),
        "part name of 16 bytes": (8, [bytes(16)]),
        "row of lane 6": (9, [[2, bytes(20), 1, 1, 6]]),
        "want without number": (10, [[2, bytes(16)]]),
    }
    for name, (place, value) in changes.items():
        yield case(name, cbor.encode([*items[:place], value, *items[place + 1 :]]), "cbor")
    another = cbor.encode([FORMAT, w.OFFICE_ID, *items[2:]])
    yield case("of another device", another, "signature")
    made = case("three rows", payload)
    forged = flip(bytes.fromhex(str(made.inputs["statement"])), 400)
    inputs = {**made.inputs, "statement": forged.hex()}
    yield replace(made, name="one bit of the payload", inputs=inputs, refuse="signature")


def _payloads() -> Iterator[Case]:
    for sample in samples():
        inputs: dict[str, Json] = {"kind": sample.name, "payload": sample.data.hex()}
        yield Case("payloads", sample.name, inputs)
        items: list[Any] = list(cbor.decode(sample.data))  # type: ignore[arg-type]  # an array
        wrong = {"another format": [FORMAT + 1, *items[1:]], "one element less": items[:-1]}
        for name, value in wrong.items():
            data = cbor.encode(value).hex()
            yield Case("payloads", f"{sample.name}: {name}", {**inputs, "payload": data}, "cbor")


def _slots(kept: Kept) -> Iterator[Case]:
    post = KeptKem(w.POST_KEM, kept)
    reference = w.named("box reference")

    def case(name: str, slot: bytes, refuse: str | None = None, **changes: Json) -> Case:
        inputs: dict[str, Json] = {
            "seed": SEED.hex(),
            "kind": 5,
            "reference": reference.hex(),
            "slot": slot.hex(),
        }
        return Case("hpke_slot", name, inputs | changes, refuse)

    slot = seal_slot(post, ObjectType.KEYBOX, reference, SCOPE_SLOT)
    exchange = keybox.ExchangeSlot(w.ADA_ID, w.ORGANISATION, ((1, w.EXCHANGE_KEY),))
    yield case("keys of a scope", slot)
    yield case("exchange keys", seal_slot(post, ObjectType.KEYBOX, reference, exchange))
    yield case("another recipient", slot, "not_for_us", seed=w.named("kem office", 32).hex())
    yield case("moved into another kind", slot, "not_for_us", kind=11)
    yield case("moved into another box", slot, "not_for_us", reference=bytes(16).hex())
    for byte in (0, 1087, 1088, 1119, 1120, len(slot) - 1):
        yield case(f"one bit of byte {byte}", flip(slot, byte * 8), "not_for_us")
    yield case("cut", slot[:-1], "not_for_us")


def _keyboxes(kept: Kept) -> Iterator[Case]:
    post = KeptKem(w.POST_KEM, kept)

    def case(name: str, box: keybox.Keybox, refuse: str | None = None) -> Case:
        payload = keybox.encode_keybox(box)
        statement = sign_statement(SignLabel.KEYBOX, w.ADA, w.ADA_ID, payload)
        made = _signed("keybox_members", name, statement, refuse)
        return replace(made, inputs={**made.inputs, "seed": SEED.hex()})

    stream = w.stream("keybox vector")
    box = make_keybox(w.ADA_ID, Hlc(w.NOW_MS), [(post, SCOPE_SLOT)], b"members", stream)
    theirs = replace(SCOPE_SLOT, issuer=w.BEN_ID)
    stolen = make_keybox(w.ADA_ID, Hlc(w.NOW_MS), [(post, theirs)], None, stream)
    yield case("one recipient", box)
    yield case("slot of another issuer", stolen, "signature")
    yield case("another issuer than its signer", replace(box, issuer=w.BEN_ID), "signature")
    yield case("another reference", replace(box, reference=bytes(16)), "not_for_us")
    yield case("no slots", replace(box, slots=()), "not_for_us")
    yield case("slot of an odd size", replace(box, slots=(bytes(1500),)), "cbor")


def _boxes(kept: Kept) -> Iterator[Case]:
    post = KeptKem(w.POST_KEM, kept)

    def case(name: str, data: bytes, refuse: str | None = None) -> Case:
        return Case("box", name, {"seed": SEED.hex(), "file": data.hex()}, refuse)

    def made(kind: int) -> bytes:
        stream = w.stream(f"box vector {kind}")
        return seal_file(ObjectType(kind), b"what is said", [post], w.BUCKET, stream)

    for kind in (7, 8, 9, 11):
        yield case(f"kind {kind}", made(kind))
    good = keybox.decode_boxed_file(made(8))
    receipt = keybox.decode_boxed_file(made(9))

    def shown(**changes: Any) -> bytes:
        return keybox.encode_boxed_file(replace(good, **changes))

    yield case("shown as a receipt", shown(kind=ObjectType.RECEIPT), "not_for_us")
    yield case("object of another file", shown(sealed=receipt.sealed), "aead")
    yield case("another reference", shown(reference=bytes(16)), "not_for_us")
    yield case("no slot", shown(slots=()), "not_for_us")
    yield case("one bit of the object", shown(sealed=flip(good.sealed, 1600)), "aead")
    yield case("bundle in a box", shown(kind=ObjectType.BUNDLE), "container")
    item: list[Any] = list(cbor.decode(made(8)))  # type: ignore[arg-type]  # an array
    yield case("another word in front", cbor.encode(["nrmbux", *item[1:]]), "container")
    yield case("another format", cbor.encode([item[0], FORMAT + 1, *item[2:]]), "container")
    yield case("five elements", cbor.encode(item[:-1]), "cbor")
    yield case("nothing", b"", "cbor")


def _known() -> Iterator[Case]:
    """Answers that come from elsewhere (see `security.known_answers`)."""
    seed = "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"
    box = HPKE_BOX
    inputs: dict[str, Json] = {"seed": seed, "context": b"known answer".hex(), "sealed": box.hex()}
    yield Case("xwing", "first vector of the draft", inputs)
    wrong: dict[str, dict[str, Json]] = {
        "another context": {"context": ""},
        "another seed": {"seed": SEED.hex()},
        "one bit": {"sealed": flip(box, 4000).hex()},
        "cut": {"sealed": box[:-1].hex()},
    }
    for name, changes in wrong.items():
        yield Case("xwing", name, inputs | changes, "not_for_us")
    counting = bytes(range(32))
    public = SigningKey(counting, counting).public.ml_dsa
    signature, message = ML_DSA_SIGNATURE, b"the known answer of this program"
    parts = (public, message, signature)
    changed = {
        "another message": (public, message[1:], signature),
        "one bit of the signature": (public, message, flip(signature, 999)),
        "one bit of the key": (flip(public, 999), message, signature),
        "cut signature": (public, message, signature[:-1]),
    }
    for name, (key, text, signed) in {"key of RFC 9881": parts, **changed}.items():
        inputs = {"public": key.hex(), "message": text.hex(), "signature": signed.hex()}
        yield Case("mldsa65", name, inputs, "signature" if name in changed else None)
