"""The page of the attachments: words for every state, one page at a time, nothing kept after."""

from dataclasses import replace

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import Reader

from nrm_desktop.app.attachment_commands import AddAttachment, AttachmentAdded
from nrm_desktop.app.attachment_ports import Picture
from nrm_desktop.app.attachments import AttachmentRow
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.media import JPEG, M4A, OFFICE, OTHER, PDF
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.ui.presenters.attachments import (
    AddInput,
    AttachmentsPresenter,
    kind_words,
    size_words,
)
from nrm_desktop.ui.presenters.marks import Shape, Tone

ROW = AttachmentRow("a:0", "Passport", "", 1, PDF, 2_000_000, "00" * 32, 0, "P-01")
ROWS = (
    ROW,
    replace(ROW, id="b:0", media_type=M4A, size=900),
    replace(ROW, id="c:0", missing=2),
    replace(ROW, id="d:0", media_type="", size=0, is_readable=False),
)


class Door:
    """Answers rows and pages, and keeps what it was asked."""

    def __init__(self) -> None:
        self.found = ROWS
        self.asked: list[tuple] = []
        self.fault: Exception | None = None

    def rows(self, scope):
        assert scope == SCOPE
        return self.found

    def page(self, scope, attachment, number):
        self.asked.append((attachment, number))
        if self.fault is not None:
            raise self.fault
        return Picture(1, 1, 3, bytes(4))


@pytest.fixture
def desk():
    return FakeDesk(Reader())


@pytest.fixture
def door():
    return Door()


@pytest.fixture
def page(view, desk, door):
    made = AttachmentsPresenter(view, desk, SCOPE, door)
    made.start()
    return made


def test_a_row_says_what_it_is_where_it_lies_and_whether_it_is_here(page, view):
    lines = view.last("show_lines")
    assert [line.pill.shape for line in lines] == [
        Shape.DOT,
        Shape.DOT,
        Shape.HALF,
        Shape.CROSSED,
    ]
    assert [(line.kind, line.size) for line in lines] == [
        ("PDF", "2 MB"),
        ("Recording", "1 kB"),
        ("PDF", "2 MB"),
        ("Other file", ""),
    ]
    assert lines[0].part == "What everybody on the case sees"


def test_only_parts_that_the_roles_write_are_offered(page, view, desk):
    offered = [choice.code for choice in view.last("show_places")]
    roles, table = desk.context.roles, desk.context.forms.roles
    writable = [place.word for place in Compartment if table.may_write(roles, place)]
    assert offered == [word for word in writable if not word.startswith("org.")]


@pytest.mark.rule("N11")
def test_whoever_takes_a_file_in_says_whether_it_shows_a_person(page, view, desk):
    """Nothing is chosen before; what is said goes with the order."""
    assert [one.code for one in view.last("show_what")] == ["thing", "person"]
    desk.answers[AddAttachment] = lambda cmd: (_added(cmd),)
    page.add(AddInput("/stick/a.jpg", "", "core", "person"))
    page.add(AddInput("/stick/b.jpg", "", "core", "thing"))
    assert [command.shows_person for command in desk.commands] == [True, False]


def test_without_a_file_a_part_or_a_word_about_it_nothing_is_begun(page, view, desk):
    page.add(AddInput(""))
    page.add(AddInput("/tmp/x"))
    page.add(AddInput("/tmp/x", place="core"))
    assert [banner.tone for (shown,) in view.told("show_banners") for banner in shown] == [
        Tone.WARN,
        Tone.WARN,
        Tone.WARN,
    ]
    assert desk.commands == []


def test_a_file_is_taken_in_and_the_page_says_that_the_old_one_is_still_there(page, view, desk):
    desk.answers[AddAttachment] = lambda cmd: (_added(cmd),)
    page.add(AddInput(" /stick/scan.pdf ", " Passport ", "core", "thing", is_photo=True))
    (command,) = desk.commands
    assert (command.path, command.label, command.compartment, command.is_photo) == (
        "/stick/scan.pdf",
        "Passport",
        Compartment.CORE,
        True,
    )
    (banner,) = view.last("show_banners")
    assert banner.tone is Tone.OK
    assert "still lies where it was" in banner.text
    assert "clear_entry" in view.names()
    assert view.last("show_busy") == ""


def _added(cmd: AddAttachment) -> AttachmentAdded:
    return AttachmentAdded(
        scope=cmd.scope,
        attachment="e:0",
        label=cmd.label,
        media_type=PDF,
        size=1,
        sha256="00" * 32,
        compartment=Compartment.CORE,
        at_ms=0,
    )


def test_pages_are_turned_between_the_first_and_the_last(page, view, door):
    page.look(0)
    page.turn(-1)
    for _ in range(5):
        page.turn(1)
    page.turn(-1)
    assert door.asked == [("a:0", 0), ("a:0", 1), ("a:0", 2), ("a:0", 1)]
    assert view.told("show_picture")[-1][1:] == ("Passport", 2)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_cannot_be_looked_at_says_why_and_starts_nothing(page, view, door, number):
    page.look(number)
    assert door.asked == []
    (banner,) = view.last("show_banners")
    assert banner.tone is Tone.INFO


def test_a_refusal_of_the_child_is_told_and_the_page_can_go_on(page, view, door):
    door.fault = HostileInput("integrity.preview", why="damaged")
    page.look(0)
    (banner,) = view.last("show_banners")
    assert banner.tone is Tone.BAD
    door.fault = None
    page.look(0)
    assert view.told("show_picture")[-1][0] is not None


@pytest.mark.promise("P13")
def test_leaving_takes_the_page_away(page, view, door):
    page.look(0)
    page.leave()
    assert view.last("show_picture") is None
    page.turn(1)
    assert door.asked == [("a:0", 0)]


def test_a_row_that_is_gone_is_not_looked_at(page, door):
    page.look(17)
    page.look(-1)
    assert door.asked == []


def test_kinds_and_sizes_have_words(desk):
    say = desk.say
    kinds = [kind_words(say, kind) for kind in (JPEG, PDF, M4A, OFFICE, OTHER)]
    assert kinds == ["Picture", "PDF", "Recording", "Office document", "Other file"]
    assert [size_words(say, size) for size in (1, 1024, 1025, 50 << 20)] == [
        "1 kB",
        "1 kB",
        "2 kB",
        "50 MB",
    ]
