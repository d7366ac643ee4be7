"""Bridge and runner: answers come on the window's thread, late ones to nobody, none is lost."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

from nrm_desktop.domain.errors import EnvironmentFault, ProgramFault
from nrm_desktop.ui.qt.bridge import Bridge
from nrm_desktop.ui.qt.runner import Outcome, QtRunner


class Desk:
    """A runner over futures that the test answers."""

    def __init__(self) -> None:
        self.futures: list[Future] = []
        self.asked: list[object] = []
        self.faults: list[BaseException] = []
        self.runner = QtRunner(Bridge(), self.start, self.start, self.faults.append)

    def start(self, what) -> Future:
        self.asked.append(what)
        self.futures.append(Future())
        return self.futures[-1]


@pytest.fixture
def desk(qapp):
    return Desk()


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def test_a_call_posted_from_another_thread_runs_on_the_window_s_thread(qapp, qtbot):
    bridge, seen = Bridge(), []

    thread = threading.Thread(
        target=lambda: bridge.post(lambda: seen.append(QThread.currentThread()))
    )
    thread.start()
    thread.join()

    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [qapp.thread()]


def test_a_posted_call_never_runs_inside_the_call_that_posted_it(qapp):
    bridge, seen = Bridge(), []

    bridge.post(lambda: seen.append("later"))
    seen.append("first")
    settle()

    assert seen == ["first", "later"]


def test_calls_run_in_the_order_in_which_they_were_posted(qapp, qtbot):
    bridge, seen = Bridge(), []

    with ThreadPoolExecutor(1) as pool:
        for number in range(200):
            pool.submit(bridge.post, lambda number=number: seen.append(number))

    qtbot.waitUntil(lambda: len(seen) == 200)
    assert seen == list(range(200))


def test_a_result_comes_to_its_receiver(desk):
    got = []
    desk.runner.query("cases", got.append)

    desk.futures[0].set_result(("row",))
    assert got == []
    settle()

    assert got == [Outcome(("row",))]
    assert desk.asked == ["cases"]


def test_an_error_that_says_what_helps_comes_as_it_is(desk):
    got, full = [], EnvironmentFault("storage.full")
    desk.runner.submit("save", got.append)

    desk.futures[0].set_exception(full)
    settle()

    assert got == [Outcome(error=full)]
    assert desk.faults == []


def test_a_defect_is_reported_and_comes_as_a_fault_of_the_program(desk):
    got, defect = [], KeyError("x")
    desk.runner.submit("save", got.append)

    desk.futures[0].set_exception(defect)
    settle()

    assert isinstance(got[0].error, ProgramFault)
    assert desk.faults == [defect]


def test_a_cancelled_answer_comes_to_nobody(desk):
    got = []
    token = desk.runner.query("cases", got.append)

    desk.runner.cancel(token)
    settle()

    assert got == []
    assert desk.futures[0].cancelled()


def test_a_command_that_already_runs_is_not_interrupted_but_its_answer_is_dropped(desk):
    got = []
    token = desk.runner.submit("save", got.append)
    desk.futures[0].set_running_or_notify_cancel()

    desk.runner.cancel(token)
    desk.futures[0].set_result("done")
    settle()

    assert got == []
    assert desk.futures[0].result() == "done"


def test_locking_forgets_every_answer(desk):
    got = []
    desk.runner.query("cases", got.append)
    desk.runner.submit("save", got.append)

    desk.runner.cancel_all()
    settle()

    assert got == []
    assert all(future.cancelled() for future in desk.futures)


def test_tokens_differ_and_an_unknown_one_is_no_error(desk):
    tokens = {desk.runner.query("a", print), desk.runner.submit("b", print)}

    desk.runner.cancel("ui-999")

    assert len(tokens) == 2
    desk.runner.cancel_all()
