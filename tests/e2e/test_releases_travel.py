"""The ledger of releases travels: what one laptop let out, the other compares with (ST6)."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.laptops import Laptop, two_laptops

from nrm_desktop.app.counting import Counting
from nrm_desktop.app.releasing import ReleaseAsked, read_ledger, release_tables, twins_of
from nrm_desktop.bootstrap.releasing import check_file, give_out
from nrm_desktop.domain.errors import HostileInput, Refused

pytestmark = pytest.mark.rule("R24")
A_YEAR = 366 * 86_400_000
TABLE = "persons_by_citizenship"
ROLES = ("case_manager", "coordinator")


class LaterClock:
    """The clock of the laptop, a year on."""

    def __init__(self, clock) -> None:
        self._clock = clock

    def now_ms(self) -> int:
        return self._clock.now_ms() + A_YEAR


def parts(laptop: Laptop) -> Counting:
    """A co-ordinator on this laptop, in the year after."""
    vault = laptop.vault
    context = replace(vault.context, roles=ROLES, clock=LaterClock(vault.context.clock))
    return Counting(vault.reader, vault.work, context, vault.sight)


def release(laptop: Laptop, *tables: str):
    year = laptop.vault.context.today()[:4]
    return release_tables(parts(laptop), ReleaseAsked(tables, year, year))


def ledger(laptop: Laptop):
    return laptop.vault.work.run(lambda uow: read_ledger(uow, laptop.vault.context)).rows


def exchange(ana: Laptop, boris: Laptop, stick: Path) -> None:
    for laptop in (ana, boris, ana):
        laptop.sync(stick)


@pytest.fixture
def pair(tmp_path):
    ana, boris = two_laptops(tmp_path)
    yield ana, boris
    ana.close()
    boris.close()


def test_what_one_laptop_released_the_other_gives_out_again_and_compares_with(pair, tmp_path):
    ana, boris = pair
    for _ in range(11):
        ana.open_case()
    exchange(ana, boris, tmp_path / "stick")
    (made,) = release(ana, TABLE)
    exchange(ana, boris, tmp_path / "stick")
    boris.open_case()

    (again,) = release(boris, TABLE)

    assert (again.data, again.is_new) == (made.data, False)
    assert [one.signer for one in ledger(boris)] == [ana.vault.context.signer]
    with pytest.raises(Refused, match=r"policy\.release_differs"):
        release(boris, "persons_by_age_and_gender")


def test_two_that_did_not_know_of_each_other_are_both_told_once_they_have_exchanged(pair, tmp_path):
    ana, boris = pair
    for _ in range(11):
        ana.open_case()
    exchange(ana, boris, tmp_path / "stick")
    boris.open_case()
    (first,), (second,) = release(ana, TABLE), release(boris, TABLE)
    assert (first.release.total, second.release.total) == (11, 12)

    exchange(ana, boris, tmp_path / "stick")

    for laptop in pair:
        earlier, later = ledger(laptop)
        assert (earlier.data, later.data) == (first.data, second.data)
        assert list(twins_of(earlier, ledger(laptop))) == [later]
        assert release(laptop, TABLE)[0].data == first.data, "the earlier one stands"


def test_a_colleague_checks_a_table_by_its_signature_alone(pair, tmp_path):
    ana, boris = pair
    ana.open_case()
    year = ana.vault.context.today()[:4]
    asked = ReleaseAsked((TABLE,), year, year)
    (given,) = give_out(ana.vault.session, parts(ana), asked, tmp_path)

    checked = check_file(boris.vault.session, Path(given.table))

    assert (checked.is_own, checked.is_known) == (True, True)
    assert checked.signed.origin.name == "Help"
    assert checked.release == given.released.release
    assert check_file(boris.vault.session, Path(given.signature)) == checked
    Path(given.table).write_bytes(given.released.data + b"figure,x,1\r\n")
    with pytest.raises(HostileInput, match=r"integrity\.signature"):
        check_file(boris.vault.session, Path(given.table))
