"""Papers that have ended stop nothing local; sharing asks one question a day."""

from __future__ import annotations

import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.e2e.laptops import (
    PASSPHRASE,
    PLACE,
    Laptop,
    made_once,
    new_record,
    opened_again,
    shell_at,
)
from tests.fakes.clock import FakeClock

from nrm_desktop.bootstrap.expiry import confirm_ended, papers_of
from nrm_desktop.bootstrap.headless import enter, open_vault
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.bootstrap.reviewing import who_did_what
from nrm_desktop.cli.invocation import past_expiry
from nrm_desktop.domain.errors import Refused
from nrm_desktop.security.identity.founding import REGISTRAR_MS, ROOT_MS
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.access_log import AuditWish

DAY_MS = 24 * 3600 * 1000


class Typing:
    """A console at which one line is typed; none where it is empty."""

    def __init__(self, line: str) -> None:
        self._line = line

    def typed(self, _prompt: str, wanted: str) -> str:
        if not self._line:
            raise Refused("confirm.needed", word=wanted)
        return self._line


@pytest.fixture
def ana_at(tmp_path):
    """Ana's laptop, who keeps the keys, so many days after the papers were made."""
    opened = []

    def open_at(days: float) -> tuple[Laptop, FakeClock]:
        made = made_once()[0]
        newest = made_root(made)
        clock = FakeClock(newest.valid_until_ms - ROOT_MS + int(days * DAY_MS))
        shell = replace(shell_at(tmp_path / f"ana {days}"), clock=clock)
        shutil.copytree(made.shell.folder, shell.folder)
        shutil.copytree(made.shell.anchors, shell.anchors)
        laptop = Laptop(enter(opened_again(replace(made, shell=shell))))
        opened.append(laptop)
        return laptop, clock

    yield open_at
    for laptop in opened:
        laptop.vault.close()


def made_root(made):
    """The newest root document of the laptops that are made once."""
    safe = opened_again(made)
    try:
        vault = enter(safe)
        return vault.session.roster.root.newest
    finally:
        safe.close()


@pytest.mark.promise("P6")
def test_expired_registrar_never_stops_local_work(ana_at):
    ana, _ = ana_at(REGISTRAR_MS // DAY_MS + 40)
    powers, context = ana.vault.session.roster.powers, ana.vault.context
    assert not powers.is_registrar(context.signer, context.clock.now_ms())

    scope, record = ana.open_case(), new_record()
    ana.save(scope, record, PLACE, "port")

    assert ana.values(scope, record, PLACE) == ["port"]
    assert "papers.ended" in ana.vault.findings
    assert not ana.vault.condition.is_read_only


@pytest.mark.parametrize(
    ("days", "finding"),
    [(29, ()), (31, ("papers.end_60",)), (61, ("papers.end_30",)), (84, ("papers.end_7",))],
)
def test_the_end_of_papers_is_told_sixty_thirty_and_seven_days_before(ana_at, days, finding):
    ana, _ = ana_at(days)

    assert tuple(one for one in ana.vault.findings if one.startswith("papers.")) == finding
    assert not papers_of(ana.vault.session).have_ended


def test_sharing_asks_one_question_a_day_and_writes_it_down(ana_at, tmp_path):
    ana, clock = ana_at(91)
    with pytest.raises(Refused) as refused:
        ana.sync(tmp_path / "stick")
    assert refused.value.code == "trust.expired"

    confirm_ended(ana.vault.session)
    ana.sync(tmp_path / "stick")
    ana.sync(tmp_path / "stick")

    clock.move(DAY_MS)
    with pytest.raises(Refused):
        ana.sync(tmp_path / "stick")


def test_the_confirmation_stands_in_the_record_of_who_did_what(ana_at):
    ana, _ = ana_at(91)
    confirm_ended(ana.vault.session)

    acts = who_did_what(ana.vault, AuditWish(), 5).acts

    assert ("papers.confirm", "P-01") in [(one.act, one.who) for one in acts]


@pytest.mark.parametrize(("typed", "goes_on"), [("EXPIRED", True), ("yes", False), ("", False)])
def test_the_command_line_goes_on_only_by_the_word(ana_at, typed, goes_on):
    ana, _ = ana_at(91)
    call = SimpleNamespace(console=Typing(typed))

    if goes_on:
        past_expiry(call, ana.vault)
        past_expiry(SimpleNamespace(console=Typing("")), ana.vault)
    else:
        with pytest.raises(Refused) as refused:
            past_expiry(call, ana.vault)
        assert refused.value.code == "trust.expired"

    assert papers_of(ana.vault.session).is_confirmed is goes_on


def test_a_day_before_the_end_nothing_is_asked(ana_at, tmp_path):
    ana, _ = ana_at(89)

    assert ana.sync(tmp_path / "stick").alarms == ()


def test_a_passphrase_opens_the_safe_however_old_the_papers_are(ana_at):
    ana, _ = ana_at(2000)
    ana.open_case()
    ana.vault.close()

    with Laptop(open_vault(ana.vault.session.safe.shell, PASSPHRASE)) as again:
        assert again.vault.context.badge == "P-01"


def test_a_new_colleague_gets_a_slot_of_the_own_however_old_the_papers_are(ana_at):
    ana, _ = ana_at(400)

    dan = add_user(ana.vault, NewPerson("P-30", "case_manager", "four green doors ajar", FLOOR))

    assert not dan.is_certified
