"""Words of a page that is no form: kept while they are not written, for the typist alone. P1."""

import pytest
from tests.fakes.runner import SCOPE, USER, FakeDesk
from tests.unit.ui.presenters.cases import Reader

from nrm_desktop.app.commands import KeepDraft
from nrm_desktop.app.events import DraftKept
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.ids import UserId
from nrm_desktop.ui.presenters.field_spec import MarkKind
from nrm_desktop.ui.presenters.hand import DRAFT_AFTER_S
from nrm_desktop.ui.presenters.page_words import PageWords

pytestmark = pytest.mark.promise("P1")


def made_on(view, drafts=(), page="rights"):
    desk = FakeDesk(Reader(drafts=drafts))
    desk.answers[KeepDraft] = lambda cmd: (
        DraftKept(key=cmd.draft.key, at_ms=cmd.draft.kept_at_ms, origin=cmd.origin),
    )
    return desk, PageWords(desk, SCOPE, page, view.mark, view.failed)


def begun_on(view, drafts=(), page="rights"):
    desk, words = made_on(view, drafts, page)
    words.begin(view.begun)
    return desk, words


def rows(command):
    return {row[0]: row[2] for row in command.draft.fields}


def test_words_are_kept_shortly_after_the_last_key_and_said_to_be_a_draft(view):
    desk, words = begun_on(view)
    words.typed("why", "She")
    desk.pass_time(DRAFT_AFTER_S / 2)
    words.typed("why", "She asked")
    desk.pass_time(DRAFT_AFTER_S / 2)
    assert desk.sent(KeepDraft) == []

    desk.pass_time(DRAFT_AFTER_S / 2)
    (command,) = desk.sent(KeepDraft)
    assert rows(command) == {"why": "She asked"}
    assert (command.draft.key.user, command.draft.key.scope) == (USER, SCOPE)
    assert command.draft.form == "page:rights"
    assert view.last("mark").kind is MarkKind.DRAFT


def test_a_lock_keeps_what_was_typed_just_now_and_keeps_nothing_twice(view):
    desk, words = begun_on(view)
    words.typed("why", "She asked")
    words.keep()
    words.keep()
    desk.pass_time(60)

    assert len(desk.sent(KeepDraft)) == 1


def test_they_come_back_on_the_same_page_only(view):
    desk, words = begun_on(view)
    words.typed("why", "She asked")
    words.keep()
    draft = desk.sent(KeepDraft)[0].draft

    _, again = begun_on(view, (draft,))
    assert again.all() == {"why": "She asked"}
    assert view.last("mark").kind is MarkKind.DRAFT
    _, other = begun_on(view, (draft,), page="another")
    assert other.all() == {}


def test_what_is_typed_before_the_kept_words_are_read_wins_and_takes_nothing_away(view):
    desk, words = begun_on(view)
    words.typed("why", "Before")
    words.typed("end", "moved")
    words.keep()
    draft = desk.sent(KeepDraft)[0].draft

    desk, words = made_on(view, (draft,))
    words.typed("why", "Now")
    words.keep()
    assert desk.commands == [], "the other words are not known yet"
    words.begin(view.begun)
    assert rows(desk.sent(KeepDraft)[-1]) == {"why": "Now", "end": "moved"}


def test_words_that_are_written_are_let_go_of_at_once(view):
    desk, words = begun_on(view)
    words.typed("why", "She asked")
    words.typed("end", "moved")
    words.keep()
    words.done("why")
    assert rows(desk.sent(KeepDraft)[-1]) == {"end": "moved"}

    words.done()
    assert rows(desk.sent(KeepDraft)[-1]) == {}
    desk.pass_time(60)
    assert len(desk.sent(KeepDraft)) == 3


def test_what_could_not_be_kept_is_told_and_tried_again(view):
    desk, words = begun_on(view)
    keeps, desk.answers[KeepDraft] = desk.answers[KeepDraft], EnvironmentFault("storage.full")
    words.typed("why", "She asked")
    words.keep()
    assert view.last("failed").code == "storage.full"
    assert view.last("mark").kind is MarkKind.NONE, "nothing looks kept that is not"

    desk.answers[KeepDraft] = keeps
    words.keep()
    assert view.last("mark").kind is MarkKind.DRAFT


def test_a_page_opens_also_where_the_kept_words_cannot_be_read(view):
    class Broken:
        def drafts(self, *_):
            raise EnvironmentFault("storage.medium")

    desk = FakeDesk(Broken())
    words = PageWords(desk, SCOPE, "rights", view.mark, view.failed)
    words.begin(view.begun)
    words.typed("why", "She asked")
    words.keep()

    assert view.told("begun") == [()]
    assert view.last("failed").code == "storage.medium"
    assert desk.commands == [], "what could not be read is not written over"


def test_nobody_elses_words_come_back(view):
    desk, words = begun_on(view)
    words.typed("why", "She asked")
    words.keep()
    draft = desk.sent(KeepDraft)[0].draft
    key = type(draft.key)(UserId(b"x" * 16), draft.key.scope, draft.key.record)
    foreign = type(draft)(key, draft.form, draft.fields, draft.kept_at_ms)

    assert begun_on(view, (foreign,))[1].all() == {}
