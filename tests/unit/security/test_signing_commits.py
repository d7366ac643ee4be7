"""Verifying commits (sync.md 5): the steps in order, and no other way to a verified commit."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from tools.vector_sets import crafted
from tools.vector_sets import world as w

from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.commit import parse_signed, without_units
from nrm_desktop.app.wire.hashes import HashLabel, labelled_hash
from nrm_desktop.app.wire.operations import write_ops
from nrm_desktop.domain.errors import HostileInput, ProgramFault
from nrm_desktop.domain.ops import UnknownOp
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.security.signing import commits
from nrm_desktop.security.signing.commits import (
    CommitTrust,
    Coverage,
    Place,
    VerifiedCommit,
    WaitingCommit,
    verify_commit,
)

HERE = Place(w.CASE, Compartment.CORE)
KEYS = {w.ADA_ID: w.ADA.public, w.BEN_ID: w.BEN.public}


def trust(coverage=Coverage.COVERED, keys=KEYS):
    return CommitTrust(keys.get, lambda header: coverage)


def good(ops=None):
    return w.received(w.draft(ops or w.varied()))


def refusal(received, place=HERE, given=None):
    with pytest.raises(HostileInput) as caught:
        verify_commit(received, place, given or trust())
    return caught.value.params["step"]


def changed(received, **parts):
    return parse_signed(replace(received.signed, **parts))


def resigned(received, **parts):
    return parse_signed(crafted.resigned(received, **parts))


def test_a_commit_in_its_place_by_its_signer_is_verified():
    commit = good()

    verified = verify_commit(commit, HERE, trust())

    assert isinstance(verified, VerifiedCommit)
    assert (verified.id, verified.ops, verified.missing) == (commit.id, w.varied(), ())
    assert verified.header_bytes == commit.signed.header_bytes
    assert verified.signature == commit.signed.signature
    assert verified.skeleton_bytes == commit.signed.skeleton_bytes
    assert verified.segments == commit.signed.segments


def test_an_erased_unit_is_named_and_the_rest_is_verified():
    erased = parse_signed(without_units(good(), {1}))

    assert verify_commit(erased, HERE, trust()).missing == (1,)


@pytest.mark.threat("T19")
@pytest.mark.parametrize(
    "place", [Place(w.OTHER_CASE, Compartment.CORE), Place(w.CASE, Compartment.HEALTH)]
)
def test_a_commit_that_another_key_opened_is_refused_by_its_place(place):
    assert refusal(good(), place) == "place"


@pytest.mark.threat("T19")
def test_a_member_who_seals_under_another_case_is_refused_by_the_place():
    assert refusal(resigned(good(), scope=w.OTHER_CASE)) == "place"
    assert refusal(resigned(good(), comp=int(Compartment.HEALTH))) == "place"


@pytest.mark.threat("T19")
def test_a_writer_without_grant_is_refused():
    assert refusal(good(), given=trust(Coverage.REFUSED)) == "grant"


@pytest.mark.threat("T19")
def test_user_a_cannot_sign_as_user_b():
    as_ben = replace(w.draft(w.varied()), signer=w.BEN_ID)

    assert refusal(w.received(as_ben, w.ADA)) == "signature"


def test_an_unknown_signer_waits_and_nothing_of_the_commit_counts():
    waiting = verify_commit(good(), HERE, trust(keys={}))

    assert isinstance(waiting, WaitingCommit)
    assert waiting.waits_for == "signer"


def test_a_grant_that_has_not_come_waits_but_a_wrong_signature_does_not():
    unknown = trust(Coverage.UNKNOWN)

    assert verify_commit(good(), HERE, unknown).waits_for == "grant"
    assert refusal(changed(good(), signature=bytes(64)), given=unknown) == "signature"


def is_refused_or_waits(commit, header):
    """A changed signer id names somebody unknown, so such a commit waits for ever."""
    try:
        result = verify_commit(changed(commit, header_bytes=header), HERE, trust())
    except HostileInput:
        return True
    return isinstance(result, WaitingCommit)


@pytest.mark.threat("T12")
def test_every_flipped_bit_of_a_signed_header_is_refused():
    commit = good(w.interview()[:1])
    header = commit.signed.header_bytes
    for place in range(len(header) * 8):
        flipped = bytearray(header)
        flipped[place // 8] ^= 1 << place % 8
        assert is_refused_or_waits(commit, bytes(flipped))


@pytest.mark.threat("T12")
def test_every_flipped_bit_of_skeleton_and_segments_is_refused():
    commit = good(w.interview()[:2])
    whole = {"skeleton_bytes": commit.signed.skeleton_bytes, "segments": commit.signed.segments[0]}
    for part, data in whole.items():
        for place in range(len(data) * 8):
            flipped = bytearray(data)
            flipped[place // 8] ^= 1 << place % 8
            value = (bytes(flipped),) if part == "segments" else bytes(flipped)
            assert refusal(changed(commit, **{part: value})) == "segments"


def test_operations_are_read_only_after_the_signature():
    garbage = changed(good(), skeleton_bytes=b"\xff", signature=bytes(64))

    assert refusal(garbage) == "signature"


def test_a_member_who_signs_a_malformed_skeleton_is_refused():
    commit = good(w.interview()[:1])
    skeleton = cbor.encode([[0, b"no record", "a.b", [], 0, 0]])
    signed = resigned(commit, skel=labelled_hash(HashLabel.SKELETON, skeleton))

    assert refusal(changed(signed, skeleton_bytes=skeleton)) == "cbor"


def test_a_commit_of_a_newer_program_is_verified_and_its_operations_are_kept_unknown():
    newer = resigned(good(), min_reader=1)

    verified = verify_commit(newer, HERE, trust())

    assert len(verified.ops) == len(w.varied())
    assert all(isinstance(op, UnknownOp) for op in verified.ops)


@pytest.mark.threat("T19")
def test_nothing_but_verification_makes_a_verified_commit():
    for proof in (None, object(), "proof"):
        with pytest.raises(ProgramFault):
            VerifiedCommit(proof, good(), ())


def test_no_other_module_names_the_proof_or_calls_the_constructor():
    source = Path(commits.__file__).parents[2]
    for path in source.rglob("*.py"):
        if path.name == "commits.py" and path.parent.name == "signing":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert "_PROOF" not in names | imported, path
        calls = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "VerifiedCommit" not in calls, path


def test_the_same_operations_have_the_same_skeleton_whoever_writes_them():
    assert write_ops(w.varied(), w.stream("a"))[0] == write_ops(w.varied(), w.stream("b"))[0]
