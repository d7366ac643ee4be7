"""The file in confidence: for one recipient, by two people, with a row in each log (ST10, R26)."""

import copy
import csv
import hashlib

import pytest
from tests.fakes.desk import ORGANISATION
from tests.unit.app.test_releasing import Office

from nrm_desktop.app.commands import (
    AddDirectoryEntry,
    CellAnswer,
    ConsentRowGiven,
    NewRecord,
    RecordConsent,
    SaveAnswers,
    WithdrawConsent,
)
from nrm_desktop.app.linking import KEY, LINKED, LinkAsked, link_people
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecipientId
from nrm_desktop.domain.linking import LINKING
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered
from nrm_desktop.security.sealing.derivation import pseudonym

pytestmark = [pytest.mark.rule("R24"), pytest.mark.rule("R26")]
GROUPS = ("age_and_child", "needs", "account_summary", "identity")
AGREEING, OTHERS = 11, 2


class Linking(Office):
    """People of a year that is over: eleven agreed to be linked for the rapporteur, two did not."""

    def __init__(self) -> None:
        super().__init__(0)
        self.rapporteur, self.other = (self._entry(name) for name in ("Rapporteur", "Institute"))
        self.agreed = [self._person(self.rapporteur) for _ in range(AGREEING)]
        self.silent = [self._person() for _ in range(OTHERS)]

    def link(self, recipient=None, second="P-09", year=""):
        year = year or self.year
        to = recipient or self.rapporteur
        return link_people(self.parts, LinkAsked(to, year, year, second, "0.1.0"), pseudonym)

    def consents(self, scope, purpose, recipient):
        answers = tuple((group, "yes") for group in GROUPS)
        given = ConsentRowGiven(purpose, recipient, answers, "no_end")
        return self.worker.do(RecordConsent(scope=scope, rows=(given,)))[0]

    def logged(self, scope) -> list[tuple]:
        cells = self.desk.run(lambda uow: uow.cells(scope))
        return [
            one.answer.value
            for cell in cells
            if cell.field == "disclosure.d_fields"
            for one in cell.standing
        ]

    def _entry(self, name: str) -> RecipientId:
        (event,) = self.worker.do(AddDirectoryEntry(kind="other", name=name))
        return RecipientId(event.entry.hex())

    def _person(self, recipient=None):
        scope = self.worker.open_case()
        record = self.worker.context.new_record()
        answers = tuple(
            CellAnswer(record, FieldId(f"screening.{name}"), answered(value))
            for name, value in (("age_band", "25+"), ("gender", "woman"))
        )
        opens = (NewRecord(record, "screening"),)
        self.worker.do(SaveAnswers(scope=scope, answers=answers, opens=opens))
        self.consents(scope, "statistics", self.other)
        if recipient:
            self.consents(scope, LINKING, recipient)
        return scope


@pytest.fixture(scope="module")
def built():
    return Linking()


@pytest.fixture
def office(built):
    """The same office for every test, as it was."""
    vault = built.worker.vault
    before = copy.deepcopy(vault.state)
    yield built
    vault.state = before


def lines(data: bytes, kind: str) -> list[list[str]]:
    found = csv.reader(data.decode("utf-8").splitlines())
    return [line[1:] for line in found if line[0] == kind]


def names(made) -> set[str]:
    return {line[0] for line in lines(made.data, "person")}


def test_people_who_agreed_have_a_row_with_coarse_classes_and_no_name_st10(office):
    made = office.link()

    people = lines(made.data, "person")
    assert (made.people, made.hidden, made.unit.value) == (AGREEING, 0, "records")
    assert {tuple(one[1:]) for one in people} == {
        ("adult", "woman", "not_recorded", "not_recorded")
    }
    assert len(names(made)) == AGREEING
    assert people == sorted(people), "the order tells nothing"
    sheet = {line[0]: line[1] for line in lines(made.data, "sheet")}
    assert (sheet["recipient"], sheet["unit"]) == ("Rapporteur", "records")
    assert sheet["linked"] == str(AGREEING)
    for scope in (*office.agreed, *office.silent):
        code = office.desk.run(lambda uow, scope=scope: uow.code_of_scope(scope))
        assert code.encode() not in made.data
        assert scope.hex().encode() not in made.data


def test_the_unit_is_persons_once_everybody_has_agreed_st10(office):
    for scope in office.silent:
        office.consents(scope, LINKING, office.rapporteur)

    assert office.link().unit.value == "persons"


