"""S5: a laptop is seized or stolen. It tells nothing, and the others know which cases it held."""

import pytest
from tests.e2e.laptops import PASSPHRASE, shell_at
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.app.today import gather
from nrm_desktop.bootstrap import today
from nrm_desktop.bootstrap.breaches import note_breach
from nrm_desktop.bootstrap.headless import Founder, found_vault, open_vault
from nrm_desktop.bootstrap.revoking import revoke_device
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import Locked
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.vault.cost import FLOOR

pytestmark = pytest.mark.rule("S5")
PLANTED = {
    "screening[+1].given_name": "Qvxzolena",
    "screening[+1].danger_now": "yes",
    "screening[+1].danger_now.text": "Qvxzvan near the station",
}


def device_of(worker) -> str:
    return worker.laptop.vault.session.safe.device.id.hex()


def everything_on(worker) -> bytes:
    folder = worker.laptop.vault.session.safe.shell.folder
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_nothing_on_the_disk_of_a_locked_laptop_tells_a_name_a_word_or_a_case(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, PLANTED)
        code = ana.sees(case).row.code
        shell = ana.laptop.vault.session.safe.shell
        ana.laptop.close()

        disk = everything_on(ana)
        plain = code.replace("-", "")
        for word in ("Qvxz", code, plain, code.lower(), plain.lower(), PASSPHRASE):
            for coding in ("utf-8", "utf-16-le"):
                assert word.encode(coding) not in disk
        with pytest.raises(Locked):
            open_vault(shell, "some other passphrase here")


def test_the_others_end_it_and_are_told_which_cases_it_could_open(tmp_path):
    """Exactly those that had reached it: safety plans are looked at again for these people."""
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        shared, known_later = ana.opens_a_case(), ana.opens_a_case()
        ana.writes_at(shared, PLANTED)
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        alone = ana.opens_a_case()  # nobody else was given its keys yet

        done = revoke_device(ana.laptop.vault.session, device_of(boris), RemovalReason.LOST)

        assert set(done.cases) == {shared, known_later}
        assert alone not in done.cases


def test_the_safety_plans_of_these_people_are_on_the_lists_of_their_workers(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        shared, ended = ana.opens_a_case(), ana.opens_a_case()
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        ana.prepares_the_end(ended)
        ana.closes(ended, "own_wish")
        alone = ana.opens_a_case()
        vault = ana.laptop.vault
        done = revoke_device(vault.session, device_of(boris), RemovalReason.LOST)

        nothing = note_breach(vault, RemovalReason.LEFT, "laptop of Boris", done.cases)
        assert (nothing.report, nothing.cases) == (None, ())
        noted = note_breach(vault, done.reason, "laptop of Boris", done.cases)
        everybody_meets(tmp_path / "stick", ana, cleo)

        assert noted.report is None  # another role keeps the reports
        assert noted.cases == (ana.sees(shared).row.code,)
        assert "danger_look" in ana.due(shared)
        assert "danger_look" not in ana.due(alone)
        assert ana.finds(shared, "event.ev_kind") == ["data_breach"]


def test_whoever_keeps_the_reports_has_one_begun(tmp_path):
    founder = Founder("Help", "P-01", "dpo", PASSPHRASE, FLOOR)
    vault = found_vault(shell_at(tmp_path), founder)
    try:
        noted = note_breach(vault, RemovalReason.LOST, "laptop 2", [ScopeId(b"c" * 16)])
        view = vault.reader.register("breach", vault.sight)
        found = gather(today.readings(vault, vault.sight, 7))
    finally:
        vault.close()

    assert noted.report in {one.record for one in view.records}
    said = {cell.field: cell.acting.answer.value for cell in view.cells}
    assert said["breach.br_what.what"] == "laptop 2"
    assert [one.clock.rule.id for one in found.due()] == ["breach_warning"]


def test_what_is_written_afterwards_it_cannot_read_any_more(tmp_path):
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case = ana.opens_a_case()
        ana.writes_at(case, PLANTED)
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        revoke_device(ana.laptop.vault.session, device_of(boris), RemovalReason.LOST)
        everybody_meets(tmp_path / "stick", ana, cleo)
        ana.notes(case, "contact", "2026-11-26", ev_words="Moved to another house")
        everybody_meets(tmp_path / "stick", ana, cleo)

        boris.laptop.sync(tmp_path / "stick")

        assert ana.finds(case, "event.ev_words") == ["Moved to another house"]
        assert cleo.finds(case, "event.ev_words") == ["Moved to another house"]
        assert boris.finds(case, "event.ev_words") == []


@pytest.mark.rule("N18")
def test_there_is_one_safe_and_no_second_one_that_lies(tmp_path):
    """A wrong passphrase opens nothing at all: no empty list and no invented cases."""
    with workers(tmp_path) as [ana]:
        ana.opens_a_case()
        shell = ana.laptop.vault.session.safe.shell
        ana.laptop.close()
        before = sorted(path.name for path in shell.folder.iterdir())
        for tried in ("help", PASSPHRASE.upper(), PASSPHRASE[:-1]):
            with pytest.raises(Locked):
                open_vault(shell, tried)
        assert {path.name for path in shell.folder.iterdir()} >= set(before) - {"vault.lock"}
        assert len([one for one in shell.folder.iterdir() if one.name == "vault.db"]) == 1
