"""S1: three in the morning, a bus waits. What can be seen is sealed at once; the innocent go."""

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once

from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.boxes import BoxDesk
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.intake import waiting_boxes, write_box
from nrm_desktop.domain.errors import Refused
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import Answer, AnswerState, answered

pytestmark = pytest.mark.rule("S1")
AT_MS = 1_795_000_000_000
SEEN = {
    "quick.q_writer": answered("Qvxzpost"),
    "screening.language": answered("uk"),
    "screening.danger_now": answered(value=True),
    "screening.seen_alone": answered(value=False),
    "screening.medical_now": Answer(AnswerState.UNKNOWN),
}


def screen(**more) -> BoxContent:
    told = {FieldId(name): answer for name, answer in {**SEEN, **more}.items()}
    return BoxContent("quick", AT_MS, tuple(told.items()))


@pytest.fixture
def post(tmp_path):
    """A locked laptop at the post."""
    with copy_of(made_once()[0], tmp_path / "post") as laptop:
        shell = laptop.vault.session.safe.shell
        laptop.vault.close()
        yield shell


def everything_on(shell) -> bytes:
    return b"".join(path.read_bytes() for path in shell.folder.rglob("*") if path.is_file())


@pytest.mark.rule("R38")
@pytest.mark.rule("N2")
def test_a_screen_is_sealed_without_unlocking_and_without_a_name(post):
    for _ in range(3):
        write_box(post, screen())
    assert waiting_boxes(post).boxes == 3
    assert b"Qvxzpost" not in everything_on(post)


@pytest.mark.rule("R23")
@pytest.mark.rule("R33")
def test_the_second_line_goes_on_in_the_same_record_and_sees_what_was_asked(post):
    write_box(post, screen())
    vault = open_vault(post, PASSPHRASE)
    desk = BoxDesk(vault)
    try:
        (box,) = desk.boxes()
        case = desk.adopt(box.name).scope
        view = vault.reader.case(case, vault.sight)
        said = {str(cell.field): cell.acting.answer for cell in view.cells}

        assert {row.form for row in view.records} >= {"screening"}
        assert said["screening.danger_now"].value is True
        assert said["screening.medical_now"].state is AnswerState.UNKNOWN, "asked, and no answer"
        assert "screening.given_name" not in said
        assert {cell.acting.user for cell in view.cells} == {"P-01"}, "whoever takes it over signs"
    finally:
        vault.close()


@pytest.mark.rule("R33")
@pytest.mark.rule("N9")
def test_what_nobody_took_over_by_the_end_of_the_shift_is_gone_for_good(post):
    """People of whom nothing was seen: their screens are counted by whoever ends the shift."""
    kept, *_ = [write_box(post, screen()) for _ in range(3)]
    vault = open_vault(post, PASSPHRASE)
    desk = BoxDesk(vault)
    try:
        desk.adopt(kept)
        with pytest.raises(Refused, match=r"policy\.boxes_wait"):
            desk.end_shift()
        assert desk.end_shift(discards_waiting=True) == 2
        assert waiting_boxes(post).boxes == 0
    finally:
        vault.close()
