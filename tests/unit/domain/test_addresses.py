"""Addresses of fields: what people write, which record it means, when one is opened."""

import itertools

import pytest
from tests.unit.domain.forms.small_pack import COUNTRY_PACK, small_forms

from nrm_desktop.domain.addresses import (
    Address,
    Items,
    NewPlace,
    Step,
    parse_address,
    record_keys_to,
    write_address,
)
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import RecordId

FORMS = small_forms()
SCREENING, OTHER = RecordId(b"\xa7" * 16), RecordId(b"\xb1" * 16)
ROW, INNER = RecordId(b"\xc2" * 16), RecordId(b"\xd3" * 16)
ONE = NewPlace(SCREENING, "screening", None)
TWO = NewPlace(OTHER, "screening", None)
SITUATION = NewPlace(ROW, "screening.situation", SCREENING)
PLACE = NewPlace(INNER, "screening.places", ROW)


def once(form: str) -> RecordId:
    return RecordId(form.encode().ljust(16, b"\0"))


def items(*places: NewPlace) -> Items:
    numbers = itertools.count(1)
    return Items(FORMS, places, once, lambda: RecordId(bytes([next(numbers)]) * 16))


def steps(text: str) -> list[tuple[str, str]]:
    return [(step.record_key, step.item) for step in parse_address(text, FORMS).steps]


READ = [
    ("screening.started_at", "screening.started_at", [("screening", "")]),
    ("screening[a7].started_at", "screening.started_at", [("screening", "a7")]),
    ("screening[+].started_at", "screening.started_at", [("screening", "+")]),
    ("screening[a7].danger_now.text", "screening.danger_now.text", [("screening", "a7")]),
    ("quick[a7].q_kept", "quick.q_kept", [("screening", "a7")]),
    ("quick[a7].q_danger", "screening.danger_now", [("screening", "a7")]),
    (
        "screening.situation[c2].debt",
        "screening.debt",
        [("screening", ""), ("screening.situation", "c2")],
    ),
    (
        "screening[a7].situation[+1].debt",
        "screening.debt",
        [("screening", "a7"), ("screening.situation", "+1")],
    ),
    ("screening.debt", "screening.debt", [("screening", ""), ("screening.situation", "")]),
    (
        "screening.situation.debt",
        "screening.debt",
        [("screening", ""), ("screening.situation", "")],
    ),
    (
        "screening[a7].others_present[b1].role",
        "screening.others_present.role",
        [("screening", "a7"), ("screening.others_present", "b1")],
    ),
    (
        "screening.others_present.role",
        "screening.others_present.role",
        [("screening", ""), ("screening.others_present", "")],
    ),
    (
        "screening[a7].places[d3].town",
        "screening.places.town",
        [("screening", "a7"), ("screening.situation", ""), ("screening.places", "d3")],
    ),
    (
        "screening[a7].situation[c2].places[+].town",
        "screening.places.town",
        [("screening", "a7"), ("screening.situation", "c2"), ("screening.places", "+")],
    ),
]


@pytest.mark.parametrize(("text", "field", "expected"), READ)
def test_an_address_is_read_as_a_field_and_the_way_to_it(text, field, expected):
    assert parse_address(text, FORMS).field == field
    assert steps(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "screening",
        "screening[a7]",
        "nothing.field",
        "screening.nothing",
        "screening.setting.started_at",
        "screening.setting[a7].started_at",
        "screening.situation[c2].started_at",
        "screening.started_at[a7]",
        "screening[a7].situation[c2].others_present[b1].role",
        "screening[A7].started_at",
        "screening[].started_at",
        "screening[g1].started_at",
        "screening[a7]x.started_at",
        "screening.person.debt",
        "screening.danger_now[a1].text",
        "..",
    ],
)
def test_what_is_no_address_of_a_field_is_not_found(text):
    with pytest.raises(Usage) as caught:
        parse_address(text, FORMS)

    assert caught.value.code == "usage.not_found"


def found(text: str, *places: NewPlace) -> RecordId:
    return items(*places).record_of(parse_address(text, FORMS))


def test_an_item_is_named_by_its_id_or_its_beginning():
    assert found("screening[a7].started_at", ONE, TWO) == SCREENING
    assert found(f"screening[{OTHER.hex()}].started_at", ONE, TWO) == OTHER
    assert found("screening.situation[c2].debt", ONE, TWO, SITUATION) == ROW
    assert found("screening.places[d3].town", ONE, TWO, SITUATION, PLACE) == INNER


def test_without_an_item_the_only_one_is_meant():
    assert found("screening.started_at", ONE) == SCREENING
    assert found("screening.debt", ONE, SITUATION) == ROW


def test_without_an_item_a_missing_one_is_opened_with_its_rows():
    finder = items()

    record = finder.record_of(parse_address("screening.places.town", FORMS))

    assert [one.form for one in finder.opened] == [
        "screening",
        "screening.situation",
        "screening.places",
    ]
    assert [one.parent for one in finder.opened] == [
        None,
        finder.opened[0].record,
        finder.opened[1].record,
    ]
    assert record == finder.opened[2].record


