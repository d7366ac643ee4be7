"""The one door for files: says what each is, takes in what is safe, and checks without applying."""

import shutil

import pytest
from tests.e2e.forging import Forger
from tests.e2e.laptops import PLACE, forms_once, new_record, three_laptops

from nrm_desktop.bootstrap.arriving import info_of, look_at_arrivals, sync_status, verify_files
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.sync.inspecting import CHECKS


@pytest.fixture
def room(tmp_path):
    """Ana's case lies on a stick; nobody else has read it yet."""
    ana, boris, cleo = three_laptops(tmp_path)
    record = new_record()
    case = ana.open_case()
    ana.save(case, record, PLACE, "port")
    ana.sync(tmp_path / "stick")
    (tmp_path / "mail").mkdir()
    yield ana, boris, cleo, case, record, tmp_path
    for laptop in (ana, boris, cleo):
        laptop.close()


def look(laptop, folder, **how):
    vault = laptop.vault
    found = look_at_arrivals(vault.session, folder, lambda path: None, vault.bus, **how)
    return {one.file: one for one in found}


def test_a_pack_file_that_came_by_mail_is_as_good_as_a_stick(room):
    ana, boris, _, case, record, tmp_path = room
    for pack in (tmp_path / "stick").rglob("*.nrmx"):
        shutil.copy(pack, tmp_path / "mail" / "from-the-office.nrmx")

    seen = look(boris, tmp_path / "mail")
    assert [(one.kind, one.taken) for one in seen.values()] == [("for_me", False)]
    assert boris.digest != ana.digest

    taken = look(boris, tmp_path / "mail", is_taking=True)
    assert taken["from-the-office.nrmx"].taken
    assert boris.values(case, record, PLACE) == ["port"]
    assert boris.digest == ana.digest
    look(boris, tmp_path / "mail", is_taking=True)
    assert boris.digest == ana.digest


def test_each_file_is_told_by_its_content(room):
    _, boris, cleo, case, record, tmp_path = room
    mail = tmp_path / "mail"
    boris.sync(tmp_path / "stick")
    draft = Forger(room[0], case).next_draft(record, PLACE, "airport")
    sealed = Forger(room[0], case, Compartment.LEGAL).pack(draft, mail)
    (mail / "holiday.jpg").write_bytes(b"\xff\xd8\xff")
    cut = (tmp_path / "stick").rglob("*.nrmx")
    (mail / "cut.nrmx").write_bytes(next(iter(cut)).read_bytes()[:40])
    (mail / "link.nrmx").symlink_to(sealed)

    found = look(cleo, mail, is_taking=True)

    kinds = {name: str(one.kind) for name, one in found.items()}
    assert kinds == {
        sealed.name: "carried_for_others",
        "holiday.jpg": "not_ours",
        "cut.nrmx": "damaged",
    }
    assert not any(one.taken for one in found.values())


def test_without_keys_only_the_outside_is_checked(room):
    tmp_path = room[-1]

    (verdict,) = (one for _, one in verify_files(forms_once(), [tmp_path / "stick"]))

    assert verdict.is_good
    assert verdict.checks == dict.fromkeys(CHECKS) | {"name": True, "container": True}


def test_with_keys_everything_is_checked_and_nothing_applied(room):
    ana, *_, tmp_path = room
    before = ana.digest

    checked = verify_files(forms_once(), [tmp_path / "stick"], ana.vault.session)

    (verdict,) = (one for _, one in checked)
    assert verdict.checks == dict.fromkeys(CHECKS, True)
    assert verdict.commits == 3
    assert ana.digest == before


def test_a_forged_commit_is_found_by_name_of_the_check(room):
    ana, boris, _, case, record, tmp_path = room
    boris.sync(tmp_path / "stick")
    stranger = boris.vault.session.safe.signer
    draft = Forger(ana, case).next_draft(record, PLACE, "airport")
    pack = Forger(ana, case).pack(draft, tmp_path / "mail", stranger)

    ((_, verdict),) = verify_files(forms_once(), [pack], boris.vault.session)

    assert verdict.checks["signature"] is False
    assert verdict.code == "integrity.signature"
    assert not verdict.is_good


def test_what_a_pack_is_can_be_told(room):
    ana, *_, tmp_path = room
    (pack,) = (tmp_path / "stick").rglob("*.nrmx")

    found = info_of(ana.vault.session, pack)

    assert (found.type, found.readable, found.name) == ("pack", True, pack.stem)
    assert found.bytes == pack.stat().st_size


def test_devices_are_listed_with_how_far_they_are(room):
    ana, boris, _, _, _, tmp_path = room
    boris.sync(tmp_path / "stick")
    ana.sync(tmp_path / "stick")

    status = sync_status(ana.vault.session)

    assert len(status.devices) == 3
    assert sum(row.is_own for row in status.devices) == 1
    heard = [row for row in status.devices if row.last_checkpoint is not None]
    assert [row.behind for row in heard] == [0, 0]
    assert [row.days_silent for row in heard] == [0, 0]
    assert len(status.stores) == 1
    assert (status.outbox.objects, status.outbox.bytes) == (0, 0)
    assert status.outbox.unacknowledged == 1  # Cleo has not been there


def test_what_no_store_holds_yet_waits_in_the_outbox(room):
    ana, _, _, case, record, _ = room
    ana.save(case, record, PLACE, "airport")

    outbox = sync_status(ana.vault.session).outbox

    assert outbox.objects == 1
    assert outbox.bytes > 300
