"""Sleep that is held up: one contract for the fake and for a login1 on a private bus."""

import pytest
from PySide6.QtDBus import QDBusConnection
from tests.fakes.lock_signals import FakeDelay
from tests.gui.buses import Connections, LittleLogin, private_bus

from nrm_desktop.ui.presenters.lock_reason import LockReason
from nrm_desktop.ui.qt.sleep_delay import WHO, WHY, LoginDelay

BOTH = [LockReason.SUSPENDED, LockReason.SHUT_DOWN]
WORDS = {LockReason.SUSPENDED: "sleep", LockReason.SHUT_DOWN: "shutdown"}

pytestmark = pytest.mark.threat("T2")


class FakeComputer:
    """The fake, and what it holds up."""

    def __init__(self) -> None:
        self.delay = FakeDelay()

    def held(self) -> list[str]:
        return [WORDS[one] for one in BOTH if one in self.delay.held]

    def end(self) -> None:
        self.delay.let_go()


class BusComputer:
    """A login1 of our own, and what it was asked to hold up and still does."""

    def __init__(self, address: str, *, says_no: bool = False) -> None:
        self._buses = Connections(address)
        self.login = LittleLogin(self._buses.new(), says_no=says_no)
        self.delay = LoginDelay(self._buses.new())

    def held(self) -> list[str]:
        asked = [one.asked[0] for one in self.login.inhibitors if one.is_held]
        return [word for what in asked for word in what.split(":")]

    def end(self) -> None:
        self.delay.let_go()
        self.delay.deleteLater()
        self.login.end()
        self._buses.end()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with private_bus(tmp_path_factory.mktemp("bus")) as made:
        yield made


@pytest.fixture
def on_a_bus(qapp, address):
    made = BusComputer(address)
    yield made
    made.end()


@pytest.fixture(params=["fake", "bus"])
def computer(request, qapp):
    if request.param == "bus":
        return request.getfixturevalue("on_a_bus")
    return FakeComputer()


def test_sleep_is_held_up_from_taking_to_letting_go(qtbot, computer):
    computer.delay.take(BOTH)
    qtbot.waitUntil(lambda: computer.held() == ["sleep", "shutdown"])

    computer.delay.let_go()
    computer.delay.let_go()

    qtbot.waitUntil(lambda: computer.held() == [])


def test_what_is_taken_anew_takes_the_place_of_what_was_held(qtbot, computer):
    computer.delay.take(BOTH)
    qtbot.waitUntil(lambda: computer.held() == ["sleep", "shutdown"])

    computer.delay.take([LockReason.SHUT_DOWN, LockReason.IDLE])
    qtbot.waitUntil(lambda: computer.held() == ["shutdown"])

    computer.delay.take([])
    qtbot.waitUntil(lambda: computer.held() == [])


def test_it_is_taken_again_after_it_was_let_go(qtbot, computer):
    computer.delay.take(BOTH)
    computer.delay.let_go()
    computer.delay.take([LockReason.SUSPENDED])

    qtbot.waitUntil(lambda: computer.held() == ["sleep"])


def test_an_answer_that_comes_too_late_holds_nothing_up(qtbot, on_a_bus):
    on_a_bus.delay.take(BOTH)
    on_a_bus.delay.let_go()

    qtbot.waitUntil(lambda: on_a_bus.login.calls == 1 and on_a_bus.held() == [])


def test_what_everybody_on_the_computer_may_read_names_nothing(qtbot, on_a_bus):
    on_a_bus.delay.take(BOTH)
    qtbot.waitUntil(lambda: on_a_bus.login.calls == 1)

    assert on_a_bus.login.inhibitors[0].asked == ["sleep:shutdown", WHO, WHY, "delay"]
    assert not {"nrm", "case", "vault", "safe"} & set(f"{WHO} {WHY}".casefold().split())


def test_a_login1_that_says_no_does_no_harm(qtbot, qapp, address):
    computer = BusComputer(address, says_no=True)

    computer.delay.take(BOTH)
    qtbot.waitUntil(lambda: computer.login.calls == 1)
    computer.delay.let_go()

    assert computer.held() == []
    computer.end()


@pytest.mark.parametrize("has_bus", [True, False])
def test_without_a_service_or_without_a_bus_nothing_is_held_and_nothing_fails(
    qtbot, qapp, address, has_bus
):
    buses = Connections(address)
    delay = LoginDelay(buses.new() if has_bus else QDBusConnection("nobody there"))

    delay.take(BOTH)
    qtbot.wait(50)
    delay.let_go()

    assert delay._held is None
    buses.end()
