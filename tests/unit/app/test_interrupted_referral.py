"""A device that dies while a file gets its name: one row per file that left. R26, P2."""

import pytest
from tests.fakes.desk import Desk
from tests.fakes.uow import FakeReads

from nrm_desktop.app.commands import IssueReferral, ReferralWish
from nrm_desktop.app.handlers.passing import D_FIELDS, unfinished
from nrm_desktop.domain.errors import EnvironmentFault, Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.ops import Tombstone
from nrm_desktop.domain.scopes import Compartment

URGENCY = {"referral.urgency": "now"}


class Dies(BaseException):
    """The battery is empty."""


@pytest.fixture
def case(desk, shelter):
    scope = desk.open_case()
    desk.write(scope, "screening", {"screening.language": "uk"})
    desk.ask(scope, shelter, {"needs": "yes"})
    return scope


def die(desk, case, shelter, *, when):
    """Send, and stop at once `before` or `after` the file gets its name; give what is left."""
    seen = {}

    def stop(prepared, publish):
        if when == "after":
            publish()
        seen["state"] = desk.vault.state.copy()
        seen["files"] = dict(desk.stick.files)
        raise Dies

    desk.stick.around_publish = stop
    wish = ReferralWish(case, shelter, "refer")
    with pytest.raises(Dies):
        desk.do(
            IssueReferral(
                wish=wish, way="pdf", folder="stick", confirmations=frozenset({"PLAINTEXT"})
            )
        )
    desk.vault.state, desk.stick.files = seen["state"], seen["files"]
    desk.stick.around_publish = None
    return Desk(vault=desk.vault, stick=desk.stick)


@pytest.mark.rule("R26")
def test_a_file_that_lies_on_the_stick_without_its_row_gets_it_at_the_next_unlocking(
    desk, case, shelter
):
    again = die(desk, case, shelter, when="after")
    assert (len(again.stick.files), again.answers(case, D_FIELDS)) == (1, [])

    again.referrals.finish_interrupted()
    again.referrals.finish_interrupted()

    [entry] = again.answers(case, D_FIELDS)
    assert f"stick/{entry[3]}.pdf" in again.stick.files
    assert again.answers(case, "referral.state") == ["sent"]
    assert again.answers(case, "referral.to_org") == [shelter]
    assert again.run(unfinished) == []


@pytest.mark.promise("P2")
def test_a_file_that_never_got_its_name_gets_no_row(desk, case, shelter):
    again = die(desk, case, shelter, when="before")

    again.referrals.finish_interrupted()

    assert (again.stick.files, again.answers(case, D_FIELDS)) == ({}, [])
    assert again.run(unfinished) == []


@pytest.mark.rule("R26")
def test_where_nobody_can_tell_it_counts_as_passed_on(desk, case, shelter):
    again = die(desk, case, shelter, when="before")
    again.stick.is_away = True

    again.referrals.finish_interrupted()

    assert len(again.answers(case, D_FIELDS)) == 1


def test_whose_roles_may_not_write_the_row_leaves_it_to_others(desk, case, shelter):
    again = die(desk, case, shelter, when="after")
    it = Desk("T-01", roles=("it",), vault=desk.vault, stick=desk.stick)
    it.referrals.finish_interrupted()
    assert len(it.run(unfinished)) == 1

    again.referrals.finish_interrupted()

    assert len(again.answers(case, D_FIELDS)) == 1


def test_the_row_is_written_also_if_the_draft_was_closed_meanwhile(desk, case, shelter):
    draft = desk.write(case, "referral", URGENCY)
    again = die(desk, case, shelter, when="after")
    again.run(lambda uow: uow.record(case, Compartment.CORE, Tombstone(draft)))

    again.referrals.finish_interrupted()

    assert len(again.answers(case, D_FIELDS)) == 1


@pytest.mark.promise("P2")
def test_a_commit_that_fails_behind_the_name_leaves_neither_file_nor_row(desk, case, shelter):
    desk.vault.fails_at_commit = lambda state: (
        D_FIELDS in {cell.field for cell in FakeReads(state).cells(case)}
    )

    with pytest.raises(EnvironmentFault):
        desk.send(case, shelter)

    desk.vault.fails_at_commit = lambda _state: False
    assert (desk.stick.files, desk.answers(case, D_FIELDS)) == ({}, [])
    assert desk.run(unfinished) == []


@pytest.mark.parametrize("step", ["prepare", "publish"])
def test_a_stick_that_fails_leaves_no_note(desk, case, shelter, step):
    desk.stick.fails_at = step

    with pytest.raises(EnvironmentFault):
        desk.send(case, shelter)

    assert desk.run(unfinished) == []


def test_a_draft_that_changed_its_recipient_meanwhile_stops_the_file(desk, case, shelter):
    draft = desk.write(case, "referral", URGENCY)
    other = desk.add_service("legal")
    desk.stick.before_publish = lambda: desk.write(
        case, "referral", {FieldId("referral.to_org"): other}, record=draft
    )

    with pytest.raises(Refused):
        desk.send(case, shelter)

    assert desk.stick.files == {}
