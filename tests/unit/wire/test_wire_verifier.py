"""The verifier against the program on whole stores (sync.md 26): good, damaged, forked, erased."""

import json
import random
from collections import defaultdict
from dataclasses import replace

import pytest
from tools import nrm_verify as v
from tools.vector_sets import statements as s
from tools.vector_sets import world as w

from nrm_desktop.app.wire.bundle import decode_bundle, encode_bundle
from nrm_desktop.app.wire.checkpoint import HeadRow, encode_checkpoint
from nrm_desktop.app.wire.commit import ChainStep, chain_step, parse_signed, without_units
from nrm_desktop.app.wire.hashes import read_file_name
from nrm_desktop.app.wire.pack_file import (
    PackedObject,
    range_reader,
    read_index,
    read_object,
    write_pack_file,
)
from nrm_desktop.app.wire.sealed_object import ObjectType, read_object_header
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.values import answered
from nrm_desktop.security.labels import SignLabel
from nrm_desktop.security.sealing.container import KeyTable, open_object, seal_object
from nrm_desktop.security.sealing.derivation import log_blind
from nrm_desktop.security.signing.commits import (
    CommitTrust,
    Coverage,
    Place,
    VerifiedCommit,
    verify_commit,
)
from nrm_desktop.security.signing.cose import sign_statement

KEYS = {
    "keys": [[w.CORE_KEY.hex(), w.CASE.hex(), 1], [w.EXCHANGE_KEY.hex(), "", 0]],
    "signers": {w.ADA_ID.hex(): w.ADA.public.ed25519.hex()},
    "devices": {w.POST_ID.hex(): [w.POST.public.ed25519.hex(), w.POST.public.ml_dsa.hex()]},
    "beginnings": [w.GENESIS.hex()],
    "erased": [],
}
TRUST = CommitTrust(
    {w.ADA_ID: w.ADA.public}.get,
    lambda head: Coverage.COVERED,
)


def bundle(commits, key=w.CORE_KEY):
    body = encode_bundle([commit.signed for commit in commits])
    return PackedObject(seal_object(ObjectType.BUNDLE, body, key, w.BUCKET, w.stream("b")), 3)


def checkpoint(seq, commit):
    blind = log_blind(w.CORE_KEY, w.POST_ID)
    row = HeadRow(blind, seq, commit[:16])
    made = encode_checkpoint(replace(s.checkpoint(), rows=(row,), wants=()))
    body = sign_statement(SignLabel.CHECKPOINT, w.POST, w.POST_ID, made).encode()
    key, stream = w.EXCHANGE_KEY, w.stream("c")
    return PackedObject(seal_object(ObjectType.CHECKPOINT, body, key, w.BUCKET, stream), 3)


def store(folder, *objects):
    pack = write_pack_file(objects)
    (folder / f"{pack.file_name}.nrmx").write_bytes(pack.data)
    return pack


def verify(folder, keys=KEYS):
    (folder / "keys.json").write_text(json.dumps(keys))
    return v._main(folder, folder / "keys.json")


def test_a_good_store_is_well(tmp_path, capsys):
    commits = w.chain(3)
    store(tmp_path, bundle(commits), checkpoint(3, commits[-1].id))

    assert verify(tmp_path) == 0
    out = capsys.readouterr().out
    assert [commit.id.hex() in out for commit in commits] == [True] * 3
    assert "checkpoint 1 of device" in out
    assert "checkpoint names number 3" in out
    assert "all is well" in out


def test_one_object_alone_is_read(tmp_path):
    path = tmp_path / "one"
    path.write_bytes(bundle(w.chain(1)).data)
    (tmp_path / "keys.json").write_text(json.dumps(KEYS))

    assert v._main(path, tmp_path / "keys.json") == 0


def test_what_is_sealed_to_others_is_carried_and_no_fault(tmp_path, capsys):
    store(tmp_path, bundle(w.chain(1), w.HEALTH_KEY))

    assert verify(tmp_path) == 0
    assert "carried for others" in capsys.readouterr().out


