"""A safe whose state a test sets; it remembers what was asked of it."""

from dataclasses import replace

from nrm_desktop.app.condition import Condition
from nrm_desktop.app.way_back import WayBack
from nrm_desktop.domain.errors import NrmError, Refused
from nrm_desktop.ui.presenters.exchange import StorePlace
from nrm_desktop.ui.presenters.safety import BackupMade, CheckState, SafetyFacts

SAFE = SafetyFacts(WayBack(True, None, None, is_check_due=False), Condition())
GROUPS = tuple(f"AB{number:02}" for number in range(1, 15))


class FakeOffer:
    """A code of fourteen groups, of which the third and the ninth are asked for."""

    groups = GROUPS
    vault_mark = "a1b2"
    asked = (3, 9)

    def __init__(self) -> None:
        self.counts = False

    def confirm(self, first: str, second: str) -> None:
        for number, typed in zip(self.asked, (first, second), strict=True):
            if typed != self.groups[number - 1]:
                raise Refused("confirm.groups", group=number)
        self.counts = True


class FakeSafety:
    """Fulfils `Surroundings`, `SafetyTools` and `WayBackTools`. Shape: `fails` is raised."""

    def __init__(self) -> None:
        self.now = SAFE
        self.check = CheckState()
        self.fails: NrmError | None = None
        self.made = FakeOffer()
        self.has_sheet = True
        self.asked: list[object] = []
        self.boxes = 0

    def knows(self, **more: object) -> None:
        """Let other facts hold."""
        self.now = replace(self.now, **more)

    def places(self) -> list[StorePlace]:
        return [StorePlace("/stick", 0)]

    def safety(self) -> SafetyFacts:
        return self.now

    facts = safety

    def waiting(self) -> int:
        return self.boxes

    def begin_check(self) -> None:
        self._do("check")

    def back_up(self, folder: str, *, with_attachments: bool) -> BackupMade:
        self._do(("backup", folder, with_attachments))
        return BackupMade("b-20261125-AB12", 3)

    def renew(self) -> bool:
        self._do("renew")
        return True

    def offer(self) -> FakeOffer:
        self._do("offer")
        return self.made

    def ask_sheet(self) -> FakeOffer | None:
        self._do("sheet")
        return self.made if self.has_sheet else None

    def _do(self, what: object) -> None:
        self.asked.append(what)
        if self.fails is not None:
            raise self.fails
