"""What a transaction undid is undone in memory too: acts, powers, grants (P2)."""

from hashlib import sha256

import pytest
from tests.e2e.laptops import copy_of, made_once, opened_again

from nrm_desktop.app.commands import OpenCase
from nrm_desktop.app.handlers.passing import PassingOn, note_unfinished, unfinished
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.headless import case_keys, enter
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.values import NOT_ASKED
from nrm_desktop.security.identity.case_keys import CaseKeys, CaseOpener


class Undone(Exception):
    """The disk is full, the plug was pulled: whatever ends a transaction."""


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


@pytest.mark.promise("P2")
def test_a_case_whose_opening_was_undone_is_known_to_nobody(ana):
    session = ana.vault.session
    made = []

    def open_and_fail(uow):
        made.append(case_keys(session).begin_case(uow.trust))
        raise Undone

    with pytest.raises(Undone):
        ana.vault.work.run(open_and_fail)

    user = ana.vault.context.user
    assert session.roster.grant_of(user, made[0]) is None
    assert session.roster.powers.memberships(made[0]) == ()


@pytest.mark.promise("P2")
def test_grants_that_were_undone_are_given_again(ana):
    """Otherwise a colleague would wait for them until the next unlocking."""
    session = ana.vault.session
    alone = CaseOpener(session.safe.signer, ana.vault.context.user, tuple)
    keys = CaseKeys(alone, session.roster, ana.vault.context.clock, ana.vault.context.random)
    scope = ana.vault.work.run(lambda uow: keys.begin_case(uow.trust))
    work = VaultExchange(session)

    def stored():
        return work.run(lambda unit: len(unit.uow.trust.acts(scope)))

    def fail_after_duties(unit):
        unit.duties()
        assert len(unit.uow.trust.acts(scope)) > 1
        raise Undone

    with pytest.raises(Undone):
        work.run(fail_after_duties)
    assert stored() == 1
    work.run(lambda unit: unit.duties())

    assert stored() > 1
    assert len(session.roster.powers.memberships(scope)) > 1


def test_an_ordinary_refusal_costs_no_reading_of_all_acts(ana):
    session = ana.vault.session
    ana.vault.handle(OpenCase(child=NOT_ASKED))
    powers = session.roster.powers

    with pytest.raises(Undone):
        ana.vault.work.run(lambda uow: _fail())

    assert session.roster.powers is powers


def _fail():
    raise Undone


@pytest.mark.rule("R26")
def test_a_file_that_was_named_before_the_device_died_has_its_row_after_the_next_unlocking(
    ana, tmp_path
):
    vault = ana.vault
    scope, digest = ana.open_case(), sha256(b"sealed").hexdigest()
    (tmp_path / "r-aaaaaa.nrm").write_bytes(b"sealed")
    entry = ((), (), (), "r-aaaaaa", "ab" * 16, "digest", digest, "consent")
    passing = PassingOn(
        scope=scope,
        referral=RecordId(b"r" * 16),
        reference="r-aaaaaa",
        draft=None,
        recipient="ab" * 16,
        purpose="refer",
        reason="",
        ground="consent",
        way="packet",
        at="2026-11-25T10:00:00Z",
        entry=entry,
        keeps=(b"r" * 16, b"o" * 16, b"f" * 32, b"k" * 32, b"s" * 32),
        folder=str(tmp_path),
        name="r-aaaaaa.nrm",
        sha256=digest,
    )
    vault.work.run(lambda uow: note_unfinished(uow, passing))
    vault.close()

    again = enter(opened_again(vault.session.safe))

    [row] = again.reader.referrals(scope)
    assert (row.referral, row.sha256) == ("r-aaaaaa", digest)
    assert again.work.run(unfinished) == []
    again.close()
