"""The verifier that knows nothing of the program checks a table that left (ST11)."""

import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.released import TABLE, parts
from tests.e2e.signed_packs import three_copies
from tools import nrm_verify, nrm_verify_release

from nrm_desktop.app.releasing import ReleaseAsked
from nrm_desktop.app.wire.joining import root_fingerprint
from nrm_desktop.app.wire.release_seal import decode_release_seal, encode_release_seal
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged, encode_tagged
from nrm_desktop.bootstrap.releasing import give_out
from nrm_desktop.security.labels import SignLabel

pytestmark = [pytest.mark.rule("R24"), pytest.mark.threat("T19")]
TOOL = Path(nrm_verify.__file__)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A table that Boris, whom Ana has certified, gave out; and the laptops of all three."""
    room = tmp_path_factory.mktemp("verified")
    with three_copies(room) as (ana, boris, cleo):
        year = boris.vault.context.today()[:4]
        asked = ReleaseAsked((TABLE,), year, year)
        (given,) = give_out(boris.vault.session, parts(boris), asked, room)
        yield Path(given.table), (ana, boris, cleo)


def said(table: Path) -> tuple[int, list[str]]:
    lines: list[str] = []
    return nrm_verify_release.main(table, lines.append), lines


def with_signature(made: Path, folder: Path, signature: bytes) -> Path:
    table = folder / made.name
    table.write_bytes(made.read_bytes())
    table.with_name(table.name + ".nrmsig").write_bytes(signature)
    return table


def signature_of(table: Path) -> bytes:
    return table.with_name(table.name + ".nrmsig").read_bytes()


def test_a_good_table_is_well_and_says_whose_it_is(made):
    table, (ana, *_) = made

    code, lines = said(table)

    assert code == 0
    print_of_root = root_fingerprint(ana.vault.session.roster.root.first).hex()
    assert lines[:3] == [
        "organisation: Help",
        f"fingerprint of its root: {print_of_root}",
        "signed by: P-02 (case_manager, coordinator)",
    ]
    assert f"table: {TABLE}" in lines
    assert lines[-1] == "all is well"


def test_whoever_the_root_itself_names_needs_no_other_proof(made, tmp_path):
    """The founder gives out a table: the proof is the root alone."""
    _, (ana, *_) = made
    year = ana.vault.context.today()[:4]
    asked = ReleaseAsked(("barriers",), year, year)
    (given,) = give_out(ana.vault.session, parts(ana), asked, tmp_path)

    code, lines = said(Path(given.table))

    assert code == 0
    assert lines[2] == "signed by: whoever certifies its people"


def test_it_runs_alone_for_either_of_the_two_files_and_without_any_key(made):
    table, _ = made
    for tool, name in (
        (TOOL, table.with_name(table.name + ".nrmsig")),
        (TOOL.with_name("nrm_verify_release.py"), table),
    ):
        done = subprocess.run(
            (sys.executable, "-I", str(tool), str(name)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("all is well\n")
    assert runpy.run_path(str(TOOL.with_name("nrm_verify_release.py")))["SUFFIX"] == ".nrmsig"


@pytest.mark.parametrize("cut", [slice(None, -1), slice(1, None)])
def test_a_file_that_is_not_byte_by_byte_the_one_is_not_good(made, tmp_path, cut):
    table, _ = made
    other = with_signature(table, tmp_path, signature_of(table))
    other.write_bytes(table.read_bytes()[cut])

    assert said(other) == (5, ["NOT GOOD: the file is not the one that was signed"])


def test_any_changed_byte_of_the_signature_is_not_good(made, tmp_path):
    table, _ = made
    good = signature_of(table)
    for at in range(0, len(good), max(1, len(good) // 60)):
        bad = bytearray(good)
        bad[at] ^= 1
        code, lines = said(with_signature(table, tmp_path, bytes(bad)))
        assert (code, lines[-1].startswith("NOT GOOD: ")) == (5, True), at


def forged(made, tmp_path, change, by=None, label=SignLabel.RELEASE):
    """Signed anew by Boris, or by somebody else, after a change of what is signed."""
    table, laptops = made
    signer = laptops[1 if by is None else by].vault.session.safe.signer
    seal = decode_release_seal(decode_tagged(signature_of(table), FileTag.RELEASE).payload)
    statement = signer.sign(label, encode_release_seal(change(seal)))
    signature = encode_tagged(FileTag.RELEASE, statement)
    return said(with_signature(table, tmp_path, signature))


def test_nobody_signs_in_the_place_of_another_person(made, tmp_path):
    code, lines = forged(made, tmp_path, lambda seal: seal, by=2)

    assert (code, lines) == (5, ["NOT GOOD: nothing certifies whoever signed"])


def test_a_proof_without_its_beginning_or_its_acts_is_not_good(made, tmp_path):
    def without(**parts):
        return lambda seal: replace(seal, proof=replace(seal.proof, **parts))

    assert forged(made, tmp_path, lambda seal: seal)[0] == 0, "the forging itself is sound"
    assert forged(made, tmp_path, without(roots=()))[0] == 5
    assert forged(made, tmp_path, without(acts=()))[0] == 5
    code, lines = forged(made, tmp_path, lambda seal: replace(seal, sha256=bytes(32)))
    assert (code, lines) == (5, ["NOT GOOD: the file is not the one that was signed"])


def test_what_was_signed_as_something_else_is_no_table(made, tmp_path):
    code, lines = forged(made, tmp_path, lambda seal: seal, label=SignLabel.REFERRAL)

    assert (code, lines) == (5, ["NOT GOOD: stat: signature"])


def test_a_table_without_a_signature_beside_it_is_not_good(made, tmp_path):
    table, _ = made
    (tmp_path / table.name).write_bytes(table.read_bytes())

    code, lines = said(tmp_path / table.name)

    assert (code, lines) == (5, ["NOT GOOD: No such file or directory"])