def test_a_name_is_the_same_for_one_recipient_and_year_and_another_one_elsewhere_st10(office):
    first = names(office.link())

    assert names(office.link()) == first, "the key lies in the ledger"
    for scope in office.agreed:
        office.consents(scope, LINKING, office.other)
    assert not names(office.link(office.other)) & first
    key = bytes(32)
    scope = office.agreed[0]
    one = pseudonym(key, "a", (2025, 2025), scope)
    others = {
        pseudonym(key, "b", (2025, 2025), scope),
        pseudonym(key, "a", (2024, 2025), scope),
        pseudonym(bytes([1]) * 32, "a", (2025, 2025), scope),
        pseudonym(key, "a", (2025, 2025), office.agreed[1]),
    }
    assert one not in others
    assert len(others) == 4


def test_the_key_is_made_once_lies_in_the_ledger_and_is_in_no_file(office):
    made, again = office.link(), office.link()

    cells = office.desk.run(lambda uow: uow.cells(ORGANISATION))
    (cell,) = (one for one in cells if one.field == KEY)
    (key,) = (one.answer.value for one in cell.standing)
    assert cell.compartment == Compartment.ORG_RELEASES
    assert len(key) == 32
    for data in (made.data, again.data):
        assert key not in data
        assert key.hex().encode() not in data
    assert office.ledger == (), "it stands beside the tables and is none of them"


def test_everybody_in_the_file_has_a_row_in_the_log_and_nobody_else_r26(office):
    made = office.link()

    for scope in office.agreed:
        (entry,) = office.logged(scope)
        went, withheld, consents, _, recipient, _, sha256, ground = entry
        assert set(went) == {"screening.age_band", "screening.gender"}
        assert (withheld, recipient, ground) == ((), office.rapporteur, "consent")
        assert len(consents) == len(GROUPS)
        assert sha256 == hashlib.sha256(made.data).hexdigest()
    assert [office.logged(scope) for scope in office.silent] == [[], []]
    assert office.audited == [LINKED]


@pytest.mark.rule("R27")
def test_whoever_takes_the_yes_back_is_in_no_later_file_and_the_recipient_is_to_be_told(office):
    gone = office.agreed[0]
    before = names(office.link())
    event = office.consents(gone, LINKING, office.rapporteur)
    assert event.made
    cells = office.worker.run(lambda uow: uow.cells(gone))
    rows = {
        cell.record
        for cell in cells
        if cell.field == "consent_register.cr_purpose"
        for one in cell.standing
        if one.answer.value == LINKING
    }

    withdrawn = office.worker.do(WithdrawConsent(scope=gone, consents=tuple(sorted(rows))))[0]

    after = names(office.link())
    assert len(before - after) == 1
    assert after < before
    assert {recipient for recipient, _ in withdrawn.to_tell} == {office.rapporteur}


def test_with_one_person_less_than_the_smallest_cell_no_class_is_shown_st3(office):
    for scope in office.agreed[:2]:
        office.consents(scope, LINKING, office.other)

    made = office.link(office.other)

    assert (made.people, made.hidden) == (2, 2)
    assert {tuple(one[1:]) for one in lines(made.data, "person")} == {("c",) * 4}
    assert office.logged(office.agreed[0])[0][0] == (), "no question went, and the row says so"


@pytest.mark.parametrize("second", ["", "P-01"])
def test_nobody_makes_it_alone_and_nothing_is_entered(office, second):
    with pytest.raises(Refused, match=r"policy\.needs_second"):
        office.link(second=second)

    assert [office.logged(scope) for scope in office.agreed] == [[]] * AGREEING
    assert office.audited == []


def test_a_year_that_is_not_over_and_a_recipient_nobody_knows_are_refused(office):
    with pytest.raises(Refused, match=r"policy\.release_open"):
        office.link(year=str(int(office.year) + 1))
    with pytest.raises(Usage, match=r"usage\.not_found"):
        office.link(RecipientId("0e" * 16))


def test_whoever_makes_no_tables_makes_no_rows(office):
    reader = Office(0, roles=("case_manager",), worker=office.worker)

    with pytest.raises(Refused, match=r"policy\.role"):
        link_people(
            reader.parts, LinkAsked(office.rapporteur, office.year, office.year, "P-09"), pseudonym
        )
