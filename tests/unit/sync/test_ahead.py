"""One step ahead: the next is made while the one before is used, never more."""

import threading
from contextlib import closing

import pytest

from nrm_desktop.sync.ahead import one_ahead


def counting(last, *, failing_at=None):
    """Something that makes 1, 2, ... `last`, then nothing; with what was made so far."""
    made = []

    def make():
        number = len(made) + 1
        made.append(number)
        if number == failing_at:
            raise OSError(number)
        return number if number <= last else 0

    return make, made


def test_everything_is_given_in_order_and_once():
    make, made = counting(5)

    with closing(one_ahead(make)) as coming:
        assert list(coming) == [1, 2, 3, 4, 5]

    assert made == [1, 2, 3, 4, 5, 6]


def test_the_next_one_is_made_beside_the_use_of_the_one_before():
    asked, given = threading.Event(), threading.Event()
    names = []

    def make():
        names.append(threading.current_thread().name)
        if len(names) == 2:
            asked.set()
            assert given.wait(10)
        return len(names) if len(names) < 3 else 0

    with closing(one_ahead(make)) as coming:
        assert next(coming) == 1
        assert asked.wait(10)  # the second is being made, though nobody has asked for it
        given.set()
        assert list(coming) == [2]

    assert threading.current_thread().name not in names


def test_not_more_than_one_is_made_ahead():
    make, made = counting(9)

    with closing(one_ahead(make)) as coming:
        assert next(coming) == 1

    assert made in ([1], [1, 2])


def test_an_error_comes_in_its_turn_and_ends_it():
    make, made = counting(9, failing_at=3)
    got = []

    with closing(one_ahead(make)) as coming, pytest.raises(OSError, match="3"):
        got.extend(iter(coming.__next__, None))

    assert made == [1, 2, 3]
