"""Sources of lock signals: one contract for the fake and for the real buses.

The real adapter is tried on a private `dbus-daemon`, on which the test plays login1, UPower and
the screen savers.
"""

from itertools import count

import pytest
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtWidgets import QApplication, QLineEdit
from tests.fakes.clock import FakeClock
from tests.fakes.lock_signals import FakeSignals, FakeVolume
from tests.gui.buses import private_bus

from nrm_desktop.platforms.volumes import MountedFile
from nrm_desktop.ui.presenters.idle import Due, IdleWatch
from nrm_desktop.ui.presenters.lock_reason import LockReason
from nrm_desktop.ui.qt.bus_signals import BusSignals
from nrm_desktop.ui.qt.session_watch import KeyStickSignal, SessionWatch

LOGIN, UPOWER = "org.freedesktop.login1", "org.freedesktop.UPower"
PROPERTIES = "org.freedesktop.DBus.Properties"
SESSION_PATH = "/org/freedesktop/login1/session/_32"
NUMBERS = count()
NAMES = ["Other"]
"""Names of properties without their values. The toolkit sends an empty list as another type."""
SERVICES = (
    LOGIN,
    UPOWER,
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.xfce.ScreenSaver",
)


def saver(name: str, path: str):
    return (path, name, "ActiveChanged", [True])


