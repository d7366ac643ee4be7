"""Public bodies in a pack: the public reaches them, and no shelter has a street there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.forms.small_pack import base_files, codes_of, country_files, with_texts

from nrm_desktop.domain.forms.authorities import (
    Authority,
    check_authorities,
    parse_authorities,
)
from nrm_desktop.domain.forms.block import Block
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import Code, CodeList
from nrm_desktop.domain.ids import ID_BYTES

KINDS = CodeList("referral_type", (Code("legal"), Code("shelter"), Code("old", is_hidden=True)))
GOOD = Authority("xx_aid", "legal", ("0700 1",), "1 Court Street", "a page", "2026-11", pack="xx")


def problems(*known: Authority) -> list[tuple[str, str]]:
    log = ProblemLog()
    check_authorities({one.id: one for one in known}, KINDS, log)
    return [(one.code, one.file) for one in log.problems]


def read(*rows: dict[str, object]) -> tuple[dict[str, Authority], list[str]]:
    log = ProblemLog()
    block = Block(log, {"authority": list(rows)}, Place("xx/authorities.toml"))
    return dict(parse_authorities(block, "xx")), [one.code for one in log.problems]


def row(**more: object) -> dict[str, object]:
    return {
        "id": "xx_aid",
        "kind": "legal",
        "contact": ["0700 1"],
        "source": "a page",
        "as_of": "2026-11",
        **more,
    }


def test_a_body_that_can_be_reached_and_has_a_source_is_taken():
    assert problems(GOOD) == []
    found, told = read(row(address="1 Court Street"))
    assert (found, told) == ({"xx_aid": GOOD}, [])
    assert not found["xx_aid"].is_verified


@pytest.mark.rule("N5")
def test_a_shelter_has_a_number_to_call_and_no_address():
    house = Authority("xx_house", "shelter", ("0700 2",), "", "a page", "2026-11", pack="xx")
    placed = Authority("xx_house", "shelter", ("0700 2",), "9 Lane", "a page", "2026-11", pack="xx")

    assert problems(house) == []
    assert problems(placed) == [("shelter_address", "xx/authorities.toml")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "lighthouse"}, "unknown_code"),
        ({"kind": "old"}, "unknown_code"),
        ({"contact": ()}, "missing_key"),
        ({"source": ""}, "missing_key"),
    ],
)
def test_what_nobody_can_reach_or_look_up_is_refused(changed, code):
    values = {"id": "xx_aid", "kind": "legal", "contact": ("0700 1",), "source": "a page"}

    assert [told for told, _ in problems(Authority(**{**values, **changed}))] == [code]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"as_of": "last year"}, "bad_value"),
        ({"as_of": "2026-1"}, "bad_value"),
        ({"id": "No id"}, "bad_id"),
        ({"contact": 7}, "wrong_type"),
        ({"verified": "yes"}, "wrong_type"),
        ({"street": "9 Lane"}, "unknown_key"),
    ],
)
def test_a_line_that_is_wrong_is_told(changed, code):
    assert code in read(row(**changed))[1]


@pytest.mark.parametrize("as_of", ["2026", "2026-11", "2026-11-26"])
def test_a_year_a_month_and_a_day_say_when_it_was_read(as_of):
    assert read(row(as_of=as_of))[1] == []


def test_two_bodies_of_one_id_are_refused_in_one_file_and_across_packs():
    assert read(row(), row())[1] == ["duplicate_id"]
    lists = (
        '[[codelist]]\nid = "referral_type"\nversion = 1\n  [[codelist.code]]\n  code = "legal"\n'
    )
    text = (
        '[[authority]]\nid = "aid"\nkind = "legal"\ncontact = "1"\nsource = "x"\nas_of = "2026"\n'
    )
    more = {"codelists/kinds.toml": lists, "authorities.toml": text}
    files = with_texts({**base_files(), **more})

    assert codes_of(files, country_files()) == set()
    assert codes_of(files, country_files(**{"authorities.toml": text})) == {"duplicate_id"}


@given(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True), unique=True, max_size=40))
def test_the_entry_of_a_body_is_the_same_everywhere_and_never_that_of_another(names):
    made = [Authority(name, "legal", ("1",)) for name in names]

    assert len({one.entry for one in made}) == len(names)
    assert all(len(bytes.fromhex(one.entry)) == ID_BYTES for one in made)
    assert [one.entry for one in made] == [Authority(n, "police", ("2",)).entry for n in names]


def test_how_a_body_is_reached_is_said_on_one_line():
    assert GOOD.reached == "0700 1; 1 Court Street"
    assert Authority("x", "legal", ("1", "a@b.org")).reached == "1; a@b.org"
