"""The locked screen and the clocks that lead to it."""

import pytest
from tests.fakes.clock import FakeClock

from nrm_desktop.domain.errors import EnvironmentFault, Locked
from nrm_desktop.ui.presenters.idle import IDLE_S, WARN_S, Due, IdleWatch
from nrm_desktop.ui.presenters.unlock import LockReason, UnlockPresenter

SIGNS = ("blue-kite", "red-boat")


class Safe:
    """A safe whose answers a test holds in its hand."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, str]] = []
        self.fault = None

    def signs(self, done, failed) -> None:
        if self.fault:
            failed(self.fault)
        else:
            done(SIGNS)

    def unlock(self, passphrase, sign, done, failed) -> None:
        self.tried.append((passphrase, sign))
        self.done, self.failed = done, failed

    def explain(self, error):
        return f"message of {error.code}.", "The remedy."


@pytest.fixture
def safe():
    return Safe()


@pytest.fixture
def locked(view, safe, desk):
    made = UnlockPresenter(view, safe, desk.say)
    made.start(LockReason.STARTED)
    return made


def test_the_first_sign_is_chosen_and_the_screen_says_why_it_is_locked(view, locked):
    assert view.told("show_signs") == [(SIGNS, "blue-kite")]
    assert view.last("show_reason") == ""

    locked.start(LockReason.IDLE)
    assert "nobody typed" in view.last("show_reason")


def test_a_named_person_has_the_own_sign_chosen(view, safe, desk):
    UnlockPresenter(view, safe, desk.say, "Red-Boat").start(LockReason.STARTED)

    assert view.told("show_signs") == [(SIGNS, "red-boat")]


def test_a_passphrase_is_tried_for_the_chosen_sign_and_once_at_a_time(view, safe, locked):
    locked.choose("red-boat")
    locked.unlock("seven lamps")
    locked.unlock("again")

    assert safe.tried == [("seven lamps", "red-boat")]
    assert view.last("show_busy") == "Opening …"


def test_a_wrong_passphrase_says_what_helps_and_can_be_typed_again(view, safe, locked):
    locked.unlock("wrong")
    safe.failed(Locked("vault.wrong_passphrase"))

    assert view.last("show_problem") == "message of vault.wrong_passphrase. The remedy."
    assert view.names()[-1] == "clear"
    locked.unlock("right")
    assert len(safe.tried) == 2


def test_an_empty_passphrase_is_not_tried(view, safe, locked):
    locked.unlock("")

    assert safe.tried == []
    assert "passphrase" in view.last("show_problem")


def test_a_place_without_a_safe_says_what_helps(view, safe, desk):
    safe.fault = EnvironmentFault("storage.no_vault")
    UnlockPresenter(view, safe, desk.say).start(LockReason.STARTED)

    assert view.told("show_nothing_here") == [("message of storage.no_vault.", "The remedy.")]


def test_every_reason_but_the_first_has_words(view, locked):
    for reason in LockReason:
        locked.start(reason)
        assert bool(view.last("show_reason")) is (reason is not LockReason.STARTED)


def test_the_lock_is_announced_and_then_comes():
    clock = FakeClock()
    watch = IdleWatch(clock)
    due = []
    for _ in range(round(IDLE_S / 5)):
        clock.move(5_000)
        due.append(watch.look())

    assert due[-1] is Due.LOCK
    assert due.count(Due.WARN) == round(WARN_S / 5)
    assert due[0] is Due.NOTHING


def test_any_deed_puts_the_lock_off():
    clock = FakeClock()
    watch = IdleWatch(clock)
    for _ in range(100):
        clock.move(5_000)
        watch.something_happened()
        assert watch.look() is Due.NOTHING


@pytest.mark.parametrize("wall_ms", [120_000, -120_000])
def test_a_jump_of_the_wall_clock_means_that_the_computer_was_asleep(wall_ms):
    clock = FakeClock()
    watch = IdleWatch(clock)
    clock.move(5_000)
    watch.look()

    clock.set_wall(clock.now + wall_ms)

    assert watch.look() is Due.SLEPT


def test_a_jump_of_the_steady_clock_means_the_same():
    clock = FakeClock()
    watch = IdleWatch(clock)
    clock.move(90_000)

    assert watch.look() is Due.SLEPT
