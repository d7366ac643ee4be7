"""Values by the type of their field: what is read, what is refused, and how it is written."""

from dataclasses import replace

import pytest
from tests.unit.domain.forms.small_pack import small_forms

from nrm_desktop.domain.forms.schema import Code, CodeList, Field
from nrm_desktop.domain.forms.validate import (
    Problem,
    check_answer,
    check_value,
    parse_text,
    show,
)
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import (
    Answer,
    AnswerState,
    FieldType,
    Mark,
    Source,
    answered,
)

SMALL = small_forms()
LISTS = {
    "colour": CodeList("colour", (Code("red"), Code("blue"), Code("old", is_hidden=True))),
    "country": CodeList("country", (Code("UA"), Code("XK"), Code("stateless"))),
    "sign": CodeList("sign", (Code("signature"), Code("verbal"))),
}
FORMS = replace(SMALL, codelists=LISTS)
LIST_OF = {
    FieldType.ONE: "colour",
    FieldType.MANY: "colour",
    FieldType.COUNTRY: "country",
    FieldType.SIGN: "sign",
}


def a_field(kind: FieldType, **more) -> Field:
    more = {"codelist": LIST_OF.get(kind, ""), **more}
    return Field(FieldId("screening.x"), "setting", kind, Compartment.CORE, **more)


READ = [
    (FieldType.TEXT, "Cafe\u0301", "Caf\u00e9"),
    (FieldType.TEXT, " as it is ", " as it is "),
    (FieldType.LONG, "one\r\ntwo\rthree", "one\ntwo\nthree"),
    (FieldType.LONG, "مرحبا Привіт", "مرحبا Привіт"),
    (FieldType.LONG, "x" * 15_000, "x" * 15_000),
    (FieldType.DATE, "2026", ("2026", 0)),
    (FieldType.DATE, "2026-05", ("2026-05", 0)),
    (FieldType.DATE, "~2026-05-14", ("2026-05-14", 1)),
    (FieldType.DATE, "2026-21", ("2026-21", 0)),
    (FieldType.DATE, "age:14", ("age:14", 0)),
    (FieldType.DATE, "2026-05-14 persian", ("2026-05-14", 0, "persian")),
    (FieldType.DATETIME, "2026-05-14T20:46", ("2026-05-14T20:46", 0)),
    (FieldType.DATETIME, "~2026-05-14 20:46:00Z", ("2026-05-14T20:46:00Z", 1)),
    (FieldType.DATETIME, "2026-05-14T20:46+02:00", ("2026-05-14T20:46+02:00", 0)),
    (FieldType.DATETIME, "2026-05-14T20:46 persian", ("2026-05-14T20:46", 0, "persian")),
    (FieldType.DATETIME, "2026-05", ("2026-05", 0)),
    (FieldType.YESNO, "yes", True),
    (FieldType.YESNO, " No ", False),
    (FieldType.ONE, "red", "red"),
    (FieldType.MANY, "blue, red, blue", ("blue", "red")),
    (FieldType.NUMBER, "14", 14),
    (FieldType.NUMBER, "-0", 0),
    (FieldType.NUMBER, "007", 7),
    (FieldType.NUMBER, "~14", "~14"),
    (FieldType.NUMBER, "about 014", "~14"),
    (FieldType.NUMBER, "2.50", "2.50"),
    (FieldType.NUMBER, "~١٤", "~14"),
    (FieldType.DURATION, "٣٠ days", "P30D"),
    (FieldType.DATE, "۲۰۲۶-۰۵", ("2026-05", 0)),
    (FieldType.DATETIME, "٢٠٢٦-٠٥-١٤T٢٠:٤٦", ("2026-05-14T20:46", 0)),
    (FieldType.NUMBER, "-0.5", "-0.5"),
    (FieldType.DURATION, "30 days", "P30D"),
    (FieldType.DURATION, "about 6 months", "~P6M"),
    (FieldType.DURATION, "20 min", "PT20M"),
    (FieldType.DURATION, "P2W", "P2W"),
    (FieldType.PLACE, "a town by the river", "a town by the river"),
    (FieldType.COUNTRY, "ua", "UA"),
    (FieldType.COUNTRY, "Stateless", "stateless"),
    (FieldType.LANGUAGE, "uk", "uk"),
    (FieldType.LANGUAGE, "ar-SY as spoken at home", "ar-SY as spoken at home"),
    (FieldType.LANGUAGE, "Ukrainian", "und Ukrainian"),
    (FieldType.SELECTION, "a.b, c.d", ("a.b", "c.d")),
    (FieldType.SIGN, "signature", ("signature", "")),
    (FieldType.SIGN, "verbal: before a witness", ("verbal", "before a witness")),
]


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_a_text_is_read_shown_and_read_again(kind, text, value):
    one = a_field(kind)

    assert parse_text(one, text, FORMS) == value
    assert parse_text(one, show(one, value), FORMS) == value
    assert check_value(one, value, FORMS) == value


