"""Attachments as use cases: who may, in which order, and what never leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.attachment_office import EVERYWHERE, PAPER, PHOTO, Office
from tests.fakes.desk import reasons

from nrm_desktop.app.attachments import addable_places
from nrm_desktop.app.showing import items_of
from nrm_desktop.app.wire.attachment import manifest_value
from nrm_desktop.domain.attachments import FILE, FORM, LABEL
from nrm_desktop.domain.errors import (
    EnvironmentFault,
    HostileInput,
    IntegrityFault,
    Refused,
    Usage,
)
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.media import JPEG, OTHER, PDF
from nrm_desktop.domain.ops import OpenRecord, OpKind, ValueOp
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import answered


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def test_a_file_is_taken_in_listed_and_read_back_bit_by_bit(office):
    added = office.add(label="Passport")
    (row,) = office.at.rows(office.scope)
    assert (row.id, row.label, row.media_type, row.size) == (
        added.attachment,
        "Passport",
        PDF,
        len(PAPER),
    )
    assert row.is_here
    assert office.at.read(office.scope, row.id) == PAPER
    assert office.chunks.waiting == set()
    assert office.acts[-2:] == ["attachment.add", "attachment.read"]


@pytest.mark.threat("T14")
def test_without_a_title_the_name_of_the_file_is_one_as_far_as_it_can_be(office):
    path = office.file(name="a\u202egpj.exe. ")
    assert office.add(path=path).label == "a_gpj.exe"


@pytest.mark.promise("P2")
@pytest.mark.promise("P1")
def test_chunks_are_there_before_the_operation_and_an_interruption_leaves_no_reference(office):
    seen, before = [], len(office.desk.vault.state.commits)

    def fails(state):
        if len(state.commits) == before:
            return False
        seen.append(len(office.chunks.rows))
        return True

    office.desk.vault.fails_at_commit = fails
    with pytest.raises(EnvironmentFault):
        office.add()
    office.desk.vault.fails_at_commit = lambda _state: False
    assert seen == [2]
    assert office.at.rows(office.scope) == ()
    assert len(office.chunks.waiting) == 2


def test_nothing_is_signed_over_chunks_that_are_gone_again(office):
    real = office.chunks.add

    def lose(chunks) -> None:
        real(chunks)
        office.chunks.rows.clear()

    office.chunks.add = lose
    with pytest.raises(EnvironmentFault) as told:
        office.add()
    assert told.value.code == "storage.transaction_lost"
    assert office.at.rows(office.scope) == ()


def test_a_part_that_is_not_here_yet_is_told_and_never_left_out(office):
    added = office.add()
    (name, _), _ = office.chunks.rows.items()
    del office.chunks.rows[name]
    (row,) = office.at.rows(office.scope)
    assert (row.missing, row.is_here, row.is_shown) == (1, False, False)
    for attempt in (
        lambda: office.at.read(office.scope, added.attachment),
        lambda: office.save(added.attachment),
    ):
        with pytest.raises(EnvironmentFault) as told:
            attempt()
        assert told.value.code == "storage.not_here_yet"
    assert list((office.place / "out").iterdir()) == []


@pytest.mark.promise("P7")
def test_damaged_bytes_are_never_given(office):
    added = office.add()
    office.chunks.spoil(next(iter(office.chunks.rows)))
    with pytest.raises(IntegrityFault):
        office.at.read(office.scope, added.attachment)


def test_a_manifest_whose_whole_is_not_its_chunks_is_never_given(office):
    added = office.add()
    tools = office.at._tools()
    (one,) = tools.reader.attached(office.scope, EVERYWHERE)
    lying = replace(one, manifest=replace(one.manifest, sha256=bytes(32)))
    office.at._find = lambda scope, attachment: lying
    with pytest.raises(IntegrityFault) as told:
        office.at.read(office.scope, added.attachment)
    assert told.value.params == {"what": "sha256"}


def test_files_that_are_none_or_too_large_or_empty_are_not_taken_in(office):
    (office.place / "link").symlink_to(office.file())
    huge = office.place / "huge"
    with huge.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024 + 1)
    (office.place / "empty").write_bytes(b"")
    for name, code in (
        ("link", "integrity.not_a_file"),
        ("huge", "integrity.too_large"),
        ("empty", "usage.bad_value"),
        (".", "integrity.not_a_file"),
        ("nothing", "storage.missing"),
    ):
        with pytest.raises((HostileInput, Usage, EnvironmentFault)) as told:
            office.add(path=str(office.place / name))
        assert told.value.code == code, name
    assert office.chunks.rows == {}


@pytest.mark.promise("P16")
def test_a_photo_is_decoded_elsewhere_and_only_what_came_back_is_kept(office):
    added = office.add(PHOTO, is_photo=True, shows_person=False)
    assert added.media_type == JPEG
    assert office.at.read(office.scope, added.attachment) == b"\xff\xd8\xff clean pixels"
    with pytest.raises(Usage):
        office.add(PAPER, is_photo=True)


@pytest.mark.promise("P16")
def test_a_page_is_painted_elsewhere_and_other_kinds_are_not_shown(office):
    shown = office.at.page(office.scope, office.add().attachment, 2)
    assert (shown.pages, office.pictures.asked) == (3, [(PDF, 2)])
    plain = office.add(b"just text")
    assert plain.media_type == OTHER
    with pytest.raises(Usage):
        office.at.page(office.scope, plain.attachment, 0)
    assert office.pictures.asked == [(PDF, 2)]


def test_nothing_leaves_in_the_clear_without_the_typed_word(office):
    added = office.add()
    with pytest.raises(Refused) as told:
        office.save(added.attachment, confirmations=frozenset())
    assert told.value.code == "confirm.plaintext"
    assert list((office.place / "out").iterdir()) == []
    assert "attachment.save" not in office.acts


@pytest.mark.threat("T14")
@pytest.mark.promise("P17")
@pytest.mark.promise("P21")
def test_a_saved_file_lies_in_the_folder_under_a_name_that_tells_nothing(office):
    added = office.add(label="Passport of somebody")
    saved = office.save(added.attachment)
    path = Path(saved.path)
    assert path.parent == office.place / "out"
    assert path.name.startswith("a-")
    assert path.suffix == ".pdf"
    assert "assport" not in path.name
    assert path.read_bytes() == PAPER
    assert office.acts[-1] == "attachment.save"


@pytest.mark.threat("T14")
@pytest.mark.parametrize("name", ["../up", "/etc/x", "a/b", "CON", "a\x00b", "x.", "a\u202eb"])
def test_a_typed_name_that_is_no_label_is_refused_before_anything_is_read(office, name):
    added = office.add()
    with pytest.raises(Usage):
        office.save(added.attachment, name=name)
    assert list((office.place / "out").iterdir()) == []
    assert not (office.place / "up").exists()


def test_a_typed_name_is_used_and_never_over_another_file(office):
    added = office.add()
    assert Path(office.save(added.attachment, name="Копія.pdf").path).name == "Копія.pdf"
    with pytest.raises(EnvironmentFault) as told:
        office.save(added.attachment, name="Копія.pdf")
    assert told.value.code == "storage.exists"


def test_a_file_goes_only_where_the_roles_write(tmp_path):
    office = Office(tmp_path, roles=("shelter",))
    places = addable_places(office.desk.context)
    closed = next(place for place in CASE_COMPARTMENTS if place not in places)
    with pytest.raises(Refused) as told:
        office.add(compartment=closed)
    assert told.value.code == "policy.role"
    assert office.chunks.rows == {}
    assert office.add(compartment=places[0]).compartment == places[0]


def test_a_closed_case_takes_nothing_more(office):
    office.desk.close_case(office.scope)
    with pytest.raises(Refused) as told:
        office.add()
    assert told.value.code == "policy.case_closed"
    assert office.chunks.rows == {}


@pytest.mark.rule("R10")
@pytest.mark.promise("P22")
def test_an_attachment_is_withheld_whatever_the_person_agreed_to(office):
    """No referral carries attachments yet, so every field of one stays."""
    desk = office.desk
    office.add(label="Passport")
    shelter = desk.add_service("shelter")
    groups = dict.fromkeys(("identity", "needs", "risk", "account_summary"), "yes")
    desk.ask(office.scope, shelter, groups)
    kept = reasons(desk.preview(office.scope, shelter))
    assert {name: why for name, why in kept.items() if name.startswith(FORM)} == {
        "attachments.at_place": "not_needed_for_purpose",
        LABEL: "not_needed_for_purpose",
        FILE: "not_needed_for_purpose",
    }


@pytest.mark.promise("P22")
@pytest.mark.parametrize(
    "field", ["screening.danger_now", "screening.given_name", "referral.urgency"]
)
def test_a_file_that_somebody_attached_to_another_field_goes_nowhere(office, field):
    """Also not where that field always goes along: a danger to life, the envelope."""
    desk, record = office.desk, RecordId(b"r" * 16)
    manifest = ("image/png", 5, bytes(32), 262144, (bytes(20),), b"K" * 32, None)
    name = FieldId(field)
    form, place = desk.context.forms.field(name).form, Compartment.CORE

    def attach(uow) -> None:
        uow.record(office.scope, place, OpenRecord(record, form))
        op = ValueOp(OpKind.ATTACH, record, name, answered(manifest))
        uow.record(office.scope, place, op)
        uow.flush()

    desk.run(attach)
    cells = desk.cells(office.scope)
    records = desk.run(lambda uow: uow.records(office.scope))
    items = [one for one in items_of(desk.context, cells, records, record) if one.field == name]
    assert len(items) == 1
    assert (items[0].groups, items[0].is_envelope, items[0].is_life_risk) == ((), False, False)
    assert b"K" * 32 not in repr(items).encode()


@pytest.mark.promise("P3")
def test_no_read_model_gives_the_key_of_an_attachment(office):
    office.add()
    value = next(one for one in office.desk.answers(office.scope, FILE))
    assert value[:2] == ("file", PDF)
    assert not [part for part in value if isinstance(part, bytes)]
    tools = office.at._tools()
    (one,) = tools.reader.attached(office.scope, EVERYWHERE)
    assert manifest_value(one.manifest) not in office.desk.answers(office.scope, FILE)
    assert one.manifest.key.hex() not in repr(one)
