"""The torture run: a loss, too few tries, and a figure that is missing are all not met."""

from torture import WANTED, added_up, problems_of


def met():
    return {name: dict(least) for name, least in WANTED.items()}


def test_figures_that_meet_everything_have_no_problems():
    assert problems_of(met()) == []


def test_a_loss_is_a_problem_except_under_settings_that_are_known_to_be_bad():
    figures = met()
    figures["power_cut.normal"]["lost"] = 200
    assert problems_of(figures) == []

    figures["kill"]["lost"] = 1

    assert problems_of(figures) == ["kill.lost is 1"]


def test_a_fault_that_was_not_tried_often_enough_counts_as_missing():
    figures = met()
    figures["kill"]["rounds"] = 299
    del figures["markers"]

    assert len(problems_of(figures)) == 2


def test_a_harness_that_finds_no_loss_under_bad_settings_is_a_problem():
    figures = met()
    figures["power_cut.delete"]["lost"] = 0

    assert len(problems_of(figures)) == 1


def test_what_was_tried_in_several_tests_is_added():
    rows = [{"name": "damage.flips", "tried": 1, "other_data": 0}] * 3

    assert added_up(rows) == {"damage.flips": {"tried": 3, "other_data": 0}}
