"""What one person told is not written into the file of another, by no way in. N16, S12."""

from dataclasses import replace

import pytest
from tests.fakes.desk import Desk

from nrm_desktop.app.commands import ResolveConflict
from nrm_desktop.app.handlers.deciding import resolve_conflict
from nrm_desktop.domain.compartments import Cell
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered

pytestmark = [pytest.mark.rule("N16"), pytest.mark.rule("S12")]
TOLD = "They took the passports at the farm and nobody was paid for a summer."
FIELD = FieldId("screening.why_now")


def where_accounts_are_read_together(context):
    """A country may let workers decide about an account; in the base pack each sees the own."""
    roles = context.forms.roles
    worker = roles.roles["case_manager"]
    cells = {**worker.cells, Compartment.ACCOUNT: frozenset({Cell.WRITE})}
    table = replace(roles, roles={**roles.roles, worker.id: replace(worker, cells=cells)})
    return replace(context, forms=replace(context.forms, roles=table))


def test_a_decision_between_values_brings_no_account_of_another(desk):
    other = Desk("P-02", vault=desk.vault)
    case, another = desk.open_case(), desk.open_case()
    desk.write(another, "screening", {FIELD: TOLD})
    record = desk.write(case, "screening", {FIELD: "In the fields"})
    other.write(case, "screening", {FIELD: "In a packing hall"}, record=record)
    context = where_accounts_are_read_together(desk.context)

    def decide(answer):
        command = ResolveConflict(scope=case, record=record, field=FIELD, answer=answered(answer))
        return desk.run(lambda uow: resolve_conflict(command, uow, context))

    with pytest.raises(Refused, match=r"policy\.account_of_another"):
        decide(TOLD)
    assert sorted(desk.answers(case, FIELD)) == ["In a packing hall", "In the fields"]
    decide("In the fields and in a packing hall")
    assert desk.answers(case, FIELD) == ["In the fields and in a packing hall"]


@pytest.mark.parametrize("words", [7, 8])
def test_eight_words_are_an_account_and_seven_may_be_chance(desk, words):
    told = " ".join(TOLD.split()[:words])
    case, another = desk.open_case(), desk.open_case()
    desk.write(another, "screening", {FIELD: told})
    if words < 8:
        desk.write(case, "screening", {FIELD: told})
        assert desk.answers(case, FIELD) == [told]
        return
    with pytest.raises(Refused, match=r"policy\.account_of_another"):
        desk.write(case, "screening", {FIELD: told})
    assert desk.answers(case, FIELD) == []


def test_the_own_file_may_say_it_twice(desk):
    case = desk.open_case()
    desk.write(case, "screening", {FIELD: TOLD})
    desk.write(case, "screening", {FIELD: TOLD})
    assert desk.answers(case, FIELD) == [TOLD, TOLD]
