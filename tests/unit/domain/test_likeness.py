"""Whether a picture or a recording of a person may be kept (N11)."""

import pytest

from nrm_desktop.domain.consent import ConsentRecord
from nrm_desktop.domain.consent_of_files import Registers, heard_elsewhere
from nrm_desktop.domain.ids import RecipientId, RecordId
from nrm_desktop.domain.likeness import (
    SWITCHED_OFF,
    is_recording,
    may_keep_likeness,
    may_show_person,
)
from nrm_desktop.domain.media import JPEG, MP4, OTHER, PDF, PICTURES, SOUNDS, UNCLEANED, VIDEOS

pytestmark = pytest.mark.rule("N11")
TODAY = "2026-11-26"
ENDED = frozenset({"end_of_support"})


def asked(number: int = 1, **changes: object) -> ConsentRecord:
    facts = {"purpose": "photo_audio", "group": "identity", "answer": "yes", **changes}
    return ConsentRecord(RecordId(bytes([number]) * 16), recipient=RecipientId("a" * 32), **facts)


def reason(own, others=(), passed=frozenset(), *, is_switched_on: bool = True) -> str:
    registers = Registers(tuple(own), tuple(others))
    said = may_keep_likeness(registers, TODAY, passed, is_switched_on=is_switched_on)
    return said.reason


def test_whoever_agreed_is_not_photographed_where_it_is_switched_off():
    assert reason([asked()], is_switched_on=False) == SWITCHED_OFF
    assert reason([asked()]) == ""


def test_an_agreement_ends_with_what_it_was_given_for():
    until_then = asked(until="end_of_support")
    assert reason([until_then]) == ""
    assert reason([until_then], passed=ENDED) == "consent_expired"


def test_what_ended_here_is_not_made_good_by_another_file():
    """Also where the other file speaks against nothing."""
    here, there = asked(until="end_of_support"), asked(2)
    assert reason([here], [there]) == ""
    assert reason([here], [there], ENDED) == "consent_expired"


def test_what_ended_in_the_other_file_holds_by_its_own_events():
    there = asked(2, until="end_of_support")
    assert reason([asked()], heard_elsewhere([there], frozenset())) == ""
    assert reason([asked()], heard_elsewhere([there], ENDED)) == "consent_expired"


def test_pictures_and_recordings_may_show_a_person_and_papers_are_not_asked_about():
    assert {kind for kind in (JPEG, MP4, PDF, OTHER) if may_show_person(kind)} == {JPEG, MP4}
    assert all(may_show_person(kind) for kind in PICTURES | SOUNDS | VIDEOS | UNCLEANED)
    assert all(is_recording(kind) for kind in SOUNDS | VIDEOS)
    assert not any(is_recording(kind) for kind in PICTURES)
