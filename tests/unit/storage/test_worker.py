"""Threads that own a connection: order, errors, end."""

import threading
from concurrent.futures import CancelledError

import pytest

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.storage.worker import DatabaseThread, Lane


@pytest.fixture
def thread():
    closed = []
    thread = DatabaseThread("test", list, closed.append)
    thread.closed = closed
    thread.start()
    yield thread
    thread.close()


def test_a_job_runs_on_the_thread_and_gives_its_result(thread):
    name = thread.submit(lambda owned: threading.current_thread().name).result(5)

    assert name == "test"
    assert threading.current_thread().name != name


def test_a_person_goes_before_the_bulk_and_each_lane_keeps_its_order(thread):
    may_go = threading.Event()
    thread.submit(lambda owned: may_go.wait(5))
    order = []
    jobs = [
        thread.submit(lambda owned, n=name: order.append(n), lane)
        for name, lane in (
            ("bulk 1", Lane.BULK),
            ("bulk 2", Lane.BULK),
            ("person 1", Lane.PERSON),
            ("person 2", Lane.PERSON),
        )
    ]
    may_go.set()
    for job in jobs:
        job.result(5)

    assert order == ["person 1", "person 2", "bulk 1", "bulk 2"]


def test_an_error_comes_out_of_the_future_and_the_thread_goes_on(thread):
    with pytest.raises(ZeroDivisionError):
        thread.submit(lambda owned: 1 / 0).result(5)

    assert thread.submit(lambda owned: 3).result(5) == 3


def test_an_error_while_opening_comes_out_of_start():
    thread = DatabaseThread("test", lambda: 1 / 0, lambda owned: None)

    with pytest.raises(ZeroDivisionError):
        thread.start()
    thread.close()


def test_closing_lets_the_running_job_end_and_cancels_the_others(thread):
    started, may_go = threading.Event(), threading.Event()

    def slow(owned):
        started.set()
        may_go.wait(5)
        return "done"

    running, waiting = thread.submit(slow), thread.submit(lambda owned: "never")
    started.wait(5)
    closer = threading.Thread(target=thread.close)
    closer.start()
    with pytest.raises(CancelledError):
        waiting.result(5)
    may_go.set()
    closer.join(5)

    assert running.result(5) == "done"
    assert thread.closed == [[]]


def test_a_closed_thread_takes_no_job_and_closes_twice_without_harm(thread):
    thread.close()
    thread.close()

    with pytest.raises(EnvironmentFault) as raised:
        thread.submit(lambda owned: None)
    assert raised.value.code == "storage.closed"


@pytest.mark.promise("P13")
def test_closing_ends_a_long_job_of_a_thread_that_can_be_interrupted():
    told = threading.Event()
    thread = DatabaseThread("test", list, lambda owned: None, lambda owned: told.set())
    thread.start()
    begun = threading.Event()
    running = thread.submit(lambda owned: begun.set() or told.wait(60))
    waiting = thread.submit(lambda owned: "never")
    assert begun.wait(60)

    thread.close()

    assert running.result(0) is True
    with pytest.raises(CancelledError):
        waiting.result(0)


def test_an_interruption_is_repeated_until_the_job_ends():
    """It ends one statement; a job of many would go on with the next."""
    told, begun = threading.Semaphore(0), threading.Event()
    thread = DatabaseThread("test", list, lambda owned: None, lambda owned: told.release())
    thread.start()
    job = thread.submit(lambda owned: begun.set() or [told.acquire(timeout=60) for _ in "abc"])
    assert begun.wait(60)

    thread.close()

    assert job.result(0) == [True, True, True]


def test_a_thread_is_busy_while_something_runs_or_waits(thread):
    may_go = threading.Event()
    running = thread.submit(lambda owned: may_go.wait(60))
    assert thread.is_busy
    may_go.set()
    running.result(5)
    thread.drain()
    assert not thread.submit(lambda owned: None).cancelled()


