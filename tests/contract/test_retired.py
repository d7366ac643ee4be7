"""A device that has come to its end signs nothing more; whoever works there goes on looking."""

import pytest
from tests.contract.vaults import CASE, LANGUAGE, RECORD, author, open_record, value, write

from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.ids import UserId
from nrm_desktop.domain.values import answered
from nrm_desktop.storage.retired import retired_name

ME = UserId(b"user" * 4)


@pytest.fixture
def ended(vault):
    """A vault with one entry, whose device was ended afterwards."""
    by = author()
    write(vault, by, open_record(), value("uk"))
    vault.run(by, lambda unit: unit.trust.set_secret(retired_name(by.device), b"\x01"))
    return vault


def test_nothing_is_recorded_and_nothing_of_the_unit_is_kept(ended):
    def job(unit):
        unit.set_setting("half", b"1")
        unit.record(CASE, 1, value("ar"))

    before = [commit.id for commit in ended.commits()]
    with pytest.raises(IntegrityFault) as raised:
        ended.run(author(), job)

    assert raised.value.code == "integrity.identity"
    assert [commit.id for commit in ended.commits()] == before
    assert ended.run(author(), lambda unit: unit.setting("half")) is None


@pytest.mark.promise("P6")
def test_reading_drafts_and_the_audit_chain_go_on(ended):
    draft = Draft(DraftKey(ME, CASE, RECORD), "screening", ((LANGUAGE, 0, "ar", 0),), 5)

    def job(unit):
        unit.keep_draft(draft)
        unit.audit("case.show", (CASE,))
        unit.set_setting("seen", b"1")
        return unit.standing(RECORD, LANGUAGE, CASE)

    assert [each.answer for each in ended.run(author(), job)] == [answered("uk")]
    assert ended.run(author(), lambda unit: unit.setting("seen")) == b"1"


def test_another_device_in_the_same_vault_goes_on(ended):
    write(ended, author("P-02"), value("ar"))

    assert len(ended.commits()) == 2
