"""Something in the wrong file: what can be moved, what is said before, two people, the trace."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import OFFICE, ROOT, Reader, cell, version, view

from nrm_desktop.app.commands import KeepDraft
from nrm_desktop.app.handlers.moving import Moved
from nrm_desktop.app.queries import RecordView
from nrm_desktop.domain.errors import Locked, Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import answered
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.moving import MovingPresenter
from nrm_desktop.ui.presenters.second_person import SecondPerson

NEEDS, DOMAIN, TRACE = (RecordId(bytes([number]) * 16) for number in (1, 2, 3))
NOW = FieldId("needs.now")
CODE = "7KQ2-M9FX"
OTHERS = "four green doors"
pytestmark = [pytest.mark.rule("R37"), pytest.mark.rule("N16")]


class Tools:
    """Moves nothing and remembers the orders; a second person may be needed, or a fault told."""

    def __init__(self, *, needs_second=True, fails=None, recipients=()) -> None:
        self.needs_second, self.fails, self.recipients = needs_second, fails, recipients
        self.orders, self.confirmed, self.forgot = [], "", 0

    def others(self):
        return ("P-02",)

    def confirm(self, badge, passphrase):
        if passphrase == "wrong":
            raise Locked("vault.wrong_passphrase")
        self.confirmed = badge
        return badge

    def look(self, order):
        if self.fails is not None:
            raise self.fails
        answers = tuple((record, NOW, answered("x")) for record in order.items)
        return Moved({}, (NOW,), answers, self.recipients)

    def move(self, order):
        confirmed, self.confirmed = self.confirmed, ""
        if self.needs_second and order.second != (confirmed or None):
            raise Refused("erasure.needs_second")
        moved = self.look(order)
        self.orders.append(order)
        return moved

    def forget(self):
        self.confirmed, self.forgot = "", self.forgot + 1


def a_case(*more):
    cells = (
        cell("screening.given_name", version("Olena")),
        cell("needs.domain", version("leisure"), record=DOMAIN, form="needs.domain"),
        cell("needs.now", version("Words about somebody else"), record=DOMAIN, form="needs.domain"),
        cell("case.state", version("open"), record=RecordId(b"c" * 16), form="case"),
        *more,
    )
    rows = (
        RecordView(NEEDS, "needs", None, 2),
        RecordView(DOMAIN, "needs.domain", NEEDS, 3),
        RecordView(TRACE, "moved", None, 4),
    )
    return view(*cells, records=rows)


def page(log, case=None, *, drafts=(), tools=None):
    desk = FakeDesk(Reader(case=case or a_case(), drafts=drafts))
    tools = tools or Tools()
    second = SecondPerson(log, desk, tools)
    made = MovingPresenter(log, desk, SCOPE, tools, second)
    made.start()
    return desk, made, second, tools


def fill_in(made):
    made.tick(NEEDS.hex(), is_chosen=True)
    made.typed("code", CODE)
    made.typed("reason", "wrong_code")


@pytest.fixture
def log(view_log):
    return view_log


def test_entries_are_offered_as_a_whole_and_nothing_that_the_program_keeps(log):
    page(log)
    entries = {one.id: one for one in log.last("show_entries")}
    assert set(entries) == {ROOT.hex(), NEEDS.hex()}
    assert "Words about somebody else" in entries[NEEDS.hex()].label
    assert not any(one.is_chosen for one in entries.values())
    assert "wrong_code" in {one.code for one in log.last("show_reasons")}


@pytest.mark.rule("N5")
def test_an_entry_is_never_told_by_a_sealed_answer(log):
    record = RecordId(b"a" * 16)
    street = cell("address.ad_street", version("Linden Lane 5"), record=record, form="address")
    case = a_case(street)
    rows = (*case.records, RecordView(record, "address", None, 5))
    page(log, replace(case, records=rows))

    assert record.hex() in {one.id for one in log.last("show_entries")}
    assert "Linden" not in repr([one.label for one in log.last("show_entries")])


def test_where_two_answers_stand_it_is_said_that_somebody_decides_first(log):
    two = cell("screening.family_name", version("Koval", 4), version("Kowal", 5))
    page(log, a_case(two))

    (entry,) = [one for one in log.last("show_entries") if one.id == ROOT.hex()]
    assert "decide first" in entry.label


@pytest.mark.parametrize("left_out", ["entry", "code", "reason"])
def test_what_is_not_said_is_asked_for_and_nothing_is_looked_at(log, left_out):
    _, made, _, tools = page(log)
    fill_in(made)
    if left_out == "entry":
        made.tick(NEEDS.hex(), is_chosen=False)
    else:
        made.typed(left_out, "")
    made.look()
    made.move()

    assert log.last("show_would_move") == ()
    assert tools.orders == []
    assert log.last("show_banners")[0].tone is Tone.WARN


def test_what_would_move_and_what_stays_as_a_trace_is_said_before(log):
    _, made, _, tools = page(log, tools=Tools(recipients=(OFFICE,)))
    fill_in(made)
    made.move()
    assert tools.orders == [], "nobody has looked yet"
    made.look()

    told = " ".join(log.last("show_would_move"))
    assert f"1 answer would go into {CODE}" in told
    assert "no words, and no hint to the other file" in told
    assert "House Seven" in told, "whoever received it has to be told"


@pytest.mark.rule("R29")
def test_a_second_person_confirms_the_very_order_that_was_shown(log):
    _, made, second, tools = page(log)
    fill_in(made)
    made.look()
    made.move()
    assert CODE in log.last("ask_second")
    second.confirm("P-02", "wrong")
    assert tools.orders == []
    second.confirm("P-02", OTHERS)

    (order,) = tools.orders
    assert (order.to, order.items, order.reason) == (CODE, (NEEDS,), "wrong_code")
    assert (order.ordered_by, order.second) == ("P-01", "P-02")
    banners = log.told("show_banners")
    assert "no longer here" in repr(banners)
    assert log.told("show_typed")[-1] == ({"code": "", "reason": ""},)


def test_what_was_chosen_anew_while_the_colleague_came_is_not_moved(log):
    _, made, second, tools = page(log)
    fill_in(made)
    made.look()
    made.move()
    made.tick(ROOT.hex(), is_chosen=True)
    second.confirm("P-02", OTHERS)

    assert tools.orders == []
    assert tools.confirmed == ""
    assert "Nothing was moved" in repr(log.last("show_banners"))


def test_what_comes_into_the_case_meanwhile_is_looked_at_anew_and_else_the_look_stays(log):
    desk, made, _, _ = page(log)
    fill_in(made)
    made.look()
    made.refresh()
    assert log.last("show_would_move") != ()
    desk.reader.answers["case"] = a_case(cell("screening.family_name", version("Koval")))
    made.refresh()

    assert log.last("show_would_move") == ()


@pytest.mark.parametrize(
    "fault",
    [
        Refused("conflict.open", field=NOW),
        Usage("usage.not_found", what="case", name=CODE),
        Refused("policy.case_closed"),
        Refused("policy.not_movable", field=NOW),
    ],
)
def test_a_refusal_is_said_in_plain_words_before_anybody_is_called(log, fault):
    _, made, _, _ = page(log, tools=Tools(fails=fault))
    fill_in(made)
    made.look()

    (banner,) = log.last("show_banners")
    assert banner.tone is Tone.BAD
    assert banner.title
    assert banner.text
    assert log.told("ask_second") == []


@pytest.mark.promise("P1")
def test_what_is_typed_outlives_a_lock_and_is_gone_once_it_was_moved(log):
    desk, made, second, _ = page(log)
    fill_in(made)
    made.keep_drafts()
    draft = desk.sent(KeepDraft)[-1].draft

    desk, made, second, tools = page(log, drafts=(draft,))
    assert log.last("show_typed") == {"code": CODE, "reason": "wrong_code"}
    assert [one.id for one in log.last("show_entries") if one.is_chosen] == [NEEDS.hex()]
    made.look()
    made.move()
    second.confirm("P-02", OTHERS)
    assert tools.orders
    assert desk.sent(KeepDraft)[-1].draft.fields == ()


def test_the_trace_of_a_move_says_when_who_which_and_why_and_no_words(log):
    said = {
        "mv_fields": ("needs.now",),
        "mv_when": ("2026-11-20T10:00:00Z", "P-01"),
        "mv_way": "went",
        "mv_reason": "same_name",
        "mv_out": (OFFICE,),
    }
    cells = [
        cell(f"moved.{name}", version(value), record=TRACE, form="moved")
        for name, value in said.items()
    ]
    page(log, a_case(*cells))

    line, out = log.last("show_traces")
    assert "P-01: went to the file where it belongs" in line
    assert "Same name" in line
    assert CODE not in line
    assert "House Seven" in out


def test_whoever_confirmed_is_let_go_of_when_the_page_is_left(log):
    _, made, _, tools = page(log)
    made.leave()
    assert tools.forgot


def test_an_empty_case_says_so(log):
    page(log, view())
    assert log.told("show_entries")[-1] == ((), "Nothing stands here that could be moved.")