MEANT = {
    LockReason.SUSPENDED: [
        ("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", [True])
    ],
    LockReason.SHUT_DOWN: [
        ("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForShutdown", [True])
    ],
    LockReason.SCREEN_LOCKED: [(SESSION_PATH, f"{LOGIN}.Session", "Lock", [])],
    LockReason.USER_SWITCHED: [
        (
            SESSION_PATH,
            PROPERTIES,
            "PropertiesChanged",
            [f"{LOGIN}.Session", {"Active": False}, NAMES],
        )
    ],
    LockReason.LID_CLOSED: [
        (
            "/org/freedesktop/UPower",
            PROPERTIES,
            "PropertiesChanged",
            [UPOWER, {"LidIsClosed": True}, NAMES],
        )
    ],
    LockReason.SCREEN_SAVER: [
        saver("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
        saver("org.freedesktop.ScreenSaver", "/ScreenSaver"),
        saver("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
        saver("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
    ],
}
HARMLESS = [
    ("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForSleep", [False]),
    ("/org/freedesktop/login1", f"{LOGIN}.Manager", "PrepareForShutdown", [False]),
    ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", [False]),
    (SESSION_PATH, f"{LOGIN}.Session", "Unlock", []),
    (SESSION_PATH, PROPERTIES, "PropertiesChanged", [f"{LOGIN}.Session", {"Active": True}, NAMES]),
    (
        SESSION_PATH,
        PROPERTIES,
        "PropertiesChanged",
        [f"{LOGIN}.Session", {"IdleHint": False}, NAMES],
    ),
    (
        "/org/freedesktop/UPower",
        PROPERTIES,
        "PropertiesChanged",
        [UPOWER, {"LidIsClosed": False, "OnBattery": True}, NAMES],
    ),
    ("/org/freedesktop/UPower", PROPERTIES, "PropertiesChanged", ["odd"]),
]


class FakeDesktop:
    """Fires the fake."""

    is_real = False

    def __init__(self) -> None:
        self.source = FakeSignals()

    def cause(self, reason: LockReason) -> None:
        for _ in MEANT[reason]:
            self.source.fire(reason)


class BusDesktop:
    """Plays the services of a desktop on a private bus."""

    is_real = True

    def __init__(self, address: str) -> None:
        self._name = f"services-{next(NUMBERS)}"
        self._bus = QDBusConnection.connectToBus(address, self._name)
        assert self._bus.isConnected()
        for service in SERVICES:
            assert self._bus.registerService(service)
        self._heard = f"heard-{next(NUMBERS)}"
        bus = QDBusConnection.connectToBus(address, self._heard)
        self.source = BusSignals(bus, bus)

    def cause(self, reason: LockReason) -> None:
        for signal in MEANT[reason]:
            self.send(*signal)

    def send(self, path: str, interface: str, name: str, arguments: list) -> None:
        message = QDBusMessage.createSignal(path, interface, name)
        message.setArguments(arguments)
        assert self._bus.send(message)

    def end(self) -> None:
        self.source.stop()
        self.source.deleteLater()
        for name in (self._name, self._heard):
            QDBusConnection.disconnectFromBus(name)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A bus of our own, with nobody on it."""
    with private_bus(tmp_path_factory.mktemp("bus")) as made:
        yield made


@pytest.fixture(params=["fake", "bus"])
def desktop(request, qapp):
    if request.param == "fake":
        yield FakeDesktop()
        return
    made = BusDesktop(request.getfixturevalue("address"))
    yield made
    made.end()


@pytest.fixture
def told(desktop):
    heard: list[LockReason] = []
    desktop.source.listen(heard.append)
    return heard


@pytest.mark.threat("T2")
@pytest.mark.parametrize("reason", MEANT)
def test_each_signal_is_told_with_its_reason(qtbot, desktop, told, reason):
    desktop.cause(reason)

    qtbot.waitUntil(lambda: len(told) >= len(MEANT[reason]))
    assert set(told) == {reason}


def test_a_source_that_was_stopped_is_silent(qtbot, desktop, told):
    desktop.cause(LockReason.SUSPENDED)
    qtbot.waitUntil(lambda: bool(told))

    desktop.source.stop()
    desktop.source.stop()
    desktop.cause(LockReason.SCREEN_LOCKED)
    qtbot.wait(100)

    assert told == [LockReason.SUSPENDED]


def test_waking_up_unlocking_and_other_news_lock_nothing(qtbot, address, qapp):
    desktop = BusDesktop(address)
    heard: list[LockReason] = []
    desktop.source.listen(heard.append)
    for signal in HARMLESS:
        desktop.send(*signal)
    desktop.cause(LockReason.SCREEN_LOCKED)  # what was sent before has arrived once this is heard

    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [LockReason.SCREEN_LOCKED]
    desktop.end()


def test_a_computer_without_buses_is_listened_to_in_vain_and_without_harm(qapp):
    nobody = QDBusConnection("nobody there")
    source = BusSignals(nobody, nobody)
    heard: list[LockReason] = []

    source.listen(heard.append)
    source.stop()

    assert heard == []


# ---- the stick with the key file ---------------------------------------------------------------


@pytest.fixture(params=["fake", "file"])
def stick(request, tmp_path):
    """A stick that can be put in and pulled out: `put(True)`."""
    if request.param == "fake":
        volume = FakeVolume(is_in=False)

        def put(is_in: bool) -> None:  # noqa: FBT001 - in or out
            volume.is_in = is_in

        return volume, put
    path = tmp_path / "stick" / "notes.key"
    path.parent.mkdir()

    def put_file(is_in: bool) -> None:  # noqa: FBT001 - in or out
        path.write_bytes(b"key") if is_in else path.unlink(missing_ok=True)

    return MountedFile(path), put_file


def test_a_stick_that_is_pulled_out_is_told_once(qapp, stick):
    volume, put = stick
    put(True)
    source, heard = KeyStickSignal(volume), []
    source.listen(heard.append)

    source.look()
    put(False)
    source.look()
    source.look()
    assert heard == [LockReason.KEY_PULLED]

    put(True)
    source.look()
    assert heard == [LockReason.KEY_PULLED]
    source.stop()
    put(False)
    source.look()
    assert heard == [LockReason.KEY_PULLED]


def test_a_stick_that_was_never_there_cannot_be_pulled_out(qapp, stick):
    source, heard = KeyStickSignal(stick[0]), []
    source.listen(heard.append)
    source.look()

    assert heard == []
    source.stop()


# ---- the watch itself ---------------------------------------------------------------------------


class Watched:
    """A watch with its clock, its source, and what it told."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.idle = IdleWatch(self.clock)
        self.locked: list[LockReason] = []
        self.told: list[Due] = []
        self.source = FakeSignals()
        self.watch = SessionWatch(
            QApplication.instance(), self.idle, self.locked.append, self.told.append, [self.source]
        )
        self.watch.show_open(is_open=True)

    def pass_minutes(self, minutes: int) -> None:
        for _ in range(minutes * 2):
            self.clock.move(30_000)
            self.watch.look()


@pytest.fixture
def watched(qapp):
    made = Watched()
    yield made
    made.watch.stop()


def test_idling_locks_an_open_window_and_not_a_locked_one(watched):
    watched.watch.show_open(is_open=False)
    watched.pass_minutes(10)
    assert watched.locked == []

    watched.watch.show_open(is_open=True)
    watched.pass_minutes(5)
    assert watched.told == [Due.WARN, Due.LOCK]
    assert watched.locked == [LockReason.IDLE]


def test_a_key_takes_the_warning_away(watched, qtbot):
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    watched.clock.move(30_000)
    watched.pass_minutes(4)
    assert watched.told == [Due.WARN]

    qtbot.keyClick(line, "a")
    assert watched.told == [Due.WARN, Due.NOTHING]


@pytest.mark.promise("P13")
def test_listening_holds_the_idle_lock_only_and_ends_by_itself(watched):
    watched.idle.listen(is_on=True)
    watched.pass_minutes(29)
    assert watched.locked == []
    for reason in (LockReason.SUSPENDED, LockReason.LID_CLOSED, LockReason.SCREEN_LOCKED):
        watched.source.fire(reason)
    assert watched.locked == [
        LockReason.SUSPENDED,
        LockReason.LID_CLOSED,
        LockReason.SCREEN_LOCKED,
    ]
    watched.locked.clear()

    watched.pass_minutes(1)
    assert watched.told == [Due.ASK]
    assert not watched.idle.is_listening
    watched.pass_minutes(5)
    assert watched.locked == [LockReason.IDLE]


@pytest.mark.promise("P20")
@pytest.mark.parametrize("is_open", [True, False])
def test_a_jump_of_the_wall_clock_is_told_also_while_listening_and_while_locked(watched, is_open):
    watched.watch.show_open(is_open=is_open)
    watched.idle.listen(is_on=True)
    watched.clock.move(5_000)
    watched.watch.look()
    watched.clock.set_wall(watched.clock.now + 61_000)
    watched.watch.look()

    assert watched.locked == [LockReason.SLEPT]


def test_a_stopped_watch_stops_its_sources(watched):
    watched.watch.stop()
    watched.source.fire(LockReason.SUSPENDED)

    assert watched.locked == []
