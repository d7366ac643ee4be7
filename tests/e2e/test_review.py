"""Who did what: everybody sees the own acts, the data-protection officer sees all (P21)."""

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once

from nrm_desktop.app.commands import OpenCase
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.reviewing import user_of_badge, who_did_what
from nrm_desktop.domain.errors import Locked, Usage
from nrm_desktop.domain.values import NOT_ASKED
from nrm_desktop.storage.access_log import AuditWish


@pytest.fixture
def laptop(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as found:
        yield found


@pytest.mark.promise("P21")
def test_a_worker_reviews_the_own_acts_and_is_told_that_these_are_not_all(laptop):
    vault = laptop.vault
    [opened, *_] = vault.handle(OpenCase(child=NOT_ASKED))

    found = who_did_what(vault, AuditWish(), 50)

    assert not found.is_all
    assert {act.who for act in found.acts} == {vault.context.badge}
    assert found.broken_at is None
    acts = {act.act: act for act in found.acts}
    assert acts["case.open"].cases == (opened.code,)
    assert "vault.unlock" in acts
    assert found.acts[0].act == "audit.review", "looking is an act too"


@pytest.mark.promise("P21")
def test_nobody_else_is_shown_to_a_worker_who_asks_for_them(laptop):
    vault = laptop.vault

    found = who_did_what(vault, AuditWish(user=user_of_badge(vault, vault.context.badge)), 50)
    assert {act.who for act in found.acts} == {vault.context.badge}
    with pytest.raises(Usage):
        user_of_badge(vault, "nobody")


def test_a_review_of_one_case_shows_no_other(laptop):
    vault = laptop.vault
    first, second = (vault.handle(OpenCase(child=NOT_ASKED))[0] for _ in range(2))

    found = who_did_what(vault, AuditWish(subject=first.scope), 50)

    assert {code for act in found.acts for code in act.cases} == {first.code}
    assert second.code not in str(found)


@pytest.mark.promise("P21")
@pytest.mark.threat("T21")
def test_wrong_tries_stand_in_the_chain_with_the_next_unlocking(laptop):
    shell = laptop.vault.session.safe.shell
    laptop.vault.close()
    for _ in range(2):
        with pytest.raises(Locked):
            open_vault(shell, "quite another passphrase")

    vault = open_vault(shell, PASSPHRASE)
    try:
        acts = who_did_what(vault, AuditWish(act="vault.unlock"), 1).acts
    finally:
        vault.close()

    assert acts[0].detail == "failed.2"