REFUSED = [
    (FieldType.TEXT, "  ", "empty"),
    (FieldType.TEXT, "x" * 2_001, "too_long"),
    (FieldType.TEXT, "a\x00b", "control_character"),
    (FieldType.TEXT, "half \ud800", "control_character"),
    (FieldType.LONG, "x" * 20_001, "too_long"),
    (FieldType.DATE, "14 May", "not_a_date"),
    (FieldType.DATE, "2026-02-30", "not_a_date"),
    (FieldType.DATE, "0000", "not_a_date"),
    (FieldType.DATE, "age:140", "not_a_date"),
    (FieldType.DATE, "2026 7", "not_a_calendar"),
    (FieldType.DATETIME, "2026-05-14T25:00", "not_a_time"),
    (FieldType.DATETIME, "noon", "not_a_date"),
    (FieldType.DATETIME, "2026-05-14T20:46 7", "not_a_calendar"),
    (FieldType.YESNO, "true", "not_yes_or_no"),
    (FieldType.ONE, "green", "not_in_list"),
    (FieldType.ONE, "old", "not_in_list"),
    (FieldType.MANY, "red, green", "not_in_list"),
    (FieldType.MANY, ",", "empty"),
    (FieldType.NUMBER, "1,000", "not_a_number"),
    (FieldType.NUMBER, "many", "not_a_number"),
    (FieldType.NUMBER, "³", "not_a_number"),
    (FieldType.DURATION, "a while", "not_a_duration"),
    (FieldType.DURATION, "3 fortnights", "not_a_duration"),
    (FieldType.COUNTRY, "Ukraine", "not_a_country"),
    (FieldType.SELECTION, "no id!", "not_an_id"),
    (FieldType.SIGN, "thumb", "not_in_list"),
    (FieldType.AUTO, "typed", "set_by_program"),
    (FieldType.GROUP, "row", "group_has_no_value"),
]


@pytest.mark.parametrize(("kind", "text", "code"), REFUSED)
def test_a_text_that_is_no_value_is_told_by_a_code(kind, text, code):
    problem = parse_text(a_field(kind), text, FORMS)

    assert isinstance(problem, Problem)
    assert problem.code == code


def test_a_problem_says_what_would_be_taken_and_never_what_was_given():
    problem = parse_text(a_field(FieldType.ONE), "secret words", FORMS)

    assert problem == Problem("not_in_list", ("red", "blue"))


def test_links_are_ids_and_never_words():
    link = a_field(FieldType.REF, ref="service")
    several = a_field(FieldType.MANY, ref="consent_register", codelist="")

    assert parse_text(link, "a7f3", FORMS) == "a7f3"
    assert isinstance(parse_text(link, "a name", FORMS), Problem)
    assert parse_text(several, "a7, b2", FORMS) == ("a7", "b2")


WRONG_SHAPES = [
    (FieldType.TEXT, 7),
    (FieldType.LONG, b"bytes"),
    (FieldType.DATE, "2026"),
    (FieldType.DATE, ("2026", 2)),
    (FieldType.DATE, ("2026", True)),
    (FieldType.DATE, ("2026", 0, "")),
    (FieldType.DATETIME, ("2026-05-14 20:46", 0)),
    (FieldType.YESNO, 1),
    (FieldType.YESNO, "yes"),
    (FieldType.MANY, "red"),
    (FieldType.MANY, ("red", 7)),
    (FieldType.MANY, ()),
    (FieldType.NUMBER, True),
    (FieldType.NUMBER, None),
    (FieldType.SIGN, ("signature",)),
    (FieldType.SIGN, ("signature", 1)),
    (FieldType.AUTO, None),
    (FieldType.GROUP, ("a",)),
]


@pytest.mark.parametrize(("kind", "value"), WRONG_SHAPES)
def test_a_value_of_another_shape_is_no_value_of_the_type(kind, value):
    assert isinstance(check_value(a_field(kind), value, FORMS), Problem)


def test_what_the_program_sets_is_taken_as_it_is():
    one = a_field(FieldType.AUTO)

    assert check_value(one, ("a", 1, True), FORMS) == ("a", 1, True)
    assert show(one, ("a", 1)) == "a, 1"


def test_a_value_of_a_newer_pack_is_shown_somehow():
    assert show(a_field(FieldType.DATE), "2026") == "2026"
    assert show(a_field(FieldType.SIGN), ("a", "b", "c")) == "('a', 'b', 'c')"
    assert show(a_field(FieldType.MANY), "red") == "red"


@pytest.mark.rule("R21")
@pytest.mark.parametrize(
    "state", [AnswerState.NOT_ASKED, AnswerState.UNKNOWN, AnswerState.DECLINED]
)
def test_every_state_is_an_answer_of_every_type(state):
    for kind in FieldType:
        answer = Answer(state, source=Source.PERSON)
        expected = answer if kind is not FieldType.GROUP else Problem("group_has_no_value")
        assert check_answer(a_field(kind), answer, FORMS) == expected


def test_what_a_worker_decides_is_not_declined():
    problem = check_answer(
        a_field(FieldType.YESNO, may_decline=False), Answer(AnswerState.DECLINED), FORMS
    )

    assert problem == Problem("may_not_decline", ("answered", "unknown", "not_asked"))


def test_only_the_sources_of_the_pack_are_taken_and_none_stated_always():
    one = a_field(FieldType.YESNO, sources=(Source.OBSERVED,))

    assert check_answer(one, answered(value=True, source=Source.PERSON), FORMS) == Problem(
        "source_not_allowed", ("observed",)
    )
    assert check_answer(one, answered(value=True), FORMS) == answered(value=True)


def test_own_words_are_marked_as_such_and_other_marks_stay():
    one = a_field(FieldType.LONG, own_words=True)

    kept = check_answer(one, answered("words", marks=Mark.NOT_TO_LEAVE), FORMS)

    assert isinstance(kept, Answer)
    assert kept.marks == Mark.OWN_WORDS | Mark.NOT_TO_LEAVE


def test_an_answer_with_a_wrong_value_is_a_problem():
    assert check_answer(a_field(FieldType.YESNO), answered("maybe"), FORMS) == Problem(
        "not_yes_or_no", ("yes", "no")
    )
