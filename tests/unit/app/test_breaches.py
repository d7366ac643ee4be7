"""Data in wrong hands: what a report opens in the cases it names, and which clock never starts."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.fakes.runner import base_forms
from tests.unit.app.test_shift import ALL, NOW, Night
from tests.unit.ui.presenters.cases import row

from nrm_desktop.app.breaches import Office, breaches_by_case, codes_in, office_list
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.forms.timetable import Timetable
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.scopes import Compartment

CODE, OTHER = "4F7K-9ABT", "2B7K-9AB6"
OFFICE = Office(ScopeId(b"o" * 16), 7)
BREACHES = int(Compartment.ORG_BREACHES)


class Books(Night):
    """Cases by code beside the register of breaches."""

    state = "open"

    def register(self, form, sight):
        if form != "breach" or BREACHES not in sight.compartments:
            return SimpleNamespace(records=(), cells=())
        view = self.view("")
        return SimpleNamespace(records=view.records, cells=view.cells)

    def scope_of_code(self, code):
        return ScopeId(code.encode().ljust(16)) if code in self.views else None

    def case(self, scope, _sight):
        code = scope.decode().strip()
        return replace(self.view(code), row=row(code=code, scope=scope, state=self.state))

    def reports(self, *codes: str, minute: str = "2026-11-26T20:00") -> None:
        self.write("", 1, "breach", minute=minute, breach__br_noticed=(minute, 0))
        said = {"breach__br_what__cases": ", ".join(codes)}
        self.write("", 2, "breach.br_what", 1, minute=minute, **said)


@pytest.fixture
def books() -> Books:
    made = Books()
    for code in (CODE, OTHER):
        made.write(code, 10, "case", case__code=code)
    return made


def due(books, forms=None, sight=ALL) -> set[tuple[str, str]]:
    found = office_list(books, forms or base_forms(), sight, NOW, OFFICE)
    return {(one.code, one.clock.rule.id) for one in found}


@pytest.mark.rule("S5")
def test_a_report_has_the_safety_plan_of_every_case_that_it_names_looked_at_again(books):
    assert due(books) == set()
    books.reports(CODE, "4f7k9abt", "no-code-at-all")

    assert due(books) == {("", "breach_warning"), (CODE, "danger_look")}
    books.write(CODE, 11, "safety", minute="2026-11-26T19:59", safety__trigger="event")
    assert (CODE, "danger_look") in due(books)
    books.write(CODE, 12, "safety", minute="2026-11-26T20:30", safety__trigger="event")
    assert due(books) == {("", "breach_warning")}


def test_people_who_were_warned_end_the_task_of_warning(books):
    books.reports()
    books.write("", 3, "breach.br_warned", 1, breach__br_warned__at=("2026-11-26T21:00", 0))

    assert due(books) == set()


def test_a_closed_case_and_one_that_is_not_here_are_passed_over(books):
    books.reports(CODE, "9X7K-9AB2")
    books.state = "closed"

    assert due(books) == {("", "breach_warning")}


def test_only_those_who_read_reports_are_told_of_them(books):
    books.reports(CODE)
    others = Sight(ALL.compartments - {BREACHES})

    assert due(books, sight=others) == set()
    assert breaches_by_case(books, others, None) == {}


def test_the_time_of_the_law_runs_only_where_a_pack_has_read_the_law(books):
    books.reports()
    base = base_forms()
    rule = base.timetable.clocks["breach_notice"]
    assert not rule.is_verified
    assert ("", "breach_notice") not in due(books)

    read = replace(rule, id="xx_breach_notice", source="Law of X, art. 1", is_verified=True)
    clocks = {**base.timetable.clocks, read.id: read}
    timetable = Timetable(base.timetable.tracks, clocks, base.timetable.holidays)
    [clock] = [
        one.clock
        for one in office_list(books, replace(base, timetable=timetable), ALL, NOW, OFFICE)
        if one.clock.rule.id == read.id
    ]
    assert (clock.begins, clock.ends) == ("2026-11-26T20:00", "2026-11-29T20:00")


def test_codes_are_found_in_a_text_however_they_are_parted():
    assert codes_in("4f7k-9abt, 2B7K 9AB6;4F7K9ABT\nand others 4F7K-9ABC") == (CODE, OTHER)
    assert codes_in("") == ()
