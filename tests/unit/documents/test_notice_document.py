"""The letter that a consent was taken back: what is asked, what may be answered, nobody's name."""

import subprocess
from dataclasses import replace

import pytest
from tests.fakes.desk import base_forms

from nrm_desktop.app.notice_letter import NoticeLetter
from nrm_desktop.documents.notice_document import letter_content, letter_pdf
from nrm_desktop.documents.renderer import unprintable
from nrm_desktop.domain.ids import RecipientId
from nrm_desktop.domain.notices import Part, Passed
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_translator, spoken_languages

pytestmark = [pytest.mark.rule("R27"), pytest.mark.rule("S6")]
LANGUAGES = spoken_languages(resource_root() / "texts")
LETTER = NoticeLetter(
    language="en",
    prepared_on="2026-11-26",
    answer_by="2026-12-10",
    sender="Harbour Aid · P-01",
    contact="0700 555 01",
    recipient_name="Lantern Office",
    passed=Passed("r-7f3k2q", RecipientId("ab" * 16), "2026-11-03", "plain_file", frozenset()),
    parts=(Part("legal", "needs"), Part("refer", "identity"), Part("refer", "needs")),
)


def say_in(language):
    return load_translator(resource_root() / "texts", language)


def content(language="en", **changes):
    letter = replace(LETTER, language=language, **changes)
    return letter_content(letter, base_forms(), say_in(language))


def told(one):
    return {
        section.title: {plain(row.label): plain(row.value) for row in section.rows}
        for section in one.sections
    }


def plain(text):
    return text.replace("\u2068", "").replace("\u2069", "")


def everything(one):
    rows = [row for section in one.sections for row in section.rows]
    texts = [section.title for section in one.sections] + [row.label for row in rows]
    return [*texts, *(line for row in rows for line in row.value.split("\n"))]


def test_it_names_the_file_as_the_recipient_knows_it_and_each_group_with_its_purpose():
    found = content()
    rows = told(found)

    assert (found.reference, found.recipient) == ("r-7f3k2q", "Lantern Office")
    assert found.expires == "10 December 2026"
    about = rows["What this is about"]
    assert "3 November 2026" in about["The file with the number r-7f3k2q"]
    assert (about["From"], about["How you reach us"]) == ("Harbour Aid · P-01", "0700 555 01")
    assert rows["What may no longer be used"] == {
        "Legal help": "What help is needed, language, who comes along",
        "To get help from another service": (
            "Name, birth date, citizenship\nWhat help is needed, language, who comes along"
        ),
    }


def test_it_asks_to_stop_to_erase_to_tell_others_and_to_answer_by_a_day():
    asked = told(content())["What we ask of you"]

    assert list(asked)[:4] == ["Stop", "Erase", "Tell others", "If a part must stay"]
    assert "10 December 2026" in asked["Answer"]


def test_there_is_room_for_each_answer_that_a_recipient_may_give():
    answer = told(content())["Your answer, to be sent back"]

    assert answer["About the file"] == "r-7f3k2q"
    boxes = [label.split("]")[1].strip() for label in answer if label.startswith("[")]
    assert boxes == [
        "Erased on",
        "Sent back on",
        "Not used any more, but kept",
        "A part stays here",
        "It stays in use here",
    ]
    assert all("__" in value for label, value in answer.items() if label.startswith("["))


def test_a_row_that_nobody_can_read_takes_everything_back():
    rows = told(content(parts=(Part("", ""), Part("refer", ""), Part("refer", "needs"))))

    assert rows["What may no longer be used"] == {
        "For whatever purpose": "Everything in this file",
        "To get help from another service": "Everything in this file",
    }


def test_where_nobody_wrote_down_how_to_reach_us_there_is_room_for_it():
    assert told(content(contact=""))["What this is about"]["How you reach us"].startswith("____")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_part_that_is_sent_back_lies_on_one_sheet(fonts, language, tmp_path, tool):
    (tmp_path / "letter.pdf").write_bytes(
        letter_pdf(replace(LETTER, language=language), base_forms(), fonts, say_in(language))
    )
    text = subprocess.run(
        [tool("pdftotext"), "-layout", str(tmp_path / "letter.pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    first, last = text.split("\f")[:2]

    assert "[" not in first
    assert last.count("[") == 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_whole_in_every_language(fonts, language):
    found = content(language)

    assert unprintable(found, fonts) == ()
    assert found.direction == ("rtl" if language == "ar" else "ltr")
    english = {line for line in everything(content()) if not line.startswith(("_", "[", "r-"))}
    own = {"Harbour Aid · P-01", "0700 555 01"}
    same = english.intersection(map(plain, everything(found))) - own
    assert language == "en" or same <= {plain("r-7f3k2q"), "\u2068r-7f3k2q\u2069"}
    pdf = letter_pdf(replace(LETTER, language=language), base_forms(), fonts, say_in(language))
    assert pdf.startswith(b"%PDF-")
    assert pdf != letter_pdf(
        replace(LETTER, language=language, is_practice=True), base_forms(), fonts, say_in(language)
    )
