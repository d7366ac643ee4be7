"""A country pack that only a newer base can carry waits for it, in whatever order both come.

What does not fit beside the forms of now is refused and not asked for again; once other forms are
there, it is looked at once more.
"""

from pathlib import Path

import pytest
from tests.e2e.signed_packs import (
    again,
    base,
    bulgaria,
    kept,
    only_kept,
    refused,
    sealed,
    take,
    three_copies,
)

from nrm_desktop.app.packs_in_use import NOT_USED
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged
from nrm_desktop.bootstrap.arriving import look_at_arrivals
from nrm_desktop.bootstrap.carrying import CarryWish, carry
from nrm_desktop.bootstrap.country_packs import choose_countries
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.sync.opening import take_enclosed_forms

pytestmark = [pytest.mark.threat("T12"), pytest.mark.threat("T19")]


@pytest.fixture
def three(tmp_path):
    with three_copies(tmp_path / "laptops") as laptops:
        yield laptops


def packs(laptop) -> list[str]:
    return [one.pack for one in kept(laptop)]


WAY_HOME = "screening.way_home"
"""A field of the newer base, which the country below hides."""


def needing(folder, name="bg"):
    """A country pack that only a newer base can carry."""
    bulgaria(folder)
    with (folder / "forms/screening.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[change]]\nfield = "{WAY_HOME}"\nhide = true\n')
    for path in folder.rglob("*.toml"):
        path.write_text(path.read_text("utf-8").replace("bg", name), "utf-8")
        path.rename(path.with_name(path.name.replace("bg", name)))
    return folder


def works_with(laptop, country) -> None:
    choose_countries(laptop.vault.session.safe.shell.folder, (country,))
    again(laptop)


def is_hidden(laptop) -> bool:
    return laptop.vault.forms.field(WAY_HOME).is_hidden


def with_both(laptop, tmp_path, name="bg") -> tuple[Path, Path]:
    """Take in a newer base and, at once, a country that needs it."""
    first = sealed(laptop, base(tmp_path / "base"), "base")
    take(laptop, first)
    second = sealed(laptop, needing(tmp_path / name, name), name)
    take(laptop, second)
    return first, second


@pytest.mark.parametrize("name", ["bg", "al"])
def test_a_country_that_needs_the_newer_base_comes_with_it_in_one_exchange(three, tmp_path, name):
    """Packs go by their names, so one of the two countries lies before the base."""
    ana, boris, _ = three
    works_with(boris, name)
    with_both(ana, tmp_path, name)
    ana.sync(tmp_path / "stick")

    report = boris.sync(tmp_path / "stick")

    assert (report.received.forms, report.skipped) == (2, ())
    assert packs(boris) == sorted(["base", name])
    again(boris)
    assert is_hidden(boris)
    assert NOT_USED not in boris.vault.findings


def test_a_country_that_came_before_its_base_is_looked_at_again_once_the_base_is_there(
    three, tmp_path
):
    """Boris and Ana meet twice on one stick: the base comes only with the second exchange."""
    ana, boris, _ = three
    works_with(boris, "bg")
    with_both(ana, tmp_path)
    ana.sync(tmp_path / "stick")
    newer = kept(ana)
    with only_kept(ana, "bg"):
        ana.sync(tmp_path / "other")
    report = boris.sync(tmp_path / "other")
    assert [one.code for one in report.skipped] == ["integrity.pack"]
    assert packs(boris) == []
    assert boris.sync(tmp_path / "other").is_clean, "what did not fit is not asked for every time"

    ana.sync(tmp_path / "other")
    assert boris.sync(tmp_path / "other").received.forms == 2

    assert kept(ana) == newer
    again(boris)
    assert is_hidden(boris)


def test_a_country_refused_on_one_stick_is_taken_from_it_after_the_next_unlocking(three, tmp_path):
    ana, boris, _ = three
    works_with(boris, "bg")
    first, _ = with_both(ana, tmp_path)
    with only_kept(ana, "bg"):
        ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")
    assert packs(boris) == []
    take(boris, first)
    again(boris)

    report = boris.sync(tmp_path / "stick")

    assert (report.received.forms, report.skipped) == (1, ())
    again(boris)
    assert is_hidden(boris)


def test_both_come_with_one_carrier_in_whatever_order_they_lie_in_it(three, tmp_path):
    ana, boris, _ = three
    with_both(ana, tmp_path)
    (tmp_path / "mail").mkdir()
    carry(ana.vault.session, CarryWish(str(tmp_path / "mail")))
    vault = boris.vault

    look_at_arrivals(vault.session, tmp_path / "mail", lambda _: None, vault.bus, is_taking=True)

    assert packs(boris) == ["base", "bg"]


def test_the_file_of_a_country_is_taken_in_right_behind_that_of_its_base(three, tmp_path):
    ana, boris, _ = three
    first, second = with_both(ana, tmp_path)
    assert refused(boris, second) == "integrity.pack"
    take(boris, first)
    take(boris, second)
    again(boris)

    assert is_hidden(boris)


@pytest.mark.threat("T14")
def test_what_an_invitation_encloses_is_taken_in_any_order_and_what_is_no_pack_stops_nothing(
    three, tmp_path
):
    ana, boris, _ = three
    first, second = with_both(ana, tmp_path)
    bodies = [
        decode_tagged(one.read_bytes(), FileTag.FORM_PACK).encode() for one in (second, first)
    ]
    session = boris.vault.session

    take_enclosed_forms(VaultExchange(session), session.organisation, [b"nothing", *bodies])

    assert packs(boris) == ["base", "bg"]
