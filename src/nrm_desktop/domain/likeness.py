"""Photos and recordings of persons: off, unless a pack switches them on and the person agreed.

This module decides whether a picture or a recording may be kept. A face or a voice finds a person
again years later, and whoever is afraid cannot say no to a camera: so nothing of the kind is taken
in by default. What a picture shows, the worker says; a recording is always one of somebody. A "no"
to any recipient holds all of it: the person is asked again, and nobody chooses among answers.

Source: nrm.md, N11; forms.md section 6 (purpose `photo_audio`).
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.domain.consent import Verdict
from nrm_desktop.domain.consent_of_files import Registers, purpose_verdict_of_person
from nrm_desktop.domain.media import PICTURES, SOUNDS, UNCLEANED, VIDEOS

PURPOSE: Final = "photo_audio"
SWITCHED_OFF: Final = "switched_off"


def may_show_person(media_type: str) -> bool:
    """True if somebody has to say what a file of this type shows."""
    return is_picture(media_type) or is_recording(media_type)


def is_picture(media_type: str) -> bool:
    """True for still pictures, also those that are not taken in."""
    return media_type in PICTURES or media_type in UNCLEANED


def is_recording(media_type: str) -> bool:
    """True for sound and moving pictures: there is somebody in them."""
    return media_type in SOUNDS or media_type in VIDEOS


def may_keep_likeness(
    registers: Registers,
    today: str,
    passed_events: frozenset[str] = frozenset(),
    *,
    is_switched_on: bool,
) -> Verdict:
    """Say whether a photo or recording of the person may be kept.

    Shape: `today` is an ISO date; the reason is `SWITCHED_OFF` or one of the consent register.
    """
    if not is_switched_on:
        return Verdict(SWITCHED_OFF)
    return purpose_verdict_of_person(registers, PURPOSE, today, passed_events)
