"""Packs that travel: signed by a coordinator, verified before use, kept and verified again.

Threats: T9, T12, T14, T19, T22.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.e2e.laptops import new_record
from tests.e2e.signed_packs import (
    PACKS,
    ROUTE,
    again,
    base,
    bulgaria,
    row_of,
    sealed,
    three_laptops,
    with_version,
)

from nrm_desktop.app.packs_in_use import NOT_USED, PackState
from nrm_desktop.app.wire.form_pack import TravellingPack
from nrm_desktop.bootstrap.arriving import look_at_arrivals
from nrm_desktop.bootstrap.country_packs import choose_countries, countries_of
from nrm_desktop.bootstrap.headless import lens_of
from nrm_desktop.bootstrap.revoking import revoke_device
from nrm_desktop.bootstrap.travelling_packs import seal_pack, take_pack
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import HostileInput, NrmError, Refused, Usage
from nrm_desktop.domain.forms.problems import PackRefused
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.identity.form_packs import sign_form_pack
from nrm_desktop.security.keys import SignerKeys
from nrm_desktop.storage.taken_packs import kept_packs

pytestmark = [pytest.mark.threat("T12"), pytest.mark.threat("T19")]


@pytest.fixture
def three(tmp_path):
    laptops = three_laptops(tmp_path / "laptops")
    yield laptops
    for laptop in laptops:
        laptop.vault.close()


@pytest.fixture
def file(three, tmp_path) -> Path:
    """A newer pack for Bulgaria, signed by Ana."""
    return sealed(three[0], bulgaria(tmp_path / "bg"))


def take(laptop, path):
    return take_pack(laptop.vault.session, str(path))


def refused(laptop, path, kind=HostileInput) -> str:
    """Nothing is kept, nothing changes, and the code says why."""
    session = laptop.vault.session
    before = (kept(laptop), countries_of(session.safe.shell.folder))
    with pytest.raises(kind) as caught:
        take(laptop, path)
    assert (kept(laptop), countries_of(session.safe.shell.folder)) == before
    return caught.value.code


def kept(laptop):
    return laptop.vault.session.safe.database.read(kept_packs).result()


def fields(laptop) -> set[str]:
    return {one.id for one in laptop.vault.forms.fields()}


def signed(laptop, path: Path, signer: SignerKeys | None = None, **changed) -> Path:
    """A file with whatever somebody may have signed with tools of their own."""
    session = laptop.vault.session
    parts = {
        "organisation": session.organisation,
        "pack": "bg",
        "version": "0.2.0",
        "made_ms": 1,
        "files": (),
        **changed,
    }
    path.write_bytes(sign_form_pack(signer or session.safe.signer, TravellingPack(**parts)))
    return path


def files_of(folder: Path) -> tuple[tuple[str, str], ...]:
    paths = sorted(path for path in folder.rglob("*.toml"))
    return tuple((path.relative_to(folder).as_posix(), path.read_text("utf-8")) for path in paths)


# ---- the way it is meant --------------------------------------------------------------------


def test_a_pack_that_was_taken_in_is_used_from_the_next_unlocking_on(three, file):
    _, boris, _ = three
    assert take(boris, file).is_new
    assert ROUTE not in fields(boris), "forms do not change under somebody who works"

    again(boris)

    assert ROUTE in fields(boris)
    session = boris.vault.session
    row = row_of(session, "bg")
    assert (row.version, row.state) == ("0.2.0", PackState.IN_USE)
    assert lens_of(session).user_of(row.signer) == "P-01"
    assert row.made_ms <= row.taken_ms
    assert boris.vault.findings == three[0].vault.findings
    assert [one.id for one in session.context.forms.packs] == ["base", "bg"]


def test_the_laptop_that_has_signed_a_pack_takes_it_like_every_other(three, file):
    ana = three[0]
    again(ana)
    assert ROUTE not in fields(ana)

    take(ana, file)
    again(ana)

    assert ROUTE in fields(ana)


def test_the_same_pack_again_has_no_effect(three, file):
    _, boris, _ = three
    take(boris, file)
    again(boris)
    before = kept(boris)

    assert not take(boris, file).is_new
    assert kept(boris) == before


def test_a_newer_base_stands_in_the_place_of_the_one_of_the_program(three, tmp_path):
    ana, boris, _ = three
    take(boris, sealed(ana, base(tmp_path / "base")))
    again(boris)

    assert "screening.way_home" in fields(boris)
    assert [(row.pack, row.version) for row in boris.vault.session.packs.rows] == [
        ("base", "0.2.0")
    ]


def test_a_newer_base_and_a_newer_country_are_used_together(three, tmp_path):
    ana, boris, _ = three
    take(boris, sealed(ana, base(tmp_path / "base"), "one"))
    again(boris)
    take(boris, sealed(ana, bulgaria(tmp_path / "bg"), "two"))
    again(boris)

    assert {"screening.way_home", ROUTE} <= fields(boris)


def test_a_newer_version_takes_the_place_of_an_older_one(three, file, tmp_path):
    ana, boris, _ = three
    take(boris, file)
    again(boris)
    take(boris, sealed(ana, bulgaria(tmp_path / "next", "0.10"), "next"))
    again(boris)

    assert row_of(boris.vault.session, "bg").version == "0.10"
    assert len(kept(boris)) == 1


def test_a_country_that_is_no_more_chosen_is_kept_and_not_used(three, file):
    _, boris, _ = three
    take(boris, file)
    choose_countries(boris.vault.session.safe.shell.folder, ())
    again(boris)

    assert ROUTE not in fields(boris)
    assert row_of(boris.vault.session, "bg").state is PackState.NOT_CHOSEN
    assert NOT_USED not in boris.vault.findings
    assert not take(boris, file).is_new
    again(boris)
    assert ROUTE in fields(boris)


def test_what_was_done_stands_in_the_audit_chain_and_the_door_names_the_file(three, file):
    ana, boris, _ = three
    take(boris, file)
    for laptop, act in ((ana, "pack.seal"), (boris, "pack.take")):
        rows = laptop.vault.database.read(
            lambda found: found.execute("SELECT act, detail FROM audit").fetchall()
        )
        assert (act, "bg") in rows.result()
    vault = boris.vault
    (seen,) = look_at_arrivals(vault.session, file, lambda _: None, vault.bus, is_taking=True)
    assert (seen.what, seen.taken, seen.code) == ("form_pack", False, "")


def test_answers_to_a_field_of_a_newer_pack_are_kept_by_an_old_one_and_shown_later(
    three, file, tmp_path
):
    """Ana has the newer pack and writes; Boris keeps and passes on what his forms do not know."""
    ana, boris, cleo = three
    take(ana, file)
    again(ana)
    record, case = new_record(), ana.open_case()
    ana.save(case, record, ROUTE, "over the river")
    for laptop in (ana, boris, cleo, ana):
        laptop.sync(tmp_path / "one")

    boris.sync(tmp_path / "one")
    assert boris.vault.forms.find_field(ROUTE) is None
    assert boris.values(case, record, ROUTE) == ["over the river"]
    assert shown(boris, case) == []
    boris.sync(tmp_path / "two")
    cleo.sync(tmp_path / "two")
    assert cleo.digest == boris.digest == ana.digest

    take(boris, file)
    again(boris)

    assert shown(boris, case) == ["over the river"]
    boris.save(case, record, ROUTE, "by train")
    for laptop in (boris, ana):
        laptop.sync(tmp_path / "one")
    assert shown(ana, case) == ["by train"]


def shown(laptop, case) -> list[object]:
    """What the page of a case shows of the field, by the forms of this laptop."""
    view = laptop.vault.reader.case(case, laptop.vault.sight)
    known = laptop.vault.forms.find_field(ROUTE)
    return [
        cell.acting.answer.value for cell in view.cells if cell.field == ROUTE and known is not None
    ]


# ---- who may --------------------------------------------------------------------------------


def test_only_a_coordinator_signs_a_pack(three, tmp_path):
    _, _, cleo = three
    out = tmp_path / "x.nrmf"
    with pytest.raises(Refused) as caught:
        seal_pack(cleo.vault.session, bulgaria(tmp_path / "bg"), str(out))

    assert caught.value.code == "policy.role"
    assert not out.exists()


def test_only_a_coordinator_or_registrar_takes_one_in(three, file):
    _, _, cleo = three

    assert refused(cleo, file, Refused) == "policy.role"


def test_what_somebody_signed_whose_role_does_not_cover_it_is_refused(three, tmp_path):
    """With tools of her own Cleo can sign; where she is known, it does not count."""
    ana, _, cleo = three
    path = signed(cleo, tmp_path / "x.nrmf", files=files_of(bulgaria(tmp_path / "bg")))

    assert refused(ana, path) == "integrity.pack_grant"


def test_a_stranger_and_another_organisation_are_told_apart(three, tmp_path):
    _, boris, _ = three
    files = files_of(bulgaria(tmp_path / "bg"))
    stranger = signed(boris, tmp_path / "x.nrmf", SignerKeys(b"s" * 32), files=files)
    elsewhere = signed(boris, tmp_path / "y.nrmf", organisation=ScopeId(bytes(16)), files=files)

    assert refused(boris, stranger) == "integrity.pack_signer"
    assert refused(boris, elsewhere) == "integrity.pack_elsewhere"


@pytest.mark.threat("T22")
def test_a_pack_of_somebody_who_was_removed_is_refused_and_one_taken_before_stays(three, tmp_path):
    ana, boris, _ = three
    early = sealed(boris, bulgaria(tmp_path / "bg"), "early")
    late = sealed(boris, bulgaria(tmp_path / "late", "0.3.0"), "late")
    take(ana, early)
    boris.sync(tmp_path / "stick")
    ana.sync(tmp_path / "stick")
    device = boris.vault.session.safe.device.id.hex()

    revoke_device(ana.vault.session, device[:12], RemovalReason.LEFT)
    again(ana)

    assert refused(ana, late) == "integrity.pack_grant"
    assert row_of(ana.vault.session, "bg").state is PackState.IN_USE
    assert ROUTE in fields(ana)


# ---- versions -------------------------------------------------------------------------------


@pytest.mark.threat("T18")
@pytest.mark.parametrize("version", ["0.2.0", "0.1.9", "0.1.0"])
def test_an_older_pack_and_another_one_of_the_same_version_are_refused(
    three, file, tmp_path, version
):
    ana, boris, _ = three
    folder = bulgaria(tmp_path / "old", version, retention="")
    other = sealed(ana, folder, "other")
    take(boris, file)
    again(boris)

    assert refused(boris, other, Refused) == "policy.pack_older"


def test_a_pack_that_is_no_newer_than_that_of_the_program_is_refused(three, tmp_path):
    ana, boris, _ = three
    path = sealed(ana, bulgaria(tmp_path / "bg", "0.1.0"))

    assert refused(boris, path, Refused) == "policy.pack_older"


@pytest.mark.parametrize("version", ["next", "1.0-rc1", "2.0.0.0.1"])
def test_a_version_that_cannot_be_compared_is_not_signed(three, tmp_path, version):
    folder = with_version(bulgaria(tmp_path / "bg"), version)
    with pytest.raises(PackRefused) as caught:
        sealed(three[0], folder)

    assert [one.code for one in caught.value.problems] == ["bad_version"]


# ---- what is in it --------------------------------------------------------------------------


def test_a_pack_with_faults_is_not_signed_and_every_fault_is_told(three, tmp_path):
    folder = bulgaria(tmp_path / "bg", compartments=MORE)
    with pytest.raises(PackRefused) as caught:
        sealed(three[0], folder)

    assert "widened_role" in {one.code for one in caught.value.problems}
    assert list(tmp_path.glob("*.nrmf")) == []


def test_a_pack_with_odd_names_is_not_signed(three, tmp_path):
    folder = bulgaria(tmp_path / "bg")
    (folder / "codelists/return.toml").rename(folder / "codelists/ret urn.toml")
    with pytest.raises(PackRefused) as caught:
        sealed(three[0], folder)

    assert [one.code for one in caught.value.problems] == ["bad_name"]


def test_a_folder_that_is_not_there_is_told(three, tmp_path):
    with pytest.raises(Usage):
        sealed(three[0], tmp_path / "nowhere")


HEAD = '[pack]\nid = "{}"\nversion = "{}"\nlanguage = "en"\nextends = "{}"\nforms = {}\n'
FORMS = '["return", "screening"]'
MORE = '[[role]]\nid = "shelter"\ncells = { health = "W" }\n'
BAD = {
    "no pack.toml": ("pack.toml", None),
    "no TOML": ("clocks.toml", "x = = 1"),
    "an unknown file": ("other/x.toml", ""),
    "another id inside": ("pack.toml", HEAD.format("ro", "0.2.0", "base", FORMS)),
    "another version inside": ("pack.toml", HEAD.format("bg", "9.0", "base", FORMS)),
    "a base of its own": ("pack.toml", HEAD.format("bg", "0.2.0", "", FORMS)),
    "a role that gets more": ("compartments.toml", MORE),
}


@pytest.mark.parametrize("name", BAD)
def test_a_well_signed_pack_with_faults_is_refused_whoever_signed_it(three, tmp_path, name):
    """Somebody with a changed program signs what `pack seal` would not have signed."""
    ana, boris, _ = three
    files = dict(files_of(bulgaria(tmp_path / "bg")))
    changed, text = BAD[name]
    files = {path: said for path, said in files.items() if path != changed}
    files |= {changed: text} if text is not None else {}
    path = signed(ana, tmp_path / "bad.nrmf", files=tuple(sorted(files.items())))

    assert refused(boris, path) in {"integrity.pack", "integrity.format"}


@pytest.mark.parametrize(
    ("file_name", "old", "new"),
    [
        ("forms/screening.toml", 'id = "screening.salutation"', 'id = "screening.greeting"'),
        ("compartments.toml", 'core = "or"\nidentity = "o"', 'core = "W"\nidentity = "W"'),
    ],
)
def test_a_newer_base_that_loses_a_question_or_opens_a_part_is_refused(
    three, tmp_path, file_name, old, new
):
    """The coordinator who signs would otherwise let herself read every case."""
    ana, boris, _ = three
    folder = base(tmp_path / "base")
    text = (folder / file_name).read_text("utf-8")
    assert old in text
    (folder / file_name).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(PackRefused):
        sealed(ana, folder)
    path = signed(ana, tmp_path / "bad.nrmf", pack="base", files=files_of(folder))

    assert refused(boris, path) == "integrity.pack"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_changed_file_is_ever_taken(data, shared):
    """Whatever happens to the bytes on their way: refused, and nothing is kept."""
    laptop, good, path = shared
    place = data.draw(st.integers(0, len(good) - 1))
    kind = data.draw(st.sampled_from(["flip", "cut", "insert", "swap"]))
    bad = bytearray(good)
    if kind == "flip":
        bad[place] ^= 1 << data.draw(st.integers(0, 7))
    elif kind == "cut":
        del bad[place:]
    elif kind == "insert":
        bad[place:place] = data.draw(st.binary(min_size=1, max_size=9))
    else:
        bad[place], bad[-1 - place] = bad[-1 - place] ^ 1, bad[place]
    path.write_bytes(bad)

    with pytest.raises(NrmError):
        take(laptop, path)
    assert kept(laptop) == ()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One laptop for many examples, with a good file beside it."""
    room = tmp_path_factory.mktemp("shared")
    laptops = three_laptops(room / "laptops")
    good = sealed(laptops[0], bulgaria(room / "bg")).read_bytes()
    yield laptops[1], good, room / "changed.nrmf"
    for laptop in laptops:
        laptop.vault.close()


def test_the_packs_of_the_program_are_those_that_are_copied_here():
    assert {path.name for path in PACKS.iterdir() if path.is_dir()} >= {"base", "bg", "gb"}
