"""The locked screen and the clocks that lead to it."""

import pytest
from tests.fakes.clock import FakeClock

from nrm_desktop.domain.errors import EnvironmentFault, Locked
from nrm_desktop.ui.presenters.idle import IDLE_S, LISTEN_S, WARN_S, Due, IdleWatch
from nrm_desktop.ui.presenters.lock_reason import LockReason, LockSettings, reason_words
from nrm_desktop.ui.presenters.unlock import Entry, UnlockPresenter, wait_words

SIGNS = ("blue-kite", "red-boat")


class Safe:
    """A safe whose answers a test holds in its hand."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, str]] = []
        self.codes: list[tuple[str, str]] = []
        self.shifts: set[str] = set()
        self.later: list = []
        self.fault = None

    def signs(self, done, failed) -> None:
        if self.fault:
            failed(self.fault)
        else:
            done(SIGNS)

    def unlock(self, passphrase, sign, done, failed) -> None:
        self.tried.append((passphrase, sign))
        self.done, self.failed = done, failed

    def has_shift(self, sign) -> bool:
        return sign in self.shifts

    def reopen(self, code, sign, done, failed) -> None:
        self.codes.append((code, sign))
        self.done, self.failed = done, failed

    def after(self, seconds, call):
        assert seconds == 1.0
        self.later.append(call)
        return lambda: self.later.remove(call) if call in self.later else None

    def second_passes(self) -> None:
        self.later.pop()()

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


def test_a_sign_with_a_shift_code_is_asked_for_the_code_and_the_others_are_not(view, safe, locked):
    safe.shifts.add("red-boat")
    locked.choose("red-boat")
    assert view.last("show_entry") is Entry.CODE
    locked.unlock("420917")
    assert (safe.codes, safe.tried) == ([("420917", "red-boat")], [])
    safe.failed(Locked("vault.shift_wrong", left=2))

    locked.choose("blue-kite")
    assert view.last("show_entry") is Entry.PASSPHRASE


def test_the_passphrase_opens_although_there_is_a_code(view, safe, locked):
    safe.shifts.add("red-boat")
    locked.choose("red-boat")
    locked.use_passphrase()
    locked.unlock("seven lamps")

    assert (safe.codes, safe.tried) == ([], [("seven lamps", "red-boat")])


@pytest.mark.threat("T21")
def test_after_the_last_wrong_code_the_passphrase_is_asked_for(view, safe, locked):
    safe.shifts.add("blue-kite")
    locked.choose("blue-kite")
    locked.unlock("000001")
    safe.shifts.clear()
    safe.failed(Locked("vault.shift_over"))

    assert view.last("show_entry") is Entry.PASSPHRASE
    assert "vault.shift_over" in view.last("show_problem")


def test_the_third_failure_of_one_sign_names_the_keyboard_layout(view, safe, locked):
    for sign in ("blue-kite", "blue-kite", "red-boat", "blue-kite"):
        locked.choose(sign)
        locked.unlock("wrong")
        safe.failed(Locked("vault.wrong_passphrase"))

    named = [dict(call[1:])["names_layout"] for call in view.told("show_problem") if call[1:]]
    assert named == [False, False, False, True]


def test_the_waiting_time_is_counted_down_in_words_and_ends(view, safe, locked):
    locked.unlock("wrong")
    safe.failed(Locked("vault.delay", retry_after_s=2))
    assert view.last("show_wait") == "Wait 2 seconds more."

    safe.second_passes()
    assert view.last("show_wait") == "Wait 1 second more."
    safe.second_passes()
    assert view.last("show_wait") == "You can try again now."
    assert safe.later == []


def test_another_sign_does_not_wait(view, safe, locked):
    locked.unlock("wrong")
    safe.failed(Locked("vault.delay", retry_after_s=60))
    locked.choose("red-boat")

    assert view.last("show_wait") == ""
    assert safe.later == []
    locked.unlock("seven lamps")
    assert safe.tried[-1] == ("seven lamps", "red-boat")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "Wait 5 seconds more."),
        (60, "Wait 1 minute more."),
        (300, "Wait 5 minutes more."),
        (61, "Wait 1 min 1 s more."),
    ],
)
def test_a_waiting_time_is_said_in_words(desk, seconds, words):
    assert wait_words(desk.say, seconds) == words


def test_every_reason_has_a_sentence_of_its_own(desk):
    words = {reason_words(desk.say, reason) for reason in LockReason}

    assert len(words) == len(LockReason)


def test_only_what_has_a_switch_can_be_switched_off():
    settings = LockSettings(off=frozenset(LockReason))

    assert not settings.heeds(LockReason.SCREEN_SAVER)
    for reason in (LockReason.PANIC, LockReason.IDLE, LockReason.SLEPT, LockReason.SHUT_DOWN):
        assert settings.heeds(reason)


@pytest.mark.promise("P13")
def test_listening_holds_the_idle_lock_for_half_an_hour_and_then_asks():
    clock = FakeClock()
    watch = IdleWatch(clock)
    watch.listen(is_on=True)
    due = []
    for _ in range(round((LISTEN_S + IDLE_S) / 5)):
        clock.move(5_000)
        due.append(watch.look())

    first = due.index(Due.ASK)
    assert (first + 1) * 5 == LISTEN_S
    assert set(due[:first]) == {Due.NOTHING}
    assert due[-1] is Due.LOCK


def test_listening_that_is_ended_by_hand_counts_idling_from_then():
    clock = FakeClock()
    watch = IdleWatch(clock)
    watch.listen(is_on=True)
    for _ in range(100):
        clock.move(5_000)
        watch.look()
    watch.listen(is_on=False)

    assert watch.look() is Due.NOTHING
    for _ in range(59):
        clock.move(5_000)
        watch.look()
    clock.move(5_000)
    assert watch.look() is Due.LOCK


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
