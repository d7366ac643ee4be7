"""A night in a house without a network: everything that it needs lies on the laptop."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.duty import duty_sheet
from nrm_desktop.app.shift import hand_over, receipt_of
from nrm_desktop.app.timing import now_of


def registers(worker, **answers: str) -> None:
    vault = worker.laptop.vault
    organisation = vault.context.organisation
    duty = vault.reader.register("duty", vault.sight)
    answering = Answering(vault.context, organisation, duty)
    for address, value in answers.items():
        answering.add(Wanted(address.replace("__", "."), value))
    vault.handle(answering.command())


def shift_of(worker):
    vault = worker.laptop.vault
    return hand_over(vault.reader, vault.sight, now_of(vault.context))


def duty_of(worker):
    vault = worker.laptop.vault
    return duty_sheet(vault.reader, vault.sight, now_of(vault.context))


@pytest.mark.rule("R40")
def test_what_ana_hands_over_lies_on_the_laptop_of_the_night_before_it_is_asked_for(tmp_path):
    """No test reaches a network; after the stick was carried round, nothing else is needed."""
    with workers(tmp_path, 3) as [ana, boris, cleo]:
        case = ana.opens_a_case()
        other = ana.opens_a_case()
        ana.writes_at(
            case,
            {
                "shift[+1].sh_now": "Sleeps badly",
                "shift[+1].sh_do[+1].what": "Call the doctor",
                "shift[+1].sh_bed": "Room 3",
            },
        )
        registers(
            ana,
            **{
                "duty[+1].oncall[+1].du_role": "medical",
                "duty[+1].oncall[+1].du_who": "Clinic 555 01",
                "duty[+1].phone[+1].ph_language": "ti",
                "duty[+1].phone[+1].ph_phone[+1].phone": "555 02",
            },
        )
        everybody_meets(tmp_path / "stick", ana, boris, cleo)
        code = ana.sees(case).row.code
        for night in (boris, cleo):
            found = shift_of(night)
            assert [(one.code, one.now, one.bed, one.by) for one in found.lines] == [
                (code, "Sleeps badly", "Room 3", "P-01")
            ]
            assert found.without == (ana.sees(other).row.code,)
            assert [one.who for one in duty_of(night).on_call] == ["Clinic 555 01"]
            assert [one.phone for one in duty_of(night).phones] == ["555 02"]

        vault = cleo.laptop.vault
        (line,) = shift_of(cleo).lines
        vault.handle(receipt_of(vault.context, line, now_of(vault.context).minute))
        badge = vault.context.badge
        assert shift_of(cleo).lines[0].is_known_to(badge)
        assert (code, "shift_todo") in cleo.list_of_today()  # read is not done
        everybody_meets(tmp_path / "stick", cleo, ana)
        assert [one.by for one in shift_of(ana).lines[0].receipts] == [badge]