def test_an_erased_unit_is_well_only_if_it_was_ordered(tmp_path):
    commit = w.received(w.draft(w.varied()))
    store(tmp_path, bundle([parse_signed(without_units(commit, {1}))]))

    assert verify(tmp_path) == 5
    assert verify(tmp_path, KEYS | {"erased": [[commit.id.hex(), 1]]}) == 0


@pytest.mark.threat("T18")
@pytest.mark.parametrize("fault", ["gap", "fork", "withheld", "unknown signer", "unknown device"])
def test_what_is_not_well_is_said(tmp_path, capsys, fault):
    commits = w.chain(3)
    other = w.received(w.draft(w.interview(), 2, commits[0].id))
    shown = {"gap": [commits[0], commits[2]], "fork": [*commits, other]}.get(fault, commits)
    head = w.named("a commit that nobody sees") if fault == "withheld" else commits[2].id
    store(tmp_path, bundle(shown), checkpoint(3, head))
    keys = KEYS | {"unknown signer": {"signers": {}}, "unknown device": {"devices": {}}}.get(
        fault, {}
    )

    assert verify(tmp_path, keys) == 5
    assert "NOT GOOD" in capsys.readouterr().out


def app_view(folder):
    """What the program would take from the folder, and whether it saw anything wrong."""
    table = KeyTable([(w.CORE_KEY, Place(w.CASE, 1))])
    taken, is_good = {}, True
    for path in sorted(folder.glob("*.nrmx")):
        data = path.read_bytes()
        read = range_reader(data)
        try:
            rows = read_index(read, len(data), read_file_name(path.stem)).rows
        except HostileInput:
            is_good = False
            continue
        for row in rows:
            try:
                found = read_object(read, row)
                header = read_object_header(found, len(found))
                held = table.find(header.bucket, header.key_id)
                body = open_object(found, held[0]).body if held else None
                commits = decode_bundle(body) if body else ()
                for commit in commits:
                    verified = verify_commit(commit, held[1], TRUST)
                    assert isinstance(verified, VerifiedCommit)
                    taken[verified.id] = verified.header
            except HostileInput:
                is_good = False
    return taken, is_good and all(step is ChainStep.OK for step in steps(taken))


def steps(taken):
    held = defaultdict(set, {0: {w.GENESIS}})
    for own, header in sorted(taken.items(), key=lambda one: (one[1].seq, one[1].prev, one[0])):
        yield chain_step(header, own, held.__getitem__)
        held[header.seq].add(own)


def generated(folder, chance):
    """A store of a few packs with commits left out, forked, or bytes changed."""
    commits = w.chain(chance.randint(2, 6))
    kept = [commit for commit in commits if chance.random() > 0.1]
    if chance.random() < 0.2:
        value = w.set_op("screening.note", answered(f"branch {chance.random()}"))
        kept.append(w.received(w.draft((value,), 2, commits[0].id)))
    for commit in kept:
        pack = store(folder, bundle([commit]), bundle([commit], w.HEALTH_KEY))
        if chance.random() < 0.1:
            path = folder / f"{pack.file_name}.nrmx"
            data = bytearray(pack.data)
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path.write_bytes(data)


@pytest.mark.promise("P25")
def test_verifier_and_program_agree_on_generated_stores(tmp_path, capsys):
    chance = random.Random(7)  # noqa: S311 - the same stores every time, not secrets
    results = set()
    for turn in range(500):
        folder = tmp_path / str(turn)
        folder.mkdir()
        generated(folder, chance)

        taken, is_good = app_view(folder)
        code = verify(folder)
        out = capsys.readouterr().out

        assert {line.split()[1] for line in out.splitlines() if "commit " in line[:16]} >= {
            commit.hex() for commit in taken
        }
        assert (code == 0) == is_good, out
        results.add(code)
    assert results == {0, 5}
