"""A locked laptop that seals into a list, and boxes that wait in an open vault."""

from dataclasses import dataclass

from tests.fakes.runner import FakeDesk

from nrm_desktop.app.events import BoxAdopted
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId

IDLE_S = 300.0


class FakeWriting(FakeDesk):
    """Fulfils `WritingDesk`. Shape: `fails` is what loading or sealing ends with."""

    idle_s = IDLE_S

    def __init__(self) -> None:
        super().__init__(roles=())
        self.sealed: list[tuple[str, dict]] = []
        self.fails: NrmError | None = None

    def load(self, done, failed) -> None:
        self._told(lambda: done(self.context), failed)

    def seal(self, form, answers, done, failed) -> None:
        def keep() -> None:
            self.sealed.append((form, dict(answers)))
            done()

        self._told(keep, failed)

    def _told(self, works, failed) -> None:
        self._soon(works if self.fails is None else lambda: failed(self.fails))


@dataclass(frozen=True)
class Box:
    """Fulfils `FoundBox`."""

    name: str
    content: BoxContent | None = None
    problem: str = ""
    unread: int = 0


class FakeBoxes:
    """Fulfils `BoxTools`. Shape: `fails` is raised by taking over."""

    def __init__(self, *found: Box) -> None:
        self.found = list(found)
        self.taken: list[tuple[str, ScopeId | None]] = []
        self.fails: NrmError | None = None
        self.is_again = False

    def boxes(self) -> list[Box]:
        return list(self.found)

    def adopt(self, name, scope=None) -> BoxAdopted:
        if self.fails is not None:
            raise self.fails
        self.taken.append((name, scope))
        self.found = [box for box in self.found if box.name != name]
        return BoxAdopted(scope=scope or ScopeId(b"n" * 16), is_again=self.is_again)
