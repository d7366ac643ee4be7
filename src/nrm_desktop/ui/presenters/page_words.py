"""Words typed on a page of a case that is no form: kept as a draft until they are written.

This module decides when they are kept: 0.8 s after the last key, when the page is left, and before
a lock. They come back when the same person opens the same page of the same case again. Nothing is
signed here, and nobody else ever reads them; a passphrase and the code that confirms an act are
never given to it, because those are typed anew on purpose.

Source: architecture.md, walk 1; ux.md section 1. Promise: P1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from nrm_desktop.app.commands import KeepDraft
from nrm_desktop.app.events import DraftKept, Event
from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.domain.case import once_record
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.ui.presenters.calls import Failed, Stop
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.field_spec import FieldMark, MarkKind
from nrm_desktop.ui.presenters.hand import DRAFT_AFTER_S

PAGE: Final = "page:"
"""Begins the form of such a draft: no form of a pack is called so, and no form takes it up."""
ShowMark = Callable[[FieldMark], object]


class PageWords:
    """What is typed on one page and not written yet.

    Shape: `page` is its name; `mark` is told what is true of the words, `failed` why they could not
    be kept. Texts have names of the page's own; one named `form.field@record` goes when that answer
    is erased.
    """

    def __init__(
        self, desk: Desk, scope: ScopeId, page: str, mark: ShowMark, failed: Failed
    ) -> None:
        self._desk = desk
        self._form = PAGE + page
        self._key = DraftKey(desk.context.user, scope, once_record(scope, self._form))
        self._mark = mark
        self._failed = failed
        self._texts: dict[str, str] = {}
        self._is_read = False
        self._is_kept = True
        self.is_begun = False
        """True once the page stands on the kept words; before, nothing on it is looked at anew."""
        self._stop: Stop | None = None

    def begin(self, go_on: Callable[[], None]) -> None:
        """Read what was kept, and go on: the page is built on it. What is typed meanwhile wins."""
        desk, key = self._desk, self._key

        def found(drafts: Sequence[Draft]) -> None:
            own = [draft for draft in drafts if draft.key == key]
            kept = {str(row[0]): row[2] for draft in own for row in draft.fields}
            self._texts = {**kept, **self._texts}
            self._is_read = True
            if kept:
                self._show_kept(own[0].kept_at_ms)
            self.keep()
            self.is_begun = True
            go_on()

        def failed(error: NrmError) -> None:
            self._failed(error)
            self.is_begun = True
            go_on()

        desk.ask(lambda: desk.reader.drafts(key.user, key.scope), found, failed)

    def text(self, name: str) -> str:
        """What is typed there; empty if nothing is."""
        return self._texts.get(name, "")

    def all(self) -> Mapping[str, str]:
        """Everything that is typed, by name."""
        return dict(self._texts)

    def typed(self, name: str, text: str) -> None:
        """Somebody typed. Shape: an empty text takes the words away."""
        if text == self.text(name):
            return
        self._put(name, text)
        if self._stop is not None:
            self._stop()
        self._stop = self._desk.after(DRAFT_AFTER_S, self.keep)

    def keep(self) -> None:
        """Keep what was typed since it was kept last. Before the kept words are known, it waits."""
        if self._stop is not None:
            self._stop()
            self._stop = None
        if self._is_kept or not self._is_read:
            return
        self._is_kept = True
        rows = tuple((FieldId(name), 0, text, 0) for name, text in sorted(self._texts.items()))
        draft = Draft(self._key, self._form, rows, self._desk.context.clock.now_ms())
        self._desk.submit(KeepDraft(draft=draft), self._kept, self._not_kept)

    def done(self, *names: str) -> None:
        """These words are written, or taken back: let go of them. Without names, of all."""
        for name in names or tuple(self._texts):
            self._put(name, "")
        self.keep()

    # ---- parts ----------------------------------------------------------------------------------

    def _put(self, name: str, text: str) -> None:
        if text == self.text(name):
            return
        self._is_kept = False
        self._mark(FieldMark())
        if text:
            self._texts[name] = text
        else:
            self._texts.pop(name, None)

    def _kept(self, events: Sequence[Event]) -> None:
        at = [event.at_ms for event in events if isinstance(event, DraftKept)]
        if at and self._is_kept and self._texts:
            self._show_kept(at[0])

    def _not_kept(self, error: NrmError) -> None:
        self._is_kept = False
        self._failed(error)

    def _show_kept(self, at_ms: int) -> None:
        self._mark(FieldMark(MarkKind.DRAFT, self._desk.dates.clock(at_ms)))
