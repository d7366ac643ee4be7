"""What stands beside an interpreter who may be called, at any hour and without a network (R40)."""

import pytest
from tests.unit.ui.presenters.cases import cell, version, view

from nrm_desktop.app.queries import RecordView, RegisterView
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.values import Answer, AnswerState
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.interpreters import interpreter_choices

ENTRY = RecordId(b"\x11" * 16)
LANGUAGES = (Choice("uk", "Ukrainian"), Choice("ru", "Russian"))


def register(**said: object) -> RegisterView:
    """One interpreter. Shape: `name`, `phone`, `hours`, `by_phone`, and `languages` in a list."""
    rows: list[tuple[str, object]] = [
        (f"interpreters.in_phone.{what}", said[what])
        for what in ("phone", "hours", "by_phone")
        if what in said
    ]
    rows += [("interpreters.in_languages.language", one) for one in said.get("languages", ())]
    if "name" in said:
        rows.append(("interpreters.in_name.name", said["name"]))
    ids = [RecordId(bytes([number]) * 16) for number in range(len(rows))]
    return RegisterView(
        tuple(
            RecordView(record, field.rpartition(".")[0], ENTRY, 1)
            for record, (field, _) in zip(ids, rows, strict=True)
        ),
        tuple(
            cell(field, version(value), record=record)
            for record, (field, value) in zip(ids, rows, strict=True)
        ),
    )


def label(**said: object) -> str:
    (choice,) = interpreter_choices(register(**said), view(), LANGUAGES)
    assert choice.code == ENTRY.hex()
    return choice.label


@pytest.mark.rule("R40")
def test_the_languages_and_the_number_stand_beside_whoever_interprets_by_phone():
    said = {"name": "Harbour voices", "languages": ["uk", "ru", "xx"], "phone": "+1 555 01"}
    assert label(**said, by_phone=True, hours="all night") == (
        "Harbour voices · Russian, Ukrainian, xx · \u2068+1 555 01\u2069 · all night"
    )


@pytest.mark.parametrize("by_phone", [{}, {"by_phone": False}])
def test_the_number_of_somebody_who_only_comes_is_not_offered_for_a_call(by_phone):
    assert label(name="Olena", phone="+1 555 02", hours="by day", **by_phone) == "Olena"


def test_an_entry_without_a_name_cannot_be_chosen():
    assert interpreter_choices(register(phone="+1 555 03", by_phone=True), view()) == ()


def test_a_name_that_was_declined_is_no_name():
    nameless = RegisterView(
        (RecordView(RecordId(b"n" * 16), "interpreters.in_name", ENTRY, 1),),
        (
            cell(
                "interpreters.in_name.name",
                version(None)._replace(answer=Answer(AnswerState.DECLINED)),
                record=RecordId(b"n" * 16),
            ),
        ),
    )
    assert interpreter_choices(nameless, view()) == ()
