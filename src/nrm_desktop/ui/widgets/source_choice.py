"""Where an answer comes from, as a quiet choice beside its state (decisions.md 5)."""

from __future__ import annotations

from PySide6.QtCore import Signal

from nrm_desktop.domain.values import Source
from nrm_desktop.ui.presenters.field_spec import Choice
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.widgets.combo import ChoiceBox
from nrm_desktop.ui.widgets.kit import Kit


def source_word(say: Say, source: Source) -> str:
    """The words for a source on screen."""
    return {
        Source.NOT_STATED: say("Source?"),
        Source.PERSON: say("The person"),
        Source.OBSERVED: say("Observed"),
        Source.DOCUMENT: say("A document"),
        Source.THIRD_PARTY: say("Somebody else"),
    }[source]


class SourceChoice(ChoiceBox):
    """The sources a question may have. `chosen` carries the source that a person chose."""

    chosen = Signal(object)

    def __init__(self, kit: Kit, sources: tuple[Source, ...]) -> None:
        offered = (Source.NOT_STATED, *sources)
        super().__init__(
            kit,
            [Choice(str(int(source)), source_word(kit.say, source)) for source in offered],
            is_quiet=True,
        )
        self.activated.connect(lambda _: self.chosen.emit(self.source()))

    def source(self) -> Source:
        """The chosen source."""
        return Source(int(self.code() or Source.NOT_STATED))

    def show_source(self, source: Source) -> None:
        """Show a source without telling anybody."""
        self.show_code(str(int(source)))

    def name_it(self, name: str) -> None:
        """Tell screen readers what is chosen here; on Linux the name of a list is its value."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(name)
