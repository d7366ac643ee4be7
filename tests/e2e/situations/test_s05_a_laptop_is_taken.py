"""S5: a laptop is seized or stolen. It tells nothing, and the others know which cases it held."""

import pytest
from tests.e2e.laptops import PASSPHRASE
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.revoking import revoke_device
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.errors import Locked

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
