"""Blank forms for the hand: every question has room, and nothing stands in it yet. R36, R40."""

import pytest
from tests.fakes.desk import base_forms

from nrm_desktop.documents.blank_document import BlankRenderer
from nrm_desktop.documents.fonts import load_fonts
from nrm_desktop.documents.renderer import unprintable
from nrm_desktop.domain.forms.schema import FormScope
from nrm_desktop.domain.values import FieldType
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_translator, spoken_languages

FORMS = base_forms()
OF_CASES = sorted(one.id for one in FORMS.forms.values() if one.scope is FormScope.CASE)


@pytest.fixture(scope="module")
def printer():
    fonts = load_fonts(resource_root() / "fonts")
    return BlankRenderer(FORMS, fonts, lambda one: load_translator(resource_root() / "texts", one))


def rows(content):
    return [row for section in content.sections for row in section.rows]


@pytest.mark.rule("R36")
@pytest.mark.rule("R20")
@pytest.mark.parametrize("form", OF_CASES)
def test_every_form_of_a_case_can_be_printed_blank_in_every_language(printer, form):
    for language in spoken_languages(resource_root() / "texts"):
        content = printer.content(form, "7F3K-92AB", language)

        assert unprintable(content, printer._fonts) == ()
        assert content.reference == "7F3K-92AB"
        assert "____" in content.recipient, "room for when it was written"
        assert "____" in content.purpose, "room for who wrote it"


@pytest.mark.rule("R36")
@pytest.mark.parametrize("form", OF_CASES)
def test_every_question_has_room_and_none_is_left_out(printer, form):
    said = {row.label for row in rows(printer.content(form, "1", "en"))}
    fields = [one for part in FORMS.form(form).sections for one in part.fields]
    asked = [one for one in fields if one.type is not FieldType.AUTO and not one.is_group]

    assert {FORMS.text(f"{one.id}.label") for one in asked} <= said
    assert all(
        "_" in row.value or "[" in row.value for row in rows(printer.content(form, "1", "en"))
    )


@pytest.mark.rule("R21")
def test_an_answer_and_a_question_nobody_asked_are_two_things_on_paper_too(printer):
    by_label = {row.label: row for row in rows(printer.content("screening", "1", "en"))}

    danger = by_label["In danger now"]
    assert "Yes" in danger.value
    assert "Not known" in danger.note
    assert "Does not want to say" in danger.note
    assert "Not known" not in by_label["Start"].note, "what the worker writes is no question"


def test_a_blank_form_is_a_pdf_of_its_own(printer):
    pdf = printer.render("incident", "7F3K-92AB", "ar", is_practice=True)

    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 10_000
