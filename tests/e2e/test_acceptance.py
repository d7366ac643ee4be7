"""The acceptance order (sync.md section 5): one input per step, wrong there and in all that follow.

What was signed is compared with its parts (step 9) before the place in the log is looked at (7 and
8): the Verifier does the one, the journal in its transaction the other.

Everything here is made by a member with own tools and real keys. What is refused changes nothing:
not the answers, not the journal, and nothing waits.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from tests.e2e.forging import Forger, take_in
from tests.e2e.laptops import PLACE, made_once, new_record, two_laptops

from nrm_desktop.app.sync_ports import KeyPlace
from nrm_desktop.app.wire.bundle import encode_bundle
from nrm_desktop.app.wire.commit import CommitDraft, Dep, SignedCommit, build_unsigned
from nrm_desktop.app.wire.hashes import genesis
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.app.wire.pack_file import PackedObject, write_pack_file
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.domain.ids import DeviceId, ScopeId
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.security.signing.commits import sign_header

STRANGER = SignerKeys(bytes(32))
OTHER_CASE = ScopeId(b"elsewhere" + bytes(7))


@dataclass
class Made:
    """What goes into a file, from the inside out; each step may spoil its own part."""

    forger: Forger
    draft: CommitDraft
    signer: SignerKeys
    spoil_commit: Callable[[SignedCommit], SignedCommit] = lambda commit: commit
    spoil_body: Callable[[bytes], bytes] = lambda body: body
    spoil_object: Callable[[bytes], bytes] = lambda sealed: sealed
    spoil_file: Callable[[bytes], bytes] = lambda data: data

    def lay_down(self, folder):
        unsigned = build_unsigned(self.draft, secrets.token_bytes)
        signature = sign_header(self.signer.key, unsigned.header_bytes)
        commit = self.spoil_commit(unsigned.with_signature(signature))
        body = self.spoil_body(encode_bundle([commit]))
        place = KeyPlace(self.forger.scope, Compartment.CORE)
        sealed = self.forger.work.run(
            lambda unit: unit.desk.keys().seal(ObjectType.BUNDLE, body, place)
        )
        made = write_pack_file([PackedObject(self.spoil_object(sealed), 3)])
        folder.mkdir(exist_ok=True)
        path = folder / f"{made.file_name}.nrmx"
        path.write_bytes(self.spoil_file(made.data))
        return path


def flip(data: bytes, at: int) -> bytes:
    place = at % len(data)
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def segments(made: Made) -> None:
    """Step 9: the words are others than those whose hash was signed."""

    def spoil(commit: SignedCommit) -> SignedCommit:
        return replace(commit, segments=tuple(flip(one, -1) for one in commit.segments))

    made.spoil_commit = spoil


def chain(made: Made) -> None:
    """Step 7: a jump, whose predecessor is there, at another number than it would have to be."""
    made.draft = replace(made.draft, seq=made.draft.seq + 1)


def signature(made: Made) -> None:
    """Step 6: somebody else signed."""
    made.signer = STRANGER


def grant(made: Made) -> None:
    """Step 5: a known person, in the name of a device that is not that person's."""
    made.draft = replace(made.draft, log=replace(made.draft.log, device=made_once()[2].device.id))


def place(made: Made) -> None:
    """Step 4: the header names another case than the key that opened the object."""
    made.draft = replace(made.draft, log=replace(made.draft.log, scope=OTHER_CASE))


def shape(made: Made) -> None:
    """Step 3: bytes behind the end."""
    made.spoil_body = lambda body: body + b"\x00"


def sealing(made: Made) -> None:
    """Step 2: the last byte of the sealed text is another one."""
    made.spoil_object = lambda sealed: flip(sealed, -1)


def name(made: Made) -> None:
    """Step 2: the object in the file is not the one that the index names."""
    made.spoil_file = lambda data: flip(data, -1)


def container(made: Made) -> None:
    """Step 1: the version of the pack file is a later one."""
    made.spoil_file = lambda data: data[:4] + bytes([FORMAT + 1]) + data[5:]


STEPS = (
    (chain, "integrity.chain"),
    (segments, "integrity.hash"),
    (signature, "integrity.signature"),
    (grant, "integrity.grant"),
    (place, "integrity.place"),
    (shape, "integrity.format"),
    (sealing, "integrity.hash"),
    (name, "integrity.hash"),
    (container, "integrity.format"),
)
"""From the last step to the first, with the code that each answers with."""


