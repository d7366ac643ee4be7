"""S4: one laptop of a shelter, one account of the system, many workers."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once, new_record
from tests.e2e.situations.people import Worker
from tests.e2e.test_people import keep_draft

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.domain.errors import Locked, Refused
from nrm_desktop.security.vault.cost import FLOOR

pytestmark = pytest.mark.rule("S4")
OWN = "nine grey herons walk at low tide"
NIGHT = NewPerson("P-21", "shelter", OWN, FLOOR)
CANARY = "Qvxzcanary"


@pytest.fixture
def laptop(tmp_path):
    """Ana's laptop, on which Bea of the night shift has an own way in. Gives the two signs."""
    with copy_of(made_once()[0], tmp_path / "shared") as found:
        signs = {"ana": found.vault.unlocked.sign, "bea": add_user(found.vault, NIGHT).sign}
        yield found, signs


def opened(laptop, passphrase, sign) -> Worker:
    shell = laptop.vault.session.safe.shell
    return Worker(replace(laptop, vault=open_vault(shell, passphrase, sign)))


def test_each_opens_with_an_own_passphrase_and_sees_what_the_own_job_needs(laptop):
    found, signs = laptop
    ana = Worker(found)
    case = ana.opens_a_case()
    ana.writes_at(case, {"screening[+1].danger_now": "yes", "stay[+1].stay_status": "irregular"})
    found.vault.close()

    with pytest.raises(Locked):
        opened(found, PASSPHRASE, signs["bea"])
    bea = opened(found, OWN, signs["bea"])
    try:
        assert bea.finds(case, "screening.danger_now") == [True]
        assert bea.finds(case, "stay.stay_status") == [], "`legal` is not for the night shift"
        with pytest.raises(Refused, match=r"policy\.role"):
            bea.writes_at(case, {"stay[+1].stay_status": "permit_granted"})
        bea.notes(case, "contact", "2026-11-26")
        assert {row.user for row in history(bea, case)} == {"P-01", "P-21"}
    finally:
        bea.laptop.vault.close()


def history(worker, case):
    vault = worker.laptop.vault
    return vault.reader.history(case, vault.sight, 100).rows


@pytest.mark.rule("N10")
@pytest.mark.rule("R28")
def test_words_that_were_typed_wait_for_whoever_typed_them_and_for_nobody_else(laptop):
    found, signs = laptop
    ana = Worker(found)
    case, record = ana.opens_a_case(), new_record()
    keep_draft(found.vault, case, record, CANARY)
    found.vault.close()

    bea = opened(found, OWN, signs["bea"])
    assert bea.laptop.vault.reader.drafts(bea.laptop.vault.context.user) == ()
    bea.laptop.vault.close()
    again = opened(found, PASSPHRASE, signs["ana"])
    kept = again.laptop.vault.reader.drafts(again.laptop.vault.context.user)
    assert [draft.fields[0][2] for draft in kept] == [CANARY]
    again.laptop.vault.close()


@pytest.mark.rule("N10")
def test_after_a_day_of_two_workers_no_word_lies_about(laptop, tmp_path):
    found, signs = laptop
    ana = Worker(found)
    case = ana.opens_a_case()
    ana.writes_at(case, {"screening[+1].given_name": CANARY, "screening[+1].danger_now": "yes"})
    keep_draft(found.vault, case, new_record(), CANARY)
    found.vault.close()
    bea = opened(found, OWN, signs["bea"])
    bea.notes(case, "contact", "2026-11-26", ev_words=CANARY)
    bea.laptop.vault.close()

    files = [path for path in (tmp_path / "shared").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert CANARY not in path.name
        data = path.read_bytes()
        assert CANARY.encode() not in data
        assert CANARY.encode("utf-16-le") not in data
