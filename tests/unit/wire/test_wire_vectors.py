"""Test vectors (sync.md 26): frozen bytes that program and independent verifier agree on."""

import ast
import json
from hashlib import sha256
from pathlib import Path

import pytest
from tools import nrm_verify as v
from tools.make_vectors import FOLDER, build
from tools.vector_sets.app_reader import answer, step_of
from tools.vector_sets.case import diagnose

from nrm_desktop.domain.errors import HostileInput

VECTORS = [
    (path.stem, entry)
    for path in sorted(FOLDER.glob("*.json"))
    if path.stem != "kept"
    for entry in json.loads(path.read_text(encoding="utf-8"))["entries"]
]
NOT_FOR_THE_VERIFIER = {"payloads", "hpke_slot", "xwing", "keybox_members", "box"}
"""It proves commits, chains and checkpoints; keys come to it in its key file."""


def unhex(value):
    return bytes.fromhex(value)


def commit(x):
    head, parts = v._read_commit(unhex(x["commit"]))
    place = (unhex(x["scope"]), x["compartment"])
    if (head[3], head[4]) != place:
        raise v.Refused("place")
    if head[2].hex() not in x["signers"]:
        return {"waits_for": "signer"}
    if head[4] not in x["granted"]:
        raise v.Refused("grant")
    ops = v.check_commit(head, parts, place, unhex(x["signers"][head[2].hex()]))
    missing = [ref[0] for ref, part in zip(head[13], parts[3], strict=True) if part is None]
    found = {"id": v._digest("hdr", parts[0]).hex(), "seq": head[5], "missing": missing}
    return {**found, "ops": [diagnose(op) for op in ops]}


def operations(x):
    segments = {unit: data and unhex(data) for unit, data in x["segments"]}
    ops = v.read_ops(unhex(x["skeleton"]), segments, x["compartment"])
    return {"ops": [diagnose(op) for op in ops]}


def chain(x):
    heads = [(v._cbor(data), v._digest("hdr", data)) for data in map(unhex, x["headers"])]
    commits = [(head[5], head[6], own) for head, own in heads]
    return {"steps": v.chain_steps(commits, [unhex(one) for one in x["beginnings"]])}


def bundle(x):
    item = v._cbor(unhex(x["body"]))
    v._need(v.BUNDLE(item), "cbor")
    return {"commits": [v._digest("hdr", v._read_commit(one)[1][0]).hex() for one in item[1]]}


def statement(x):
    keys = [unhex(x["ed25519"]), *([unhex(x["ml_dsa"])] if x["ml_dsa"] else [])]
    label = x["label"].removeprefix("nrm1/")
    v._need((len(keys) == 2) == (label not in {"commit", "kb"}), "signature")
    payload, _ = v.open_statement(label, unhex(x["statement"]), {unhex(x["signer"]): keys}.get)
    return {"payload": payload.hex()}


def checkpoint(x):
    keys = [unhex(x["ed25519"]), unhex(x["ml_dsa"])]
    item = v.read_checkpoint(unhex(x["statement"]), {unhex(x["signer"]): keys})
    payload = v._cbor(unhex(x["statement"]))[0]
    return {"id": v._digest("cpid", payload).hex(), "counter": item[2]}


def ml_dsa(x):
    key = v.mldsa.MLDSA65PublicKey.from_public_bytes(unhex(x["public"]))
    try:
        key.verify(unhex(x["signature"]), unhex(x["message"]))
    except v.InvalidSignature:
        raise v.Refused("signature") from None
    return {"is_signed": True}


def sealed(x):
    data = unhex(x["object"])
    kind, body = v._open_object(data, unhex(x["key"]))
    return {"type": kind, "bucket": int.from_bytes(data[8:10], "big"), "body": body.hex()}


def pack(x):
    data = unhex(x["file"])
    rows = v.read_pack(data, x["name"] and unhex(x["name"]))
    return {"rows": [[*map(shown, row), object_step(data, row)] for row in rows]}


def attachment(x):
    item = v._cbor(unhex(x["value"]))
    v._need(is_manifest(item), "cbor")
    parts, missing = b"", []
    for index, (name, given) in enumerate(zip(item[4], x["chunks"], strict=True)):
        if given is None:
            missing.append(index)
            continue
        v._need(v._name20(unhex(given)) == name, "name")
        kind, body = v._open_object(unhex(given), item[5])
        v._need(kind == 4 and body[:4] == index.to_bytes(4, "big"), "aead")
        v._need(len(body) - 4 == min(item[3], item[1] - index * item[3]), "aead")
        parts += body[4:]
    is_whole = not missing and sha256(parts).digest() == item[2]
    return {"media_type": item[0], "missing": missing, "is_whole": is_whole}


