"""The places of the window, and which of them the sidebar lists."""

from __future__ import annotations

from enum import StrEnum


class PlaceId(StrEnum):
    """The places of the window."""

    CASES = "cases"
    TODAY = "today"
    SHIFT = "shift"
    KEEPING = "keeping"
    REGISTER = "register"
    NEW_CASE = "new_case"
    INTERVIEW = "interview"
    SIGNS = "signs"
    CARDS = "cards"
    CONSENT = "consent"
    REFERRAL = "referral"
    ATTACHMENTS = "attachments"
    FORMS = "forms"
    FORM = "form"
    CORRECTION = "correction"
    OWN_DATA = "own_data"
    TWO_PEOPLE = "two_people"
    MOVING = "moving"
    EXCHANGE = "exchange"
    ARRIVALS = "arrivals"
    CONFLICTS = "conflicts"
    SEARCH = "search"
    LOCKING = "locking"
    SAFETY = "safety"
    WAY_BACK = "way_back"
    SHEET = "sheet"
    PEOPLE = "people"
    WAITING = "waiting"
    PACKS = "packs"
    RELEASES = "releases"


OF_A_CASE = frozenset(
    {
        PlaceId.INTERVIEW,
        PlaceId.SIGNS,
        PlaceId.CARDS,
        PlaceId.CONSENT,
        PlaceId.REFERRAL,
        PlaceId.ATTACHMENTS,
        PlaceId.FORMS,
        PlaceId.FORM,
        PlaceId.CORRECTION,
        PlaceId.OWN_DATA,
        PlaceId.TWO_PEOPLE,
        PlaceId.MOVING,
    }
)
"""Places that belong to the case that is open."""

PLACES = (
    PlaceId.CASES,
    PlaceId.EXCHANGE,
    PlaceId.CONFLICTS,
    PlaceId.SEARCH,
    PlaceId.SAFETY,
    PlaceId.TODAY,
    PlaceId.SHIFT,
    PlaceId.KEEPING,
)
"""What the sidebar lists, in the order of Ctrl+1, Ctrl+2 ..."""
