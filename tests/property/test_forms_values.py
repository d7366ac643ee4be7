"""Values and packs under arbitrary input: nothing is lost, and only the one family is raised."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.forms.small_pack import (
    base_files,
    country_files,
    problems_of,
    small_forms,
    with_texts,
)

from nrm_desktop.domain.forms.flow import flow, next_unanswered
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.schema import Code, CodeList
from nrm_desktop.domain.forms.validate import (
    Problem,
    check_answer,
    check_value,
    parse_text,
    show,
)
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.readiness import readiness
from nrm_desktop.domain.values import Answer, AnswerState, FieldType, Source, answered

COUNTRY = country_files()
SMALL = small_forms(COUNTRY)
LISTS = {"sign": ("signature", "mark"), "country": ("UA", "XK"), "colour": ("red", "blue")}
FORMS = replace(
    SMALL,
    codelists={
        **SMALL.codelists,
        **{name: CodeList(name, tuple(map(Code, codes))) for name, codes in LISTS.items()},
    },
)
ANY_FIELD = FORMS.field("screening.started_at")
VALUE_TYPES = [kind for kind in FieldType if kind is not FieldType.GROUP]
LIST_OF = {"sign": "sign", "country": "country", "one": "colour", "many": "colour"}


def a_field(kind: FieldType):
    return replace(ANY_FIELD, type=kind, codelist=LIST_OF.get(kind, ""), ref="service")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=6,
)
WORDS = st.text(max_size=40) | st.sampled_from(
    ["yes", "~2026-05", "age:14", "red, blue", "uk", "P3M", "about 3", "signature: x", "2026-05-14"]
)


@given(st.sampled_from(VALUE_TYPES), WORDS)
def test_what_was_read_is_read_again_from_what_is_shown(kind, text):
    one = a_field(kind)

    value = parse_text(one, text, FORMS)

    if not isinstance(value, Problem):
        assert parse_text(one, show(one, value), FORMS) == value
        assert check_value(one, value, FORMS) == value


@given(st.sampled_from(VALUE_TYPES), VALUES)
def test_a_checked_value_is_in_its_final_form_and_survives_show_and_read(kind, raw):
    one = a_field(kind)

    value = check_value(one, raw, FORMS)

    if not isinstance(value, Problem):
        assert check_value(one, value, FORMS) == value
        assert isinstance(show(one, value), str)
        if kind is not FieldType.AUTO:
            assert parse_text(one, show(one, value), FORMS) == value


@pytest.mark.rule("R21")
@given(st.sampled_from(VALUE_TYPES), st.sampled_from(AnswerState), st.sampled_from(Source), VALUES)
def test_state_and_source_are_never_changed_by_a_check(kind, state, source, value):
    is_answered = state is AnswerState.ANSWERED
    answer = Answer(state, value if is_answered else None, source, asked_on="2026-05-14")

    kept = check_answer(a_field(kind), answer, FORMS)

    if isinstance(kept, Answer):
        assert (kept.state, kept.source, kept.asked_on) == (state, source, "2026-05-14")


FIELDS = [one for one in SMALL.fields() if not one.is_group]
SAMPLES = {
    FieldType.YESNO: "yes",
    FieldType.DATETIME: "2026-05",
    FieldType.NUMBER: "3",
    FieldType.REF: "a1",
}


def sample(one):
    codes = SMALL.codes_of(one)
    text = codes.offered()[0] if codes else SAMPLES.get(one.type, "words")
    return answered(parse_text(one, text, SMALL))


@pytest.mark.rule("R28")
@given(st.lists(st.sampled_from(FIELDS), max_size=3, unique=True), st.sampled_from(AnswerState))
def test_every_form_can_be_saved_with_any_few_fields_filled(chosen, state):
    """Nothing is required for saving: no check asks for another field, and no flow breaks."""
    answers = {
        one.id: sample(one) if state is AnswerState.ANSWERED else Answer(state) for one in chosen
    }

    for one in chosen:
        assert isinstance(check_answer(one, answers[one.id], SMALL), Answer)
    record = Record(RecordId(b"\x01" * 16), "screening", answers=answers)
    records = Records([record])
    context = records.context(record.record, records.facts(SMALL))
    for form in SMALL.forms:
        assert len(flow(SMALL, form, context)) <= len(SMALL.form(form).sections)
        next_unanswered(SMALL, form, context)
    for act in SMALL.vocabulary.acts:
        assert readiness(SMALL, act, records).act == act


FILES = with_texts(base_files(), COUNTRY)
SPLICES = st.sampled_from(
    ["", '"', "[", "]", "{", "}", "=", "\n", "[[", "x = 1\n", "true", "9" * 400, "2026-02-30", "\0"]
) | st.text(max_size=5)


@given(st.data())
def test_a_pack_altered_anywhere_loads_or_is_refused_and_nothing_else(data):
    files, country = dict(FILES), dict(COUNTRY)
    target = data.draw(st.sampled_from([files, files, country]))
    path = data.draw(st.sampled_from(sorted(target)))
    text = target[path]
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 30))
    target[path] = text[:at] + data.draw(SPLICES) + text[at + length :]

    problems = problems_of(files, country)

    assert all(one.line >= 1 and one.message and one.remedy for one in problems)