def test_several_items_are_listed_when_none_was_named():
    with pytest.raises(Usage) as caught:
        found("screening.started_at", ONE, TWO)

    assert caught.value.code == "usage.ambiguous_item"
    assert caught.value.params["items"] == (SCREENING.hex(), OTHER.hex())


def test_a_beginning_that_two_items_share_is_ambiguous():
    twin = NewPlace(RecordId(b"\xa7" * 15 + b"\0"), "screening", None)

    with pytest.raises(Usage) as caught:
        found("screening[a7].started_at", ONE, twin)

    assert caught.value.code == "usage.ambiguous_item"


@pytest.mark.parametrize("text", ["screening[ff].started_at", "screening.situation[a7].debt"])
def test_an_item_that_is_not_there_is_not_found(text):
    with pytest.raises(Usage) as caught:
        found(text, ONE, SITUATION)

    assert caught.value.code == "usage.not_found"


def test_a_row_of_another_item_is_not_found():
    with pytest.raises(Usage) as caught:
        found("screening[b1].situation[c2].debt", ONE, TWO, SITUATION)

    assert caught.value.code == "usage.not_found"


def test_plus_opens_a_new_item_every_time():
    finder = items(ONE)
    address = parse_address("screening[+].started_at", FORMS)

    assert finder.record_of(address) != finder.record_of(address)
    assert len(finder.opened) == 2


def test_a_numbered_plus_means_the_same_new_item_again():
    finder = items(ONE)

    first = finder.record_of(parse_address("screening.situation[+1].debt", FORMS))
    again = finder.record_of(parse_address("screening.situation[+1].control", FORMS))
    second = finder.record_of(parse_address("screening.situation[+2].debt", FORMS))

    assert first == again != second
    assert finder.named == {
        "screening.situation[+1]": first,
        "screening.situation[+2]": second,
    }


def test_a_form_that_does_not_repeat_has_its_one_record():
    forms = small_forms(
        {
            "pack.toml": COUNTRY_PACK.replace('["screening"]', '["sheet"]'),
            "forms/sheet.toml": '[form]\nid="sheet"\n[[section]]\nid="s"\ncompartment="core"\n'
            '[[field]]\nid="sheet.a"\nsection="s"\ntype="text"\n'
            '[[field]]\nid="sheet.g"\nsection="s"\ntype="group"\n'
            '[[field.field]]\nid="b"\ntype="text"\n',
        }
    )
    finder = Items(forms, (), once, lambda: RecordId(b"\x01" * 16))

    assert finder.record_of(parse_address("sheet.a", forms)) == once("sheet")
    finder.record_of(parse_address("sheet.g[+].b", forms))
    assert [one.parent for one in finder.opened] == [once("sheet")]
    assert write_address(forms, "sheet.a", once("sheet"), ()) == "sheet.a"
    assert (
        write_address(forms, "sheet.g.b", finder.opened[0].record, finder.opened)
        == f"sheet.g[{'01' * 16}].b"
    )


WRITTEN = [
    ("screening.started_at", SCREENING, f"screening[{SCREENING.hex()}].started_at"),
    ("quick.q_kept", SCREENING, f"quick[{SCREENING.hex()}].q_kept"),
    ("screening.danger_now.text", SCREENING, f"screening[{SCREENING.hex()}].danger_now.text"),
    ("screening.debt", ROW, f"screening[{SCREENING.hex()}].situation[{ROW.hex()}].debt"),
    ("screening.places.town", INNER, f"screening[{SCREENING.hex()}].places[{INNER.hex()}].town"),
]


@pytest.mark.parametrize(("field", "record", "text"), WRITTEN)
def test_an_address_that_was_written_leads_back_to_field_and_record(field, record, text):
    places = (ONE, TWO, SITUATION, PLACE)

    assert write_address(FORMS, field, record, places) == text
    assert parse_address(text, FORMS).field == field
    assert found(text, *places) == record


@pytest.mark.threat("T12")
def test_records_that_stand_in_each_other_end_the_way_to_an_address():
    outer, inner = RecordId(b"\x01" * 16), RecordId(b"\x02" * 16)
    circle = (
        NewPlace(outer, "screening.situation", inner),
        NewPlace(inner, "screening.places", outer),
    )

    text = write_address(FORMS, "screening.places.town", inner, circle)

    assert text == f"screening.places[{inner.hex()}].town"


def test_a_field_of_a_newer_pack_keeps_its_id():
    assert write_address(FORMS, "later.field", SCREENING, (ONE,)) == "later.field"


def test_the_way_to_a_record_key_begins_with_its_form():
    assert record_keys_to(FORMS, "screening.places") == (
        "screening",
        "screening.situation",
        "screening.places",
    )


def test_an_address_without_steps_finds_nothing():
    with pytest.raises(Usage):
        items().record_of(Address(parse_address("screening.debt", FORMS).field, ()))
    assert Step("screening").item == ""
