"""What a person says is wrong: what can be chosen, what is written; nothing is replaced."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import OFFICE, ROOT, Reader, cell, version, view

from nrm_desktop.app.commands import AddCorrection, KeepDraft
from nrm_desktop.app.events import CorrectionAdded
from nrm_desktop.app.queries import RecordView
from nrm_desktop.domain.additions import Spot, named
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer, AnswerState
from nrm_desktop.ui.presenters.correction import MOST_ROWS, CorrectionPresenter
from nrm_desktop.ui.presenters.marks import Tone

SAID = RecordId(b"c" * 16)
FIRST, SECOND = RecordId(b"1" * 16), RecordId(b"2" * 16)
OF_DANGER = named(Spot(ROOT, FieldId("screening.danger_now"), 0))
pytestmark = pytest.mark.rule("S14")


def beside(field: str, words: str, record=ROOT):
    """The cells of an addition that stands already."""
    of = named(Spot(record, FieldId(field), 1))
    return [
        cell("correction.co_of", version(of), record=SAID, form="correction.c"),
        cell("correction.co_on", version(("2026-11-01", 0)), record=SAID, form="correction.c"),
        cell("correction.co_words", version(words), record=SAID, form="correction.c"),
    ]


def page(log, *cells, records=(), roles=("coordinator", "case_manager"), **answers):
    desk = FakeDesk(Reader(case=view(*cells, records=records), **answers), roles)
    desk.answers[AddCorrection] = lambda cmd: (
        CorrectionAdded(scope=cmd.scope, item=SAID, on=cmd.on or "today"),
    )
    made = CorrectionPresenter(log, desk, SCOPE)
    made.start()
    return desk, made


@pytest.fixture
def log(view_log):
    return view_log


def questions(log):
    return [line.name for line in log.last("show_lines")]


def test_an_answer_is_offered_in_words_with_what_was_said_about_it_before(log):
    stands = cell("screening.danger_now", version(value=True))
    _, made = page(log, stands, *beside("screening.danger_now", "Not any more"))

    (line,) = log.last("show_lines")
    assert line.answer == "Yes"
    assert line.beside == ("The person says, 2026-11-01: Not any more",)
    texts = [column.text(line) for column in made.columns()]
    assert texts[1:] == ["Yes", line.where, "1 addition"]


@pytest.mark.rule("R35")
def test_what_the_program_writes_and_what_was_never_answered_is_not_offered(log):
    nothing = version(None)._replace(answer=Answer(AnswerState.NOT_ASKED))
    page(
        log,
        cell("screening.danger_now", nothing),
        cell("screening.medical_now", version(None)),
        cell("case.code", version("YE7T-9BRZ"), form="case"),
        cell("disclosure.d_fields", version("x"), form="disclosure"),
        cell("no.such_field", version("from a newer pack")),
        *beside("screening.danger_now", "Words of the person"),
    )

    assert questions(log) == []
    assert "No answer stands here" in log.told("show_lines")[-1][1]


@pytest.mark.rule("N5")
def test_a_sealed_address_is_never_offered(log):
    page(log, cell("address.ad_street", version("Linden Lane 5"), form="address"))

    assert questions(log) == []
    assert "Linden" not in repr(log.calls)


@pytest.mark.rule("R35")
def test_declined_and_not_known_are_answers_that_can_be_wrong_too(log):
    declined = version(None)._replace(answer=Answer(AnswerState.DECLINED))
    page(log, cell("screening.danger_now", declined))

    assert [line.answer for line in log.last("show_lines")] == ["Declined"]


def test_two_versions_are_both_shown_and_a_service_is_called_by_its_name(log):
    page(
        log,
        cell("screening.danger_now", version(value=True), version(False, 2)),
        cell("safety.house", version(OFFICE), form="safety"),
        cell("address.ad_place", version(OFFICE), form="address"),
    )

    told = {line.name: line.answer for line in log.last("show_lines")}
    assert told["screening.danger_now"] == "Yes / No"
    assert told["address.ad_place"] == "House Seven"


def test_records_of_one_kind_are_told_apart_by_their_number(log):
    rows = tuple(
        RecordView(one, "shift", None, number) for number, one in enumerate((FIRST, SECOND), 1)
    )
    cells = [
        cell("shift.sh_now", version(f"Letter {number}"), record=one, form="shift")
        for number, one in enumerate((FIRST, SECOND), 1)
    ]
    page(log, *cells, records=rows)

    where = [line.where for line in log.last("show_lines")]
    assert [one[-1] for one in where] == ["1", "2"]


def test_words_narrow_the_list_and_what_is_not_shown_is_said(log):
    rows = [RecordId(bytes([number]) * 16) for number in range(1, MOST_ROWS + 4)]
    records = tuple(RecordView(one, "shift", None, n) for n, one in enumerate(rows, 1))
    cells = [
        cell("shift.sh_now", version(f"Letter {one.hex()[:4]}"), record=one, form="shift")
        for one in rows
    ]
    _, made = page(log, *cells, records=records)
    assert len(log.last("show_lines")) == MOST_ROWS
    assert log.told("show_lines")[-1][1].startswith("3 more answers")

    made.narrow(f"LETTER {rows[-1].hex()[:4]}")
    assert [line.record for line in log.last("show_lines")] == [rows[-1]]
    assert log.told("show_lines")[-1][1] == ""
    made.narrow("no such words")
    assert log.last("show_lines") == ()
    assert "has these words" in log.told("show_lines")[-1][1]


def test_the_words_go_beside_the_chosen_answer_and_replace_nothing(log):
    desk, made = page(log, cell("screening.danger_now", version(value=True)))
    made.write("Too early", None)
    assert desk.commands == [], "nothing is chosen yet"

    made.choose(0)
    assert log.last("show_chosen").answer == "Yes"
    made.write(" He is in another country ", ("2026-11-20", 0))

    (command,) = desk.sent(AddCorrection)
    assert (command.record, command.name) == (ROOT, "screening.danger_now")
    assert (command.words.strip(), command.on) == ("He is in another country", "2026-11-20")
    (banner,) = log.last("show_banners")
    assert banner.tone is Tone.OK
    assert "both go on together" in banner.text
    assert log.last("show_typed") == {"words": "", "day": ""}
    made.choose(7)
    assert log.last("show_chosen").answer == "Yes"


def test_without_a_day_it_is_today(log):
    desk, made = page(log, cell("screening.danger_now", version(value=True)))
    made.choose(0)
    made.write("No", None)

    assert desk.commands[-1].on == ""


@pytest.mark.parametrize(
    ("words", "day", "told"),
    [
        (None, None, "Write what the person says"),
        ("  ", None, "Write what the person says"),
        ("No", ("2026-11", 0), "day is not understood"),
        ("No", "the other day", "day is not understood"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_written(log, words, day, told):
    desk, made = page(log, cell("screening.danger_now", version(value=True)))
    made.choose(0)
    made.write(words, day)

    assert desk.commands == []
    assert told in repr(log.last("show_banners"))


def test_one_who_may_not_write_it_is_told_and_offered_nothing(log):
    page(log, cell("screening.danger_now", version(value=True)), roles=("observer",))

    assert log.told("show_form") == []
    assert log.told("show_lines")[-1] == ((), "Your role does not write here.")


def test_a_refusal_leaves_the_words_where_they_are(log):
    desk, made = page(log, cell("screening.danger_now", version(value=True)))
    desk.answers[AddCorrection] = Refused("policy.role", form="correction")
    made.choose(0)
    made.typed("words", "No")
    log.forget()
    made.write("No", None)

    assert log.told("show_typed") == []
    assert log.last("show_banners")[0].tone is Tone.BAD
    made.write("No", None)
    assert len(desk.sent(AddCorrection)) == 2, "it can be tried again"
    made.leave()
    assert kept(desk) == {OF_DANGER: "No"}


def kept(desk) -> dict[str, str]:
    """What the last draft holds."""
    return {row[0]: row[2] for row in desk.sent(KeepDraft)[-1].draft.fields}


@pytest.mark.promise("P1")
def test_words_that_are_not_written_are_there_again_beside_their_answer(log):
    dangers = cell("screening.danger_now", version(value=True))
    desk, made = page(log, dangers)
    made.choose(0)
    made.typed("words", "It was another time")
    made.typed("day", "2026-11-2")
    made.keep_drafts()
    (draft,) = [command.draft for command in desk.sent(KeepDraft)]
    assert kept(desk) == {OF_DANGER: "It was another time", "day": "2026-11-2"}

    log.forget()
    page(log, dangers, drafts=(draft,))
    assert log.last("show_chosen").name == "screening.danger_now"
    shown = {name: text for (words,) in log.told("show_typed") for name, text in words.items()}
    assert shown == {"words": "It was another time", "day": "2026-11-2"}


def test_words_go_over_to_the_answer_that_is_chosen_then_and_to_no_other(log):
    desk, made = page(
        log,
        cell("screening.danger_now", version(value=True)),
        cell("screening.given_name", version("Olena")),
    )
    made.choose(0)
    first = log.last("show_chosen").name
    made.typed("words", "Not so")
    made.choose(1)
    made.keep_drafts()

    (name,) = kept(desk)
    assert name == named(Spot(ROOT, log.last("show_chosen").name, 0))
    assert not name.startswith(first)


def test_what_is_written_is_no_draft_any_more(log):
    desk, made = page(log, cell("screening.danger_now", version(value=True)))
    made.choose(0)
    made.typed("words", "Not so")
    made.keep_drafts()
    made.write("Not so", None)

    assert kept(desk) == {}
