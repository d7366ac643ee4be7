"""The five tracks: what was recorded last says how each stands, and none looks at another."""

from itertools import permutations
from pathlib import Path

import pytest

from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.tracks import events_of, track_states
from nrm_desktop.domain.values import Answer, answered
from nrm_desktop.storage.form_packs import FormPacks

FORMS = FormPacks(Path(__file__).parents[3] / "resources" / "packs").load().forms
TIMES = FORMS.timetable
START = {
    "support": "contact",
    "identification": "none",
    "reflection": "not_informed",
    "stay": "not_known",
    "proceedings": "not_reported",
}


def record(number: int, form: str, *, written: str = "", **answers: Answer) -> Record:
    head = form.partition(".")[0]
    named = {FieldId(f"{head}.{name}"): answer for name, answer in answers.items()}
    return Record(RecordId(bytes([number]) * 16), form, None, number, named, written)


def event(number: int, kind: str, day: str = "", **more: Answer) -> Record:
    when = {"ev_on": answered((day, 0))} if day else {}
    return record(number, "event.e", ev_kind=answered(kind), **when, **more)


def states(*records: Record) -> dict[str, str]:
    return {name: one.state for name, one in track_states(TIMES, Records(records)).items()}


def decided(number: int, step: str, day: str) -> Record:
    return record(number, "decision", dec_step=answered(step), dec_date=answered((day, 0)))


def reflecting(number: int, **answers: str) -> Record:
    named = {name: answered(value) for name, value in answers.items()}
    return record(number, "reflection", written="2026-05-01", **named)


ONE_OF_EACH = {
    "identification": [
        record(
            15,
            "consent_register",
            cr_purpose=answered("share_authority"),
            cr_from=answered(("2026-05-01", 0)),
        ),
        record(
            16,
            "referral",
            referral_type=answered("identification_authority"),
            sent_at=answered(("2026-05-01", 0)),
        ),
        decided(17, "final_decision", "2026-05-01"),
        decided(18, "reconsideration", "2026-05-01"),
        event(19, "identification_withdrawn", "2026-05-01"),
        decided(11, "first_decision", "2026-05-01"),
        event(12, "identification_declined", "2026-05-01"),
        event(13, "identification_final", "2026-05-01"),
        event(14, "turned_18", "2026-05-01"),
    ],
    "reflection": [
        record(21, "reflection", decision=answered("refused"), decision_date=answered(("2026", 0))),
        event(22, "reflection_not_applicable", "2026-05-01"),
        record(23, "reflection.informed_on", written="2026-05-01"),
        *(reflecting(24 + n, asked_by=said) for n, said in enumerate(("person", "automatic"))),
        *(
            reflecting(26 + n, decision=said)
            for n, said in enumerate(("granted", "interrupted", "ended_early"))
        ),
    ],
    "stay": [
        record(30 + n, "stay", written="2026-05-01", stay_status=answered(code.code))
        for n, code in enumerate(FORMS.codelist("stay_status").codes)
    ],
    "proceedings": [
        record(50 + n, "redress", written="2026-05-01", pr_state=answered(code.code))
        for n, code in enumerate(FORMS.codelist("proceedings_state").codes)
    ],
    "support": [
        event(70 + n, "support_changed", "2026-05-01", ev_support=answered(code.code))
        for n, code in enumerate(FORMS.codelist("support_state").codes)
    ],
}


def test_a_case_of_which_nothing_is_recorded_stands_at_the_start_of_every_track():
    assert states() == START
    assert set(TIMES.tracks) == set(START)


def test_the_records_above_put_every_track_into_every_one_of_its_states():
    for name, records in ONE_OF_EACH.items():
        track = TIMES.tracks[name]
        reached = {states(one)[name] for one in records} | {track.start}

        assert reached == set(FORMS.codelist(track.codelist).offered()), name


@pytest.mark.rule("R2")
@pytest.mark.parametrize("track", [name for name in ONE_OF_EACH if name != "support"])
@pytest.mark.parametrize("support", ["contact", "assisted", "follow_up", "closed"])
def test_nothing_recorded_in_another_track_changes_the_support(track, support):
    """Enumerates every state of every other track against states of support."""
    given = event(1, "support_changed", "2026-01-01", ev_support=answered(support))
    for other in ONE_OF_EACH[track]:
        found = states(given, other)

        assert found["support"] == support
        assert {name for name in found if found[name] != START[name]} <= {"support", track}


@pytest.mark.rule("R2")
@pytest.mark.parametrize("kind", FORMS.codelist("event_kind").offered())
@pytest.mark.parametrize("track", ONE_OF_EACH)
def test_every_event_can_be_recorded_in_every_state_and_changes_no_track_but_its_own(kind, track):
    own = {
        "identification_declined": "identification",
        "identification_withdrawn": "identification",
        "identification_final": "identification",
        "turned_18": "identification",
        "reflection_not_applicable": "reflection",
    }
    for before in ONE_OF_EACH[track]:
        was = states(before)
        now = states(before, event(200, kind, "2026-06-01"))

        assert {name for name in now if now[name] != was[name]} <= {own.get(kind)}


def test_the_state_is_what_happened_last_whatever_was_written_first():
    first, final = (
        decided(1, "first_decision", "2026-05-01"),
        decided(2, "final_decision", "2026-09"),
    )
    late = decided(3, "first_decision", "2026-04-20")

    for order in permutations((first, final, late)):
        assert states(*order)["identification"] == "final_decision"


def test_a_correction_is_a_later_event_and_the_corrected_one_stays_in_the_file():
    wrong = event(1, "identification_declined", "2026-05-02")
    right = event(2, "contact", "2026-05-03", ev_corrects=answered(wrong.record.hex()))
    earlier = decided(3, "first_decision", "2026-05-01")
    track = TIMES.tracks["identification"]

    assert states(earlier, wrong)["identification"] == "declined"
    assert states(earlier, wrong, right)["identification"] == "first_decision"
    assert [e.state for e in events_of(track, Records([earlier, wrong, right]))] == [
        "first_decision"
    ]
    assert len(Records([earlier, wrong, right]).of("event.e")) == 2


@pytest.mark.rule("N13")
def test_no_sign_and_no_answer_of_an_interview_moves_any_track():
    interview = record(
        1,
        "screening",
        outcome=answered("strong_concern"),
        exploitation=answered(("labour",)),
        indicators=answered(("gen.fear",)),
    )

    assert states(interview) == START


@pytest.mark.rule("R4")
def test_a_no_to_identification_is_one_state_of_one_track():
    found = states(
        event(1, "support_changed", "2026-05-01", ev_support=answered("assisted")),
        event(2, "identification_declined", "2026-05-02"),
    )

    assert (found["support"], found["identification"]) == ("assisted", "declined")


def test_where_nobody_wrote_a_day_the_time_of_writing_counts():
    before = record(1, "stay", written="2026-05-01T10:00", stay_status=answered("permit_applied"))
    after = record(2, "stay", written="2026-07-01T10:00", stay_status=answered("permit_granted"))

    assert states(after, before)["stay"] == "permit_granted"
