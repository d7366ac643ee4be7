"""What of a hand-over goes on paper: everything but where somebody sleeps."""

import pytest
from tests.unit.app.test_shift import ALL, NOW, Night

from nrm_desktop.app.shift import hand_over
from nrm_desktop.app.shift_paper import shift_paper
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.errors import IntegrityFault, Refused
from nrm_desktop.domain.scopes import Compartment

CODE = "4F7K-9ABC"
LINES_ALONE = Sight(frozenset({int(Compartment.CORE), int(Compartment.SUPPORT)}))


@pytest.fixture
def night():
    made = Night()
    made.write(CODE, 1, "shift", shift__sh_now="Sleeps badly", shift__sh_bed="Room 3")
    made.write("", 9, "duty.oncall", duty__du_role="medical", duty__du_who="Clinic 555 01")
    made.directory = lambda: ()
    return made


@pytest.mark.rule("N5")
def test_the_bed_of_a_person_is_on_the_screen_and_never_on_paper(night):
    assert hand_over(night, ALL, NOW).lines[0].bed == "Room 3"
    paper = shift_paper(night, ALL, NOW)

    (line,) = paper.lines.lines
    assert (line.code, line.now, line.bed) == (CODE, "Sleeps badly", "")
    assert "Room 3" not in repr(paper)
    assert [one.who for one in paper.duty.on_call] == ["Clinic 555 01"]
    assert paper.printed == NOW.minute


def test_who_does_not_read_the_duty_sheet_prints_the_lines_alone(night):
    paper = shift_paper(night, LINES_ALONE, NOW)

    assert [one.code for one in paper.lines.lines] == [CODE]
    assert paper.duty.is_empty


def test_who_does_not_read_the_lines_prints_nothing(night):
    with pytest.raises(Refused, match=r"policy\.role"):
        shift_paper(night, Sight(frozenset({int(Compartment.ORG_DIRECTORY)})), NOW)


def test_a_damaged_register_is_not_taken_for_an_empty_one(night):
    def broken(*_asked):
        raise IntegrityFault("integrity.database")

    night.register = broken
    with pytest.raises(IntegrityFault):
        shift_paper(night, ALL, NOW)
