"""Photos and recordings of persons are off unless a pack and the person allow them (N11)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes.attachment_office import PAPER, PHOTO, RECORDING, Office
from tests.fakes.joined import forget, join, refused

from nrm_desktop.app.commands import WithdrawConsent
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.attachments import SHOWS
from nrm_desktop.domain.errors import (
    Refused,
    Usage,
)
from nrm_desktop.domain.media import JPEG
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS

EVERYWHERE = Sight(frozenset(int(place) for place in CASE_COMPARTMENTS))


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def switched_on(office):
    """A pack of the country that lets photos and recordings of persons in."""
    context = office.desk.context
    *before, last = context.forms.packs
    forms = replace(context.forms, packs=(*before, replace(last, keeps_likeness=True)))
    office.desk.context = replace(context, forms=forms)
    office.at._context = office.desk.context
    return office


def asked(office, answer: str):
    """The person was asked about pictures and sound."""
    service = office.desk.add_service("shelter")
    return office.desk.ask(office.scope, service, {"identity": answer}, purpose="photo_audio")


@pytest.mark.rule("N11")
def test_a_picture_is_taken_in_once_somebody_said_what_it_shows(office):
    with pytest.raises(Usage) as told:
        office.add(PHOTO)
    assert told.value.params["what"] == "shows"
    office.add(PHOTO, shows_person=False)
    assert office.desk.answers(office.scope, SHOWS) == ["thing"]
    office.add(PAPER)
    assert office.desk.answers(office.scope, SHOWS) == ["thing"]


@pytest.mark.rule("N11")
@pytest.mark.parametrize("more", [{"shows_person": False}, {"shows_person": None}, {}])
def test_a_recording_is_one_of_somebody_whatever_is_said_of_it(office, more):
    with pytest.raises(Refused) as told:
        office.add(RECORDING, **more)
    assert told.value.code == "policy.likeness_off"
    assert office.chunks.rows == {}


@pytest.mark.rule("N11")
def test_photos_of_persons_are_off_unless_a_pack_switches_them_on_also_with_consent(office):
    asked(office, "yes")
    with pytest.raises(Refused) as told:
        office.add(PHOTO, shows_person=True)
    assert told.value.code == "policy.likeness_off"
    assert switched_on(office).add(PHOTO, shows_person=True).media_type == JPEG


@pytest.mark.rule("N11", "R5")
@pytest.mark.parametrize("answer", [None, "no", "not_now"])
def test_where_they_are_switched_on_the_person_still_has_to_agree(office, answer):
    if answer:
        asked(office, answer)
    with pytest.raises(Refused) as told:
        switched_on(office).add(PHOTO, shows_person=True)
    assert told.value.code == "consent.likeness"
    assert told.value.params["reason"] == ("declined" if answer else "no_consent")
    assert office.chunks.rows == {}


@pytest.mark.rule("N11")
def test_a_photo_of_a_person_loses_what_the_camera_wrote_without_being_asked(office):
    asked(office, "yes")
    added = switched_on(office).add(PHOTO, shows_person=True)
    assert office.at.read(office.scope, added.attachment) == b"\xff\xd8\xff clean pixels"
    assert office.desk.answers(office.scope, SHOWS) == ["person"]


@pytest.mark.rule("N11")
def test_a_picture_of_a_person_that_cannot_be_cleaned_is_not_taken_in(office):
    """Where it was taken would lead to the person; what the file is, nothing here knows."""
    asked(office, "yes")
    with pytest.raises(Usage) as told:
        switched_on(office).add(b"II*\x00 with GPS", shows_person=True)
    assert told.value.params["what"] == "photo"
    assert office.chunks.rows == {}


@pytest.mark.rule("N11")
@pytest.mark.parametrize("shows_person", [None, False, True])
@pytest.mark.parametrize(
    "head", [b"GIF89a", b"\x00\x00\x00\x20ftypheic", b"\x00\x00\x00\x20ftypavif"]
)
def test_a_kind_of_picture_that_nothing_here_cleans_is_not_taken_in_whatever_it_shows(
    office, head, shows_person
):
    asked(office, "yes")
    with pytest.raises(Refused) as told:
        switched_on(office).add(head + bytes(40), shows_person=shows_person)
    assert told.value.code == "policy.picture_kind"
    assert office.chunks.rows == {}


@pytest.mark.rule("N11")
@pytest.mark.parametrize("head", [b"#!AMR\n", b"#!AMR-WB\n", b"\xff\xf1\x50\x80", b"\xff\xf9\x50"])
def test_a_voice_from_an_old_telephone_is_a_recording_too(office, head):
    with pytest.raises(Refused) as told:
        office.add(head + bytes(40), shows_person=False)
    assert told.value.code == "policy.likeness_off"
    assert office.chunks.rows == {}


@pytest.mark.rule("N11", "R25")
def test_a_consent_that_is_withdrawn_while_the_file_is_sealed_counts(office):
    made = asked(office, "yes").made
    switched_on(office)
    seal = office.at._seal

    def meanwhile(data, tools):
        rows = tuple(one.record for one in made)
        office.desk.do(WithdrawConsent(scope=office.scope, consents=rows))
        return seal(data, tools)

    office.at._seal = meanwhile
    with pytest.raises(Refused) as told:
        office.add(PHOTO, shows_person=True)
    assert told.value.params["reason"] == "consent_withdrawn"
    assert office.at.rows(office.scope) == ()


@pytest.mark.rule("N11", "R25")
def test_a_no_in_another_file_of_the_same_person_holds_here_as_well(office):
    """And a yes there is none here: a join lets nothing in that did not come in before."""
    desk, here = office.desk, office.scope
    other = desk.open_case()
    switched_on(office)
    service = desk.add_service("shelter")
    given = desk.ask(other, service, {"identity": "yes"}, purpose="photo_audio").made
    join(desk, (here, other))
    assert refused(lambda: office.add(PHOTO, shows_person=True)).params["reason"] == "no_consent"

    desk.ask(here, service, {"identity": "yes"}, purpose="photo_audio")
    office.add(PHOTO, shows_person=True)
    desk.do(WithdrawConsent(scope=other, consents=tuple(one.record for one in given)))
    withdrawn = refused(lambda: office.add(PHOTO, shows_person=True))
    assert withdrawn.params["reason"] == "consent_withdrawn"


@pytest.mark.rule("N11", "R25")
def test_another_file_that_is_not_here_may_say_no(office):
    desk, here = office.desk, office.scope
    other = desk.open_case()
    switched_on(office)
    desk.ask(here, desk.add_service("shelter"), {"identity": "yes"}, purpose="photo_audio")
    join(desk, (here, other))
    forget(desk, other)
    assert refused(lambda: office.add(PHOTO, shows_person=True)).code == "consent.likeness"
