"""How the program answers a vector: one function per structure, from hex to hex.

A refusal leaves as `HostileInput`, whose `step` is the word in the vector.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from tools.vector_sets.case import Inputs, Json, diagnose
from tools.vector_sets.statements import samples

from nrm_desktop.app.wire import (
    attachment,
    bundle,
    cbor,
    checkpoint,
    commit,
    keybox,
    operations,
    pack_file,
)
from nrm_desktop.app.wire.hashes import HashLabel, commit_id, labelled_hash
from nrm_desktop.app.wire.sealed_object import ObjectType, check_name, padded_size
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import DeviceId, ScopeId, SignerId
from nrm_desktop.domain.ops import Op, OpenRecord, Tombstone, UnknownOp, ValueOp
from nrm_desktop.security.labels import BoxLabel, SignLabel
from nrm_desktop.security.primitives import KemKey, PublicKey
from nrm_desktop.security.sealing import boxes, derivation
from nrm_desktop.security.sealing.chunks import ChunkSealer
from nrm_desktop.security.sealing.container import open_object
from nrm_desktop.security.signing.commits import (
    CommitTrust,
    Coverage,
    Place,
    WaitingCommit,
    verify_commit,
)
from nrm_desktop.security.signing.cose import check_signed_by
from nrm_desktop.security.suite import ML_DSA_PUBLIC_BYTES

Answer = Mapping[str, Json]
_READERS: Final = MappingProxyType({sample.name: sample.read for sample in samples()})


def answer(structure: str, inputs: Inputs) -> Answer:
    """What the program says to a vector. Raises: HostileInput."""
    return _ANSWERS[structure](dict(inputs))


def step_of(error: HostileInput) -> str:
    """The word for a refusal."""
    return str(error.params.get("step", error.code.removeprefix("integrity.")))


def _hex(value: Any) -> bytes:
    return bytes.fromhex(value)


def _labels(x: dict[str, Any]) -> Answer:
    label = HashLabel(x["label"].encode())
    return {"hash": labelled_hash(label, _hex(x["data"])).hex()}


def _cbor(x: dict[str, Any]) -> Answer:
    return {"item": diagnose(cbor.decode(_hex(x["data"])))}


def _padme(x: dict[str, Any]) -> Answer:
    return {"padded": padded_size(x["size"])}


def _kid(x: dict[str, Any]) -> Answer:
    return {"key_id": derivation.key_id(_hex(x["key"]), x["bucket"]).hex()}


def _compartment_keys(x: dict[str, Any]) -> Answer:
    epoch, device = _hex(x["epoch_key"]), DeviceId(_hex(x["device"]))
    key = derivation.compartment_key(epoch, ScopeId(_hex(x["scope"])), x["compartment"])
    return {
        "key": key.hex(),
        "epoch": derivation.epoch_id(epoch).hex(),
        "blind": derivation.log_blind(key, device).hex(),
    }


def _statement(x: dict[str, Any]) -> Answer:
    ml_dsa = _hex(x["ml_dsa"]) if x["ml_dsa"] else bytes(ML_DSA_PUBLIC_BYTES)
    key = PublicKey(_hex(x["ed25519"]), ml_dsa)
    statement = decode_statement(_hex(x["statement"]))
    label = SignLabel(x["label"].encode())
    return {"payload": check_signed_by(label, statement, key, _hex(x["signer"])).hex()}


def _ml_dsa(x: dict[str, Any]) -> Answer:
    key = PublicKey(b"\x05" * 32, _hex(x["public"]))
    if not key.is_signed_ml_dsa(_hex(x["signature"]), _hex(x["message"])):
        raise HostileInput(step="signature")
    return {"is_signed": True}


def _object(x: dict[str, Any]) -> Answer:
    opened = open_object(_hex(x["object"]), _hex(x["key"]))
    return {"type": int(opened.kind), "bucket": opened.header.bucket, "body": opened.body.hex()}


def _commit(x: dict[str, Any]) -> Answer:
    signers = {_hex(one): _hex(key) for one, key in x["signers"].items()}
    keys = {
        SignerId(one): PublicKey(key, bytes(ML_DSA_PUBLIC_BYTES)) for one, key in signers.items()
    }
    granted = x["granted"]
    trust = CommitTrust(
        keys.get,
        lambda head: Coverage.COVERED if head.compartment in granted else Coverage.REFUSED,
    )
    place = Place(ScopeId(_hex(x["scope"])), x["compartment"])
    found = verify_commit(commit.decode_commit(_hex(x["commit"])), place, trust)
    if isinstance(found, WaitingCommit):
        return {"waits_for": found.waits_for}
    ops: Json = [diagnose(describe(op)) for op in found.ops]
    missing: Json = list(found.missing)
    return {"id": found.id.hex(), "seq": found.header.seq, "missing": missing, "ops": ops}


def _ops(x: dict[str, Any]) -> Answer:
    segments = {unit: data and _hex(data) for unit, data in x["segments"]}
    ops = operations.read_ops(_hex(x["skeleton"]), segments, x["compartment"])
    return {"ops": [diagnose(describe(op)) for op in ops]}


def describe(op: Op) -> cbor.Item:
    """An operation as on the wire, with its value in place of the value's index."""
    match op:
        case ValueOp():
            value = None if op.answer is None else cbor.decode(_encoded(op))
            place = (int(op.kind), op.record, op.field)
            return (*place, _names(op.replaces), op.unit, value)
        case OpenRecord():
            return (7, op.record, op.form, op.parent, op.order, op.compartment)
        case Tombstone():
            return (4, op.record, "", _names(op.replaces))
        case UnknownOp():
            return op.raw  # type: ignore[return-value]  # as it came from the decoder


