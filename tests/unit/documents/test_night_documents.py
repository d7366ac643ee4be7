"""The slip of a counter and the hand-over of a shift on paper: codes, and no place of anybody."""

from dataclasses import replace

import pytest
from tests.fakes.desk import base_forms

from nrm_desktop.app.duty import Beds, DutySheet, OnCall, PhoneHelp
from nrm_desktop.app.shift import HandOver, Receipt, ShiftLine, ToDo
from nrm_desktop.app.shift_paper import ShiftPaper
from nrm_desktop.documents.bidi import base_direction, embedding_levels, visual_order
from nrm_desktop.documents.renderer import unprintable
from nrm_desktop.documents.shift_document import shift_content, shift_pdf
from nrm_desktop.documents.slip_document import SlipContent, slip_pdf
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_translator, spoken_languages

LANGUAGES = spoken_languages(resource_root() / "texts")
SLIP = SlipContent(("W1Q34", "B39YC", "BYFN"), "YE7T-9BRZ", "2026-12-03")
LINE = ShiftLine(
    ScopeId(b"s" * 16),
    "YE7T-9BRZ",
    RecordId(b"r" * 16),
    "2026-11-26T20:00",
    "P-02",
    now="Sleeps badly, wants to phone her sister.",
    todo=(
        ToDo("Call the doctor", "2026-11-27T08:00", "P-03"),
        ToDo("Buy milk", is_done=True),
    ),
    watch=("fear", "pain"),
    watch_words="asks for the key",
    receipts=(Receipt("P-03", "2026-11-26T21:00"),),
)
DUTY = DutySheet(
    (
        OnCall("medical", "Clinic 555 01", "2026-11-26T20:00", "2026-11-27T08:00", "112", True),
        OnCall("medical", "Clinic 555 02", is_old=True),
    ),
    (Beds("House Seven", "women", 2, "2026-11-26T18:00"), Beds("Lake", "women", None)),
    (PhoneHelp("ti", "woman", "555 02", "day and night", "the office"),),
)
PAPER = ShiftPaper(HandOver((LINE,), ("2B7K-9ABC",)), DUTY, "2026-11-26T23:00", "P-05")


def say_in(language):
    return load_translator(resource_root() / "texts", language)


def content(paper=PAPER, language="en"):
    return shift_content(paper, base_forms(), say_in(language), is_practice=True)


def told(one):
    return {
        plain(section.title): {
            row.label: f"{row.value}\n{row.note}".strip() for row in section.rows
        }
        for section in one.sections
    }


def plain(text):
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.rule("S1")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_is_one_small_sheet_and_the_same_every_time(fonts, language):
    pdf = slip_pdf(SLIP, fonts, say_in(language))

    assert pdf == slip_pdf(SLIP, fonts, say_in(language))
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1
    assert b"297.64 419.53" in pdf
    assert pdf != slip_pdf(replace(SLIP, is_practice=True), fonts, say_in(language))


@pytest.mark.rule("R40")
def test_a_line_stands_under_its_code_with_what_is_to_be_done(fonts):
    found = content()
    assert unprintable(found, fonts) == ()
    assert (found.reference, found.texts.reference) == ("P-05", "Printed by")
    rows = told(found)[LINE.code]

    assert LINE.now in rows.values()
    text = plain(" ".join(row.value for section in found.sections for row in section.rows))
    for words in (
        "Call the doctor",
        "27 November 2026, 08:00",
        "Buy milk (done)",
        "asks for the key",
        "by P-02",
        "P-03 (26 November 2026, 21:00)",
    ):
        assert words in text


def test_open_cases_without_a_line_are_named(fonts):
    assert "2B7K-9ABC" in plain(told(content())["Open cases without a line"]["Codes"])
    assert "Open cases without a line" not in told(content(replace(PAPER, lines=HandOver((LINE,)))))


def test_who_can_be_reached_stands_below_and_what_is_old_says_so():
    rows = told(content())

    assert list(rows["On call tonight"].values()) == ["Clinic 555 02\nOld"]
    assert "Now" in repr(content())
    assert plain(rows["Free beds"]["\u2068House Seven\u2069"]).endswith("26 November 2026, 18:00")
    assert "?" in rows["Free beds"]["\u2068Lake\u2069"]
    assert "555 02" in repr(rows["Interpreters by telephone"])


def test_a_line_that_nobody_has_read_says_so_and_an_empty_part_is_left_out():
    bare = ShiftPaper(
        HandOver((replace(LINE, receipts=(), todo=(), watch=(), watch_words=""),)),
        DutySheet(),
        "at night",
    )
    found = content(bare)

    assert list(told(found)) == [LINE.code]
    assert told(found)[LINE.code]["Read by"] == "Nobody yet"
    assert found.prepared_on == "at night"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hand_over_can_be_printed_in_every_language(fonts, language):
    found = content(language=language)

    assert unprintable(found, fonts) == ()
    assert found.direction == ("rtl" if language == "ar" else "ltr")
    notice = "Anyone who finds this paper can read it. Destroy it when the shift is over."
    assert found.texts.notice
    assert (found.texts.notice == notice) is (language == "en"), "said in its own language"
    pdf = shift_pdf(PAPER, base_forms(), fonts, say_in(language), is_practice=False)
    assert pdf.startswith(b"%PDF-")


def test_a_code_that_begins_with_digits_is_not_turned_round_in_a_text_from_the_right(fonts):
    """One code in a hundred: its halves would change places, and the case would not be found."""
    lines = tuple(replace(one, code="7671-Z6PY") for one in PAPER.lines.lines)
    paper = replace(PAPER, lines=replace(PAPER.lines, lines=lines))
    title = content(paper, "ar").sections[0].title
    assert as_seen(title) == "7671-Z6PY"
    assert as_seen("7671-Z6PY") == "Z6PY-7671", "without being held together"


def test_what_is_to_be_done_says_in_which_direction_its_line_runs():
    todo = replace(LINE.todo[0], what="اتصل بالطبيب")
    line = replace(LINE, todo=(todo,), watch=(), watch_words="المفتاح")
    paper = replace(PAPER, lines=replace(PAPER.lines, lines=(line,)))
    rows = {row.label: row.value for row in content(paper, "ar").sections[0].rows}
    told_of = [value for value in rows.values() if "اتصل" in value or "المفتاح" in value]
    assert len(told_of) == 2
    assert {base_direction(value) for value in told_of} == {"rtl"}


def as_seen(text: str) -> str:
    """The visible signs of a line from the right, as they stand on paper from the left."""
    shown = "".join(text[index] for index in visual_order(embedding_levels(text, "rtl")))
    return "".join(char for char in shown if char not in "\u2066\u2067\u2068\u2069")
