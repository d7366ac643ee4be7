"""When a device was last heard from: no clock of somebody else hides a silence (T18)."""

import pytest

from nrm_desktop.sync.hearing import DAY_MS, days_since, last_heard

CERTIFIED, CAME = 1_790_000_000_000, 1_795_000_000_000
NEVER_KEPT = 0


@pytest.mark.threat("T18")
@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (CAME - 3 * DAY_MS, CAME - 3 * DAY_MS),
        (CAME + 365 * DAY_MS, CAME),
        (4_070_908_800_000, CAME),
        (CERTIFIED - DAY_MS, CAME),
        (0, CAME),
    ],
    ids=["older", "a clock ahead", "the year 2099", "before its certificate", "1970"],
)
def test_a_device_is_believed_only_as_far_as_it_makes_its_word_older(said, heard):
    assert last_heard(said, CAME, CERTIFIED) == heard


def test_without_the_time_of_arrival_the_word_of_the_device_is_all_there_is():
    assert last_heard(CAME, NEVER_KEPT, CERTIFIED) == CAME


def test_silence_is_counted_in_whole_days_and_never_less_than_none():
    assert days_since(CAME, CAME + 41 * DAY_MS + 5) == 41
    assert days_since(CAME, CAME - DAY_MS) == 0
