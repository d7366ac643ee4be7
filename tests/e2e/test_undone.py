"""What a transaction undid is undone in memory too: acts, powers, grants (P2)."""

import pytest
from tests.e2e.laptops import copy_of, made_once

from nrm_desktop.app.commands import OpenCase
from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.headless import case_keys
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