@pytest.mark.promise("P13")
def test_a_thread_is_awaited_only_while_something_waits_behind_what_runs(thread):
    runs, may_go = threading.Event(), threading.Event()
    assert not thread.is_awaited
    running = thread.submit(lambda owned: runs.set() or may_go.wait(5))
    assert runs.wait(5)
    assert not thread.is_awaited

    waiting = thread.submit(lambda owned: None, Lane.BULK)
    assert thread.is_awaited
    may_go.set()
    running.result(5)
    waiting.result(5)
    thread.drain()
    assert not thread.is_awaited


def test_what_runs_can_be_told_to_end_and_the_thread_goes_on_for_who_asks_next():
    told, started = threading.Event(), threading.Event()
    thread = DatabaseThread("test", lambda: told, lambda _: None, threading.Event.set)
    thread.start()
    try:
        running = thread.submit(lambda owned: (started.set(), owned.wait(5))[1])
        assert started.wait(5)
        waiting = thread.submit(lambda _: "late")

        thread.stop_jobs(5)

        assert running.result(5)
        assert waiting.cancelled()
        assert thread.submit(lambda _: "next").result(5) == "next"
    finally:
        thread.close()


def test_who_asks_a_thread_that_has_no_work_does_it_without_a_change_of_thread(thread):
    asked_by = threading.current_thread()

    assert thread.ask(lambda owned: threading.current_thread()) is asked_by
    assert thread.submit(lambda owned: 3).result(5) == 3


def test_who_asks_while_there_is_work_waits_for_a_turn(thread):
    started, may_go, order = threading.Event(), threading.Event(), []

    def slow(owned):
        started.set()
        may_go.wait(5)
        order.append("slow")

    thread.submit(slow)
    started.wait(5)
    threading.Timer(0.05, may_go.set).start()
    name = thread.ask(lambda owned: order.append("asked") or threading.current_thread().name)

    assert (order, name) == (["slow", "asked"], "test")


def test_what_is_lent_is_used_by_one_at_a_time_whoever_asks(thread):
    inside, most, guard = [], [], threading.Lock()

    def job(owned):
        with guard:
            inside.append(1)
            most.append(len(inside))
        threading.Event().wait(0.001)
        with guard:
            inside.pop()

    def many():
        for number in range(20):
            thread.ask(job) if number % 3 else thread.submit(job).result(5)

    askers = [threading.Thread(target=many) for _ in range(4)]
    for each in askers:
        each.start()
    for each in askers:
        each.join(20)

    assert len(most) == 80
    assert set(most) == {1}


def test_an_error_comes_to_whoever_asked_and_the_thread_goes_on(thread):
    with pytest.raises(ZeroDivisionError):
        thread.ask(lambda owned: 1 / 0)

    assert thread.ask(lambda owned: 3) == 3


def test_closing_waits_until_what_is_lent_comes_back_and_then_nobody_is_answered(thread):
    started, may_go, seen = threading.Event(), threading.Event(), []

    def slow(owned):
        started.set()
        may_go.wait(5)
        seen.append(len(thread.closed))

    asker = threading.Thread(target=lambda: thread.ask(slow))
    asker.start()
    started.wait(5)
    closer = threading.Thread(target=thread.close)
    closer.start()
    closer.join(0.1)
    is_waiting = closer.is_alive()
    may_go.set()
    closer.join(5)
    asker.join(5)

    assert (is_waiting, seen, len(thread.closed)) == (True, [0], 1)
    with pytest.raises(EnvironmentFault, match=r"storage\.closed"):
        thread.ask(lambda owned: 1)


def test_what_is_lent_can_be_interrupted_like_a_job():
    told = []
    stop = threading.Event()
    thread = DatabaseThread(
        "test", list, lambda owned: None, lambda owned: (told.append(1), stop.set())
    )
    thread.start()
    started = threading.Event()

    def until_told(owned):
        started.set()
        return stop.wait(5)

    found = []
    asker = threading.Thread(target=lambda: found.append(thread.ask(until_told)))
    asker.start()
    started.wait(5)
    thread.stop_jobs(5)
    asker.join(5)
    thread.close()

    assert found == [True]
    assert told