@pytest.fixture
def shared(tmp_path):
    ana, boris = two_laptops(tmp_path)
    stick, record = tmp_path / "stick", new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    ana.sync(stick)
    boris.sync(stick)
    yield ana, boris, case, record
    ana.close()
    boris.close()


def made_for(shared) -> Made:
    ana, _, case, record = shared
    forger = Forger(ana, case)
    own = ana.vault.session.safe.signer
    return Made(forger, forger.next_draft(record, PLACE, "airport"), own)


def state_of(laptop) -> tuple:
    def ask(unit):
        heads = tuple(sorted((one.log, one.seq, one.commit) for one in unit.journal.heads()))
        return heads, unit.journal.pending(), unit.journal.held()

    return laptop.digest, Forger(laptop, OTHER_CASE).work.run(ask)


@pytest.mark.threat("T19")
@pytest.mark.parametrize("number", range(len(STEPS)), ids=lambda n: STEPS[n][0].__name__)
@pytest.mark.parametrize("is_alone", [True, False], ids=["alone", "with-all-later"])
def test_acceptance_refuses_at_each_step(shared, tmp_path, number, is_alone):
    """The first failure ends it, whatever else is wrong behind it."""
    boris, before = shared[1], state_of(shared[1])
    made, (spoil, code) = made_for(shared), STEPS[number]
    if not is_alone:
        for other, _ in STEPS[:number]:
            other(made)
    spoil(made)

    found = take_in(boris, made.lay_down(tmp_path / "in"))

    assert (found.kind, found.code, found.taken) == ("damaged", code, False)
    assert state_of(boris) == before


def test_the_same_input_without_a_fault_is_taken_in(shared, tmp_path):
    boris, case, record = shared[1:]

    found = take_in(boris, made_for(shared).lay_down(tmp_path / "in"))

    assert found.taken
    assert boris.values(case, record, PLACE) == ["airport", "port"]


def unknown_signer(made: Made) -> None:
    made.signer, made.draft = STRANGER, replace(made.draft, signer=STRANGER.id)


def gap(made: Made) -> None:
    made.draft = replace(made.draft, seq=made.draft.seq + 1, prev=bytes(32))


def lacking_dep(made: Made) -> None:
    dep = Dep(DeviceId(b"other device" + bytes(4)), 1, b"other commit" + bytes(4))
    made.draft = replace(made.draft, deps=(dep,))


@pytest.mark.parametrize("lack", [unknown_signer, gap, lacking_dep], ids=lambda one: one.__name__)
def test_what_rests_on_something_unknown_waits_and_changes_nothing(shared, tmp_path, lack):
    """Steps 5, 7 and 8: it is no lie, and no head either."""
    boris, (digest, (heads, *_)) = shared[1], state_of(shared[1])
    made = made_for(shared)
    lack(made)

    found = take_in(boris, made.lay_down(tmp_path / "in"))

    assert found.code == ""
    assert (boris.digest, state_of(boris)[1][0]) == (digest, heads)


@pytest.mark.threat("T19")
@pytest.mark.parametrize("number", CASE_COMPARTMENTS)
def test_writes_without_grant_never_current(shared, tmp_path, number):
    """The shelter writes with its real keys: only what its role may write stands, now and later."""
    ana, boris, case, record = shared
    cleo, forger = made_once()[2], Forger(ana, case, number)
    draft = forger.next_draft(record, PLACE, "airport")
    log = replace(draft.log, compartment=number, device=cleo.device.id)
    place_grant = boris.vault.session.roster.grant_of(user_of(boris, cleo), case)
    first = genesis(case, number, cleo.device.id, place_grant)
    draft = replace(draft, log=log, signer=cleo.signer.id, seq=1, prev=first)

    found = take_in(boris, forger.pack(draft, tmp_path / "in", cleo.signer))
    ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")

    may = boris.vault.session.context.forms.roles.may_write(("shelter",), number)
    assert found.taken == may
    assert found.code == ("" if may else "integrity.grant")
    assert ("airport" in boris.values(case, record, PLACE)) == may


def user_of(laptop, safe):
    signers = laptop.vault.session.roster.powers.organisation
    return signers.certified_signer(safe.signer.id).user