def is_manifest(item):
    """Section 6.2: seven parts that add up."""
    if not isinstance(item, (list, tuple)) or len(item) != 7:
        return False
    media, total, digest, chunk, names, key, reserved = item
    return (
        isinstance(media, str)
        and 1 <= len(media) <= 64
        and type(total) is int
        and 1 <= total <= 50 << 20
        and chunk in (65_536, 262_144)
        and len(names) == -(-total // chunk)
        and all(type(name) is bytes and len(name) == 20 for name in names)
        and (len(digest), len(key), reserved) == (32, 32, None)
    )


def shown(value):
    return value.hex() if isinstance(value, bytes) else value


def object_step(data, row):
    try:
        v.packed_object(data, row)
    except v.Refused as error:
        return str(error)
    return "good"


def derived(x):
    epoch, scope = unhex(x["epoch_key"]), unhex(x["scope"])
    key = v._derive("comp", epoch, scope, x["compartment"].to_bytes(2, "big"))
    blind = v._mac("blind", key, unhex(x["device"]))[:16]
    return {
        "key": key.hex(),
        "epoch": v._mac("epoch", epoch, b"")[:16].hex(),
        "blind": blind.hex(),
    }


VERIFIER = {
    "labels": lambda x: {"hash": v._digest(x["label"][5:], unhex(x["data"])).hex()},
    "cbor_strict": lambda x: {"item": diagnose(v._cbor(unhex(x["data"])))},
    "padme": lambda x: {"padded": v._padded_size(x["size"])},
    "kid": lambda x: {
        "key_id": v._mac("kid", unhex(x["key"]), x["bucket"].to_bytes(2, "big"))[:14].hex()
    },
    "compartment_keys": derived,
    "cose_sign1": statement,
    "mldsa65": ml_dsa,
    "nrmb_open": sealed,
    "nrmb_refuse": sealed,
    "commit": commit,
    "commit_refuse": commit,
    "erase": commit,
    "operations": operations,
    "record_open": operations,
    "chain_and_fork": chain,
    "bundle": bundle,
    "checkpoint": checkpoint,
    "pack_file": pack,
    "attachment": attachment,
}


def test_vectors_come_out_byte_for_byte_the_same():
    files = build(FOLDER)

    assert set(files) == {path.name for path in FOLDER.glob("*.json")}
    for name, text in files.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, f"run make vectors: {name}"


def test_there_are_many_vectors_and_most_are_refusals():
    refused = [entry for _, entry in VECTORS if "refuse" in entry]

    assert len(VECTORS) >= 200
    assert len(refused) * 2 >= len(VECTORS)
    assert {structure for structure, _ in VECTORS} == set(VERIFIER) | NOT_FOR_THE_VERIFIER


def test_no_two_vectors_of_a_structure_have_one_name():
    names = [(structure, entry["name"]) for structure, entry in VECTORS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("structure", "entry"), VECTORS, ids=[f"{s}: {e['name']}" for s, e in VECTORS]
)
def test_the_program_answers_each_vector(structure, entry):
    try:
        found = {"output": answer(structure, entry["inputs"])}
    except HostileInput as error:
        found = {"refuse": step_of(error)}

    assert found == {key: entry[key] for key in ("output", "refuse") if key in entry}


@pytest.mark.promise("P25")
@pytest.mark.parametrize("structure", VERIFIER)
def test_the_verifier_agrees_with_the_program_on_every_vector(structure):
    for entry in [entry for own, entry in VECTORS if own == structure]:
        try:
            found = {"output": VERIFIER[structure](entry["inputs"])}
        except v.Refused as error:
            found = {"refuse": str(error)}
        assert found == {key: entry[key] for key in ("output", "refuse") if key in entry}, entry[
            "name"
        ]


STANDARD = {
    "base64",
    "collections",
    "contextlib",
    "csv",
    "datetime",
    "hashlib",
    "hmac",
    "itertools",
    "json",
    "operator",
    "pathlib",
    "re",
    "runpy",
    "sys",
}


@pytest.mark.promise("P25")
@pytest.mark.parametrize(
    ("name", "most", "outside"),
    [
        ("nrm_verify.py", 310, {"cbor2", "zstandard", "cryptography"}),
        ("nrm_verify_release.py", 160, {"cbor2", "cryptography"}),
    ],
)
def test_the_verifier_is_small_and_imports_nothing_of_the_program(name, most, outside):
    text = Path(v.__file__).with_name(name).read_text(encoding="utf-8")
    tree = ast.parse(text)
    modules = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        str(node.module).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    lines = [line.strip() for line in text.splitlines()]
    code = [line for line in lines if line and not line.startswith(("#", '"""'))]

    assert len(code) <= most
    assert outside < modules
    assert modules - outside <= STANDARD


def test_the_kept_results_are_those_that_the_vectors_need():
    kept = json.loads((FOLDER / "kept.json").read_text(encoding="utf-8"))
    text = "".join(
        path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json") if path.stem != "kept"
    )

    assert all(len(name) == len(sha256().hexdigest()) for name in kept)
    assert all(value in text for value in kept.values())