def _encoded(op: ValueOp) -> bytes:
    return cbor.encode(operations.answer_item(op.answer)) if op.answer else b"\xf6"


def _names(replaces: tuple[Any, ...]) -> cbor.Item:
    return tuple((one.commit, one.index) for one in replaces)


def _chain(x: dict[str, Any]) -> Answer:
    held: dict[int, set[bytes]] = defaultdict(set, {0: set(map(_hex, x["beginnings"]))})
    steps: list[Json] = []
    for data in map(_hex, x["headers"]):
        header, own = commit.decode_header(data), commit_id(data)
        step = commit.chain_step(header, own, held.__getitem__)
        steps.append(step.value)
        if step in {commit.ChainStep.OK, commit.ChainStep.FORK}:
            held[header.seq].add(own)
    return {"steps": steps}


def _bundle(x: dict[str, Any]) -> Answer:
    return {"commits": [one.id.hex() for one in bundle.decode_bundle(_hex(x["body"]))]}


def _checkpoint(x: dict[str, Any]) -> Answer:
    payload = _hex(_statement({**x, "label": "nrm1/cp"})["payload"])
    found = checkpoint.decode_checkpoint(payload)
    if found.device != _hex(x["signer"]):
        raise HostileInput("integrity.signature", step="signature")
    return {"id": checkpoint.checkpoint_id(payload).hex(), "counter": found.counter}


def _payload(x: dict[str, Any]) -> Answer:
    data = _hex(x["payload"])
    _READERS[x["kind"]](data)
    return {"sha256": sha256(data).hexdigest()}


def _pack(x: dict[str, Any]) -> Answer:
    data = _hex(x["file"])
    read = pack_file.range_reader(data)
    index = pack_file.read_index(read, len(data), x["name"] and _hex(x["name"]))
    rows: list[Json] = []
    for row in index.rows:
        facts: list[Json] = [row.name.hex(), row.kind, row.lane, row.bucket, row.key_id.hex()]
        rows.append([*facts, row.offset, row.length, _object_step(read, row)])
    return {"rows": rows}


def _object_step(read: pack_file.RangeReader, row: pack_file.IndexRow) -> str:
    try:
        pack_file.read_object(read, row)
    except HostileInput as error:
        return step_of(error)
    return "good"


def _attachment(x: dict[str, Any]) -> Answer:
    manifest = attachment.read_manifest(cbor.decode(_hex(x["value"])))
    parts, missing, sealer = b"", list[Json](), ChunkSealer(bytes)
    for index, (name, given) in enumerate(zip(manifest.names, x["chunks"], strict=True)):
        if given is None:
            missing.append(index)
            continue
        check_name(_hex(given), name)
        parts += sealer.open(_hex(given), manifest, index)
    is_whole = not missing and sha256(parts).digest() == manifest.sha256
    return {"media_type": manifest.media_type, "missing": missing, "is_whole": is_whole}


def _slot(x: dict[str, Any]) -> Answer:
    key, kind = KemKey(_hex(x["seed"])), ObjectType(x["kind"])
    slot = boxes.open_slots(key, kind, _hex(x["reference"]), [_hex(x["slot"])])
    if slot is None:
        raise HostileInput("integrity.not_for_us")
    return {"plain_sha256": sha256(keybox.encode_slot(slot)).hexdigest()}


def _x_wing(x: dict[str, Any]) -> Answer:
    key = KemKey(_hex(x["seed"]))
    plain = key.open(BoxLabel.BOX, _hex(x["context"]), _hex(x["sealed"]))
    if plain is None:
        raise HostileInput("integrity.not_for_us")
    return {"public_sha256": sha256(key.public.raw).hexdigest(), "plain": plain.hex()}


def _keybox(x: dict[str, Any]) -> Answer:
    payload = _hex(_statement({**x, "label": "nrm1/kb"})["payload"])
    box = keybox.decode_keybox(payload)
    if box.issuer != _hex(x["signer"]):
        raise HostileInput("integrity.signature", step="signature")
    slot = boxes.open_keybox(KemKey(_hex(x["seed"])), box)
    if slot is None:
        raise HostileInput("integrity.not_for_us")
    return {"plain_sha256": sha256(keybox.encode_slot(slot)).hexdigest()}


def _box(x: dict[str, Any]) -> Answer:
    opened = boxes.open_file(KemKey(_hex(x["seed"])), _hex(x["file"]))
    return {"kind": int(opened.kind), "body": opened.body.hex()}


_ANSWERS: Final[Mapping[str, Callable[[dict[str, Any]], Answer]]] = MappingProxyType(
    {
        "labels": _labels,
        "cbor_strict": _cbor,
        "padme": _padme,
        "kid": _kid,
        "compartment_keys": _compartment_keys,
        "cose_sign1": _statement,
        "mldsa65": _ml_dsa,
        "nrmb_open": _object,
        "nrmb_refuse": _object,
        "commit": _commit,
        "commit_refuse": _commit,
        "erase": _commit,
        "record_open": _ops,
        "operations": _ops,
        "chain_and_fork": _chain,
        "bundle": _bundle,
        "checkpoint": _checkpoint,
        "payloads": _payload,
        "pack_file": _pack,
        "attachment": _attachment,
        "hpke_slot": _slot,
        "xwing": _x_wing,
        "keybox_members": _keybox,
        "box": _box,
    }
)
