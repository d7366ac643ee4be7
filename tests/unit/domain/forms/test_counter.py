"""The sheet of the neutral screen is data: lines, signs, and no place that is not there (S2)."""

import pytest
from tests.packs.conftest import PACKS

from nrm_desktop.app.pack_docs import pack_docs
from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.parse import PackFiles
from nrm_desktop.domain.forms.problems import PackRefused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.storage.form_packs import read_pack

pytestmark = pytest.mark.rule("S2")
LINE = '[[line]]\nid = "{id}"\n{more}'
HEAD = """
[pack]
id = "xx"
version = "1"
language = "en"
extends = "base"
"""


def with_country(counter: str, texts: str = ""):
    """The forms with a country pack that says this of the sheet."""
    files = {"pack.toml": HEAD, "counter.toml": counter}
    if texts:
        files["texts/en.toml"] = texts
    base = read_pack(PACKS / "base")
    return load_packs([base, PackFiles("xx", files)]).forms.counter


def refused(counter: str) -> set[tuple[str, str]]:
    with pytest.raises(PackRefused) as told:
        with_country(counter)
    return {(one.code, one.file) for one in told.value.problems}


def test_a_country_hides_a_line_sets_one_anew_and_adds_one_behind():
    sheet = with_country(
        '[[line]]\nid = "cash"\nhide = true\n\n[[line]]\nid = "bag"\nfield = "counter.with"\n\n'
        '[[line]]\nid = "xx_fruit"\n',
        '[counter_line]\nxx_fruit = "Do you carry fruit?"\n',
    )

    shown = {one.id: one.field for one in sheet.shown_lines()}
    assert list(shown)[-3:] == ["declare", "bag", "xx_fruit"]
    assert (shown["bag"], shown["xx_fruit"]) == (FieldId("counter.with"), None)


def test_a_sign_can_be_hidden_and_its_key_given_to_another():
    sheet = with_country(
        '[[sign]]\nid = "apart"\nkey = "7"\nfield = "quick.q_result"\ncode = "not_known"\n'
        "hide = true\n\n"
        '[[sign]]\nid = "xx_stayed"\nkey = "7"\nfield = "quick.q_result"\ncode = "stayed_here"\n'
    )

    assert {one.key: one.code for one in sheet.shown_signs()} == {
        "8": "travelled_on_with_companion",
        "9": "next_post_told",
        "7": "stayed_here",
    }


SIGN = '[[sign]]\nid = "xx_a"\nkey = "7"\nfield = "quick.q_result"\ncode = "not_known"\n'
HIDDEN = '[[sign]]\nid = "apart"\nkey = "7"\nfield = "quick.q_result"\ncode = "x"\nhide = true\n'


@pytest.mark.parametrize(
    ("counter", "code"),
    [
        (LINE.format(id="bag", more='field = "counter.nowhere"'), "unknown_field"),
        (LINE.format(id="bag", more='field = "screening.danger_now"'), "unknown_field"),
        (LINE.format(id="bag", more='field = "screening.journey"'), "unknown_field"),
        (LINE.format(id="bag", more='field = "referral.reason"'), "unknown_field"),
        (LINE.format(id="xx_new", more=""), "missing_text"),
        (LINE.format(id="a bag", more=""), "bad_id"),
        (LINE.format(id="bag", more='colour = "red"'), "unknown_key"),
        (SIGN, "bad_value"),
        (SIGN.replace('"7"', '"1"'), "bad_value"),
        (HIDDEN, "unknown_code"),
        (SIGN.replace("quick.q_result", "screening.place_type"), "unknown_field"),
        (SIGN.replace("xx_a", "XX"), "bad_id"),
    ],
)
def test_what_would_lead_nowhere_is_refused_and_named(counter, code):
    assert code in {found for found, _ in refused(counter)}


def test_the_pages_about_a_pack_say_what_is_asked_and_what_is_kept_of_it():
    base = read_pack(PACKS / "base")
    page = pack_docs(load_packs([base]).forms)["neutral_screen.md"]

    assert "| Who booked the ticket? | `counter.booked` |" in page
    assert "| What is in the bag? | nothing; it is read aloud |" in page
    assert "| 8 | `quick.q_result`: Travelled on with the companion |" in page
