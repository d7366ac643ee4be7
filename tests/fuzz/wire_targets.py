"""Fuzz targets: the structures of the wire, as they are once a seal was opened.

Source: storage-security.md section 22 (F11).
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from tests.fuzz.target import Target
from tools.vector_sets import statements as s
from tools.vector_sets import world as w

from nrm_desktop.app.wire import (
    attachment,
    box,
    bundle,
    cbor,
    checkpoint,
    commit,
    form_pack,
    invitation,
    joining,
    keybox,
    operations,
    recovery,
    referral,
    release_seal,
    statement,
    tagged,
    trust,
    withdrawal,
)
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered
from nrm_desktop.security.roster.acts import read_act

SAMPLES = {each.name: each.data for each in s.samples()}
INVITED = invitation.InvitationFile(bytes(16), bytes(16), invitation.Slowness(), bytes(600))
SEAL = release_seal.ReleaseSeal(bytes(32), w.NOW_MS, referral.Proof((b"root",), (b"act",)))
BOX = box.BoxContent("quick", w.NOW_MS, ((FieldId("quick.name"), answered("x")),))


def wire_targets() -> list[Target]:
    """Give them all."""
    return [*_commits(), *_statements(), *_pairs(), *_small()]


def signed_as(payload: bytes) -> statement.SignedStatement:
    """A statement with a signature of the right shape; nobody checks it while it is read."""
    return statement.decode_statement(cbor.encode((payload, ((w.ADA_ID, bytes(64), None),))))


def _commits() -> list[Target]:
    signed = w.signed(w.draft(w.varied()))
    found = commit.decode_commit(signed.encode())
    units = (ref.unit for ref in found.header.segments)
    segments = dict(zip(units, signed.segments, strict=True))
    return [
        Target(
            "commit",
            _read_commit,
            (signed.encode(),),
            ("commit.decode_commit",),
            lambda one: one.signed.encode(),
        ),
        Target(
            "commit header",
            commit.decode_header,
            (signed.header_bytes,),
            ("commit.decode_header",),
            commit.encode_header,
        ),
        Target(
            "operations",
            lambda data: operations.read_ops(data, segments, 1),
            (signed.skeleton_bytes,),
            ("operations.read_ops", "operations.read_op_id"),
        ),
        Target(
            "newer operations",
            operations.read_unknown_ops,
            (signed.skeleton_bytes,),
            ("operations.read_unknown_ops",),
        ),
        Target(
            "bundle",
            bundle.decode_bundle,
            (bundle.encode_bundle([signed]),),
            ("bundle.decode_bundle",),
            lambda commits: bundle.encode_bundle([each.signed for each in commits]),
        ),
    ]


def _read_commit(data: bytes) -> commit.ReceivedCommit:
    """Also where hashes do not fit, what stands behind them is read."""
    found = commit.decode_commit(data)
    commit.ops_of(found)
    commit.check_parts(found)
    return found


def _statements() -> list[Target]:
    acts = tuple(data for name, data in SAMPLES.items() if name.startswith("act "))
    card = tagged.encode_tagged(tagged.FileTag.CARD, signed_as(SAMPLES["card"]))
    return [
        Target(
            "act",
            trust.decode_act,
            acts,
            (
                "trust.decode_act",
                "trust.read_compartment",
                "act_invite.read_invite",
                "act_names.read_adoption",
                "act_names.read_merge",
                "act_team.read_team",
            ),
        ),
        Target(
            "act of ours", lambda data: read_act(data, w.ORGANISATION), acts, ("acts.read_act",)
        ),
        Target(
            "statement",
            statement.decode_statement,
            (signed_as(acts[0]).encode(),),
            ("statement.decode_statement",),
            lambda one: one.encode(),
        ),
        Target(
            "travelling form pack",
            form_pack.decode_form_pack,
            (SAMPLES["form pack"],),
            ("form_pack.decode_form_pack",),
            form_pack.encode_form_pack,
        ),
        Target(
            "signature of a table",
            release_seal.decode_release_seal,
            (release_seal.encode_release_seal(SEAL),),
            ("release_seal.decode_release_seal", "referral.read_proof"),
            release_seal.encode_release_seal,
        ),
        Target(
            "tagged file",
            lambda data: tagged.decode_tagged(data, tagged.FileTag.CARD),
            (card,),
            ("tagged.decode_tagged",),
            lambda one: tagged.encode_tagged(tagged.FileTag.CARD, one),
        ),
    ]


def _pairs() -> list[Target]:
    """Structures with a reader and a writer of one name."""
    office = recovery.OfficeKey(w.ORGANISATION, "Office", s.KEM)
    asked = recovery.RecoveryRequest(bytes(16), 1, bytes(8), bytes(1168), bytes(8), s.KEM)
    answer = recovery.RecoveryAnswer(bytes(20), bytes(16), 1, bytes(1168))
    boxed = keybox.BoxedFile(8, bytes(16), (s.SLOT,), bytes(600))
    found = [
        (trust, "root", SAMPLES["root"]),
        (checkpoint, "checkpoint", SAMPLES["checkpoint"]),
        (checkpoint, "manifest_part", SAMPLES["manifest"]),
        (keybox, "keybox", SAMPLES["keybox"]),
        (keybox, "member_list", SAMPLES["members"]),
        (keybox, "slot", keybox.encode_slot(keybox.FileSlot(bytes(32)))),
        (keybox, "boxed_file", keybox.encode_boxed_file(boxed)),
        (keybox, "lock_screen_box", SAMPLES["box"]),
        (joining, "request", SAMPLES["request"]),
        (joining, "welcome", SAMPLES["welcome"]),
        (joining, "card", SAMPLES["card"]),
        (invitation, "invitation_file", invitation.encode_invitation_file(INVITED)),
        (invitation, "invitation_body", SAMPLES["invitation"]),
        (invitation, "claim", SAMPLES["claim"]),
        (referral, "referral", SAMPLES["referral"]),
        (referral, "receipt", SAMPLES["receipt"]),
        (withdrawal, "withdrawal", SAMPLES["withdrawal"]),
        (recovery, "office_key", recovery.encode_office_key(office)),
        (recovery, "recovery_request", recovery.encode_recovery_request(asked)),
        (recovery, "recovery_answer", recovery.encode_recovery_answer(answer)),
        (box, "box", box.encode_box(BOX)),
    ]
    return [_pair(*each) for each in found]


def _pair(module: ModuleType, name: str, seed: bytes) -> Target:
    read: Callable = getattr(module, f"decode_{name}")
    place = module.__name__.rpartition(".")[2]
    again: Callable = getattr(module, f"encode_{name}")
    return Target(name.replace("_", " "), read, (seed,), (f"{place}.decode_{name}",), again)


def _small() -> list[Target]:
    manifest = attachment.Manifest("image/png", 70_000, bytes(32), 262_144, (bytes(20),), bytes(32))
    values = (
        operations.answer_item(answered("x")),
        (operations.answer_item(answered(("a", 1)))[0], 1, "x", "2026", 1),
    )
    keys = cbor.encode(((1, bytes(32)), (2, bytes(32))))
    return [
        Target("cbor", cbor.decode, (*SAMPLES.values(),), ("cbor.decode",), cbor.encode),
        Target(
            "answer",
            lambda data: operations.read_answer(cbor.decode(data)),
            tuple(cbor.encode(each) for each in values),
            ("operations.read_answer",),
            lambda value: cbor.encode(operations.answer_item(value)),
        ),
        Target(
            "attachment",
            lambda data: attachment.read_manifest(cbor.decode(data)),
            (cbor.encode(attachment.manifest_value(manifest)),),
            ("attachment.read_manifest",),
            lambda value: cbor.encode(attachment.manifest_value(value)),
        ),
        Target(
            "numbered keys",
            lambda data: keybox.read_numbered_keys(cbor.decode(data), "keys"),
            (keys,),
            ("keybox.read_numbered_keys",),
            cbor.encode,
        ),
        Target(
            "statement inside",
            lambda data: joining.read_statement_bytes(cbor.decode(data), "statement"),
            (cbor.encode(signed_as(b"x").encode()),),
            ("joining.read_statement_bytes",),
        ),
    ]
