"""The simulation of many laptops, small enough for every day (sync.md 22, a whole day)."""

import random

from bench.bench_scale import Simulation


def test_a_few_days_of_six_laptops_end_with_one_state_and_removed_ones_read_nothing(tmp_path):
    found = Simulation(tmp_path, 6, random.Random(7)).play(2)  # noqa: S311 - invented days

    assert found["states"] == 1
    assert found["removed_read_commits"] == 0
    assert found["requests_per_device_day"] < 40
    assert found["received_kb_per_device_day"] < 200
