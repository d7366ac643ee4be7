"""Hand-over codes: what is ticked comes out as it went in, and nobody makes one up. S1, R21."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.app.fingerprints import read_short_groups, short_groups
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.handover import (
    GOOD_DAYS,
    SIGNS_FIELD,
    TICK_BITS,
    carried_fields,
    pack_ticks,
    unpack_ticks,
)
from nrm_desktop.domain.ids import CROCKFORD, FieldId
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, Source
from nrm_desktop.security.sealing.handover import CODE_BITS, open_ticks, seal_ticks

KEY, OTHER = b"k" * 32, b"o" * 32
SIGNS = ("gen.others_speak", "gen.fear", "child.intimidated", "child.travels_alone")
states = st.sampled_from([NOT_ASKED, Answer(AnswerState.UNKNOWN), Answer(AnswerState.DECLINED)])


def seen(value):
    return Answer(AnswerState.ANSWERED, value, Source.OBSERVED)


def one_of(*values):
    return st.one_of(states, st.sampled_from([seen(value) for value in values]))


ticks = st.fixed_dictionaries(
    {
        FieldId("screening.danger_now"): one_of(True, False),
        FieldId("screening.medical_now"): one_of(True, False),
        FieldId("screening.seen_alone"): one_of(True, False),
        FieldId("quick.q_age"): one_of("yes", "not_sure", "no"),
        FieldId("screening.outcome"): one_of("no_concern_now", "concern", "cannot_assess"),
        SIGNS_FIELD: st.sets(st.sampled_from(SIGNS)).map(
            lambda some: seen(tuple(sorted(some))) if some else NOT_ASKED
        ),
    }
)
days = st.integers(0, 60_000)


def plain(answers):
    return {
        name: (one.state, set(one.value) if isinstance(one.value, tuple) else one.value)
        for name, one in answers.items()
        if one.state is not AnswerState.NOT_ASKED
    }


@pytest.mark.rule("R21")
@given(ticks, days, st.integers(0, GOOD_DAYS))
def test_four_answers_stay_four_answers_on_the_way(answers, day, later):
    typed = "-".join(short_groups(seal_ticks(KEY, pack_ticks(answers, day))))

    found = open_ticks([OTHER, KEY], read_short_groups(typed.lower().replace("-", " ")))

    assert len(typed) == 16
    assert found is not None
    assert plain(unpack_ticks(found, day + later)) == plain(answers)


@given(ticks, days, st.integers(GOOD_DAYS + 1, 15))
def test_a_slip_that_lay_about_for_too_long_opens_nothing(answers, day, later):
    assert unpack_ticks(pack_ticks(answers, day), day + later) is None


@given(st.integers(0, (1 << TICK_BITS) - 1))
def test_no_bits_of_a_stranger_break_anything(bits):
    found = unpack_ticks(bits, bits)

    assert found is not None
    assert set(found) <= set(carried_fields())


@given(st.integers(0, (1 << TICK_BITS) - 1), st.integers(0, CODE_BITS - 1))
def test_one_changed_bit_is_a_code_that_nobody_made(bits, place):
    assert open_ticks([KEY], seal_ticks(KEY, bits) ^ 1 << place) is None


@given(st.integers(0, (1 << TICK_BITS) - 1))
def test_another_organisation_reads_nothing(bits):
    assert open_ticks([OTHER], seal_ticks(KEY, bits)) is None


@given(st.integers(0, (1 << CODE_BITS) - 1), st.integers(0, 13), st.integers(1, 31))
def test_a_mistyped_character_names_its_group(payload, place, change):
    text = "".join(short_groups(payload))
    wrong = CROCKFORD[CROCKFORD.index(text[place]) ^ change]

    with pytest.raises(Usage) as caught:
        read_short_groups(text[:place] + wrong + text[place + 1 :])

    assert caught.value.params["group"] == 1 + (place > 4) + (place > 9)


def test_a_code_written_today_is_read_by_every_later_version():
    """A known answer: key 00 01 ... 1f, ticks 123456789 (docs/format.md section 17)."""
    assert "-".join(short_groups(seal_ticks(bytes(range(32)), 123_456_789))) == "W1Q34-B39YC-BYFN"
