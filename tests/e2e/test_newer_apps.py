"""An older app between newer ones: what it does not understand it keeps, checks and passes on.

The newer app is a member with own tools (`forging`): operations of an unknown kind, commits that
ask for a newer reader, and fields that no form here has. The older one is ours, and goes on
writing into the same record.
"""

import secrets
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.vaults import CASE, CORE, RealVault, author, give, open_record, value, write
from tests.e2e.forging import Forger, take_in
from tests.e2e.laptops import PLACE, new_record, three_laptops
from tests.fakes.signer import verified

from nrm_desktop.app.sync_ports import KeyPlace
from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.bundle import encode_bundle
from nrm_desktop.app.wire.commit import (
    ReceivedCommit,
    SignedCommit,
    build_unsigned,
    decode_commit,
    encode_header,
    parse_signed,
)
from nrm_desktop.app.wire.hashes import HashLabel, labelled_hash
from nrm_desktop.app.wire.limits import READER_LEVEL
from nrm_desktop.app.wire.pack_file import PackedObject, write_pack_file
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.security.signing.commits import sign_header
from nrm_desktop.storage.projections import digests, rebuild
from nrm_desktop.storage.uow import transaction

NEWER_FIELD = FieldId("screening.of_a_later_version")
UNKNOWN_KINDS = st.integers(8, 1000)


def newer(commit: ReceivedCommit, key, *, kind: int, level: int) -> SignedCommit:
    """The same commit as a newer app would write it: with one more operation, of another kind."""
    old = cbor.decode(commit.signed.skeleton_bytes)
    skeleton = cbor.encode((*old, (kind, b"later" * 4, "what", (1, (2, "three")))))
    digest = labelled_hash(HashLabel.SKELETON, skeleton)
    header = encode_header(replace(commit.header, skeleton=digest, min_reader=level))
    return SignedCommit(header, sign_header(key, header), skeleton, commit.signed.segments)


class NewerApp:
    """Writes with the tools of a later version; `signed` is all that it ever wrote."""

    def __init__(self, path) -> None:
        self.vault, self.by = RealVault(path), author("P-02")
        self.signed: list[SignedCommit] = []

    def write(self, word: str, kind: int, *, is_newer: bool) -> ReceivedCommit:
        """Save a word in a field that only later forms have; give the commit as it travels.

        It goes on from its own last commit as its later version knows it.
        """
        write(self.vault, self.by, value(word, field=NEWER_FIELD))
        made = self.vault.commits()[-1]
        if self.signed:
            last = parse_signed(self.signed[-1])
            made = replace(made, header=replace(made.header, prev=last.id))
        level = READER_LEVEL + is_newer
        self.signed.append(newer(made, self.by.signer.key, kind=kind, level=level))
        return parse_signed(self.signed[-1])


@pytest.fixture
def rooms(tmp_path_factory):
    return lambda name: tmp_path_factory.mktemp("newer") / f"{name}.db"


@given(st.lists(st.tuples(st.booleans(), st.booleans(), UNKNOWN_KINDS), min_size=1, max_size=6))
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_old_and_new_app_alternate_fields_survive_byte_exact(rooms, turns):
    """Turn by turn the newer app writes and ours saves; a third one gets every byte of it."""
    app, ours, third = NewerApp(rooms("newer")), RealVault(rooms("ours")), RealVault(rooms("third"))
    me = author("P-01")
    signers = (me.signer, app.by.signer)
    try:
        write(ours, me, open_record())
        for number, (is_newer, writes_back, kind) in enumerate(turns):
            commit = app.write(f"later {number}", kind, is_newer=is_newer)
            assert give(ours, me, commit, *signers).outcome == "applied"
            if writes_back:
                write(ours, me, value(f"ours {number}"))
        for commit in ours.commits():
            give(third, author("P-03"), decode_commit(commit.signed.encode()), *signers)

        for vault in (ours, third):
            kept = {one.id: one.signed.encode() for one in vault.commits()}
            for signed in app.signed:
                assert kept[parse_signed(signed).id] == signed.encode()
        understood = [n for n, (is_newer, *_) in enumerate(turns) if not is_newer]
        held = ours.run(me, lambda unit: unit.standing(open_record().record, NEWER_FIELD, CASE))
        assert {one.answer.value for one in held} == {f"later {number}" for number in understood}
        assert digests(ours.connection) == digests(third.connection)
        before = digests(ours.connection)
        with transaction(ours.connection):
            rebuild(ours.connection)
        assert digests(ours.connection) == before
    finally:
        for vault in (app.vault, ours, third):
            vault.close()


def test_what_asks_for_a_newer_reader_is_checked_like_everything_else(rooms):
    app, ours = NewerApp(rooms("newer")), RealVault(rooms("ours"))
    signed = app.write("later", 99, is_newer=True).signed
    (segment,) = signed.segments
    for wrong in (
        replace(signed, signature=bytes(64)),
        replace(signed, skeleton_bytes=signed.skeleton_bytes + b"\x80"),
        replace(signed, segments=(segment + b"\x00",)),
    ):
        with pytest.raises(HostileInput):
            verified(parse_signed(wrong), app.by.signer)
    assert ours.commits() == []
    for vault in (app.vault, ours):
        vault.close()


def test_a_store_gets_the_commits_of_a_newer_app_from_an_older_one_bit_for_bit(tmp_path):
    """Boris takes in by hand what Ana's newer app wrote; a stick of his brings it to Cleo."""
    ana, boris, cleo = three_laptops(tmp_path)
    record = new_record()
    with ana, boris, cleo:
        case = ana.open_case()
        ana.save(case, record, PLACE, "port")
        ana.sync(tmp_path / "one")
        boris.sync(tmp_path / "one")
        forger = Forger(ana, case)
        signed, path = pack_newer(forger, record, tmp_path / "in")

        found = take_in(boris, path)
        boris.save(case, record, PLACE, "airport")
        boris.sync(tmp_path / "two")
        report = cleo.sync(tmp_path / "two")

        assert found.taken
        assert report.newer_version_needed == 1
        assert cleo.values(case, record, PLACE) == ["airport"]
        for laptop in (boris, cleo):
            newest = Forger(laptop, case).work.run(
                lambda unit: list(unit.journal.commits_of(forger.log, 0))
            )[-1]
            assert newest.encode() == signed.encode()


def pack_newer(forger: Forger, record, folder):
    draft = forger.next_draft(record, NEWER_FIELD, "later")
    keys = forger.laptop.vault.session.safe.signer.key
    plain = build(draft, keys)
    signed = newer(plain, keys, kind=42, level=READER_LEVEL + 1)
    place = KeyPlace(forger.scope, CORE)
    body = encode_bundle([signed])
    sealed = forger.work.run(lambda unit: unit.desk.keys().seal(ObjectType.BUNDLE, body, place))
    made = write_pack_file([PackedObject(sealed, 3)])
    folder.mkdir()
    path = folder / f"{made.file_name}.nrmx"
    path.write_bytes(made.data)
    return signed, path


def build(draft, key) -> ReceivedCommit:
    unsigned = build_unsigned(draft, secrets.token_bytes)
    return parse_signed(unsigned.with_signature(sign_header(key, unsigned.header_bytes)))
