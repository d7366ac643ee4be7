"""Set-up, the runner of checks and the bench: what they decide, without doing it."""

import json
from pathlib import Path

import pytest
from bench import run as bench

import check
import practice
import set_up
import system_packages


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout whose set-up can be declared done without installing anything."""
    (tmp_path / "requirements").mkdir()
    for kind in set_up.KINDS:
        (tmp_path / "requirements" / f"{kind}.lock").write_text(f"{kind}==1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "python").touch()
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(set_up, "PYTHON", tmp_path / ".venv" / "python")
    return tmp_path


def declare_done(kind: str) -> None:
    set_up._stamp(kind).write_text(set_up._fingerprint(kind), encoding="utf-8")


def test_what_is_set_up_for_tests_is_set_up_for_running_but_not_the_other_way_round(checkout):
    declare_done("test")
    assert set_up._is_done("run")

    set_up._stamp("test").unlink()
    declare_done("run")
    assert not set_up._is_done("test")


@pytest.mark.parametrize("changed", ["requirements/test.lock", "pyproject.toml"])
def test_a_changed_pin_makes_the_set_up_run_again(checkout, changed):
    declare_done("test")

    with (checkout / changed).open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")

    assert not set_up._is_done("test")


def test_a_removed_environment_makes_the_set_up_run_again(checkout):
    declare_done("test")

    (checkout / ".venv" / "python").unlink()

    assert not set_up._is_done("test")


def test_an_unknown_kind_of_set_up_is_refused(capsys):
    assert set_up.main(["everything"]) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_libraries_for_the_screen_are_asked_for_only_where_there_is_one(monkeypatch, variable):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not set(system_packages.ON_SCREEN) & set(system_packages.wanted("run"))

    monkeypatch.setenv(variable, ":0")

    assert set(system_packages.ON_SCREEN) <= set(system_packages.wanted("run"))


def test_each_practice_run_gets_a_folder_of_its_own(tmp_path):
    (tmp_path / "practice" / "2").mkdir(parents=True)
    (tmp_path / "practice" / "notes").mkdir()

    assert practice._next_folder(tmp_path / "practice") == tmp_path / "practice" / "3"


def outcome(name: str, output: str, *, ok: bool = True) -> check.Outcome:
    return check.Outcome(check.Check(name, ()), ok, 1.0, output, check._counts(output))


def test_the_closing_line_adds_up_all_suites_and_counts_a_failed_linter_once():
    outcomes = [
        outcome("unit", "...\n3 failed, 40 passed, 1 skipped in 2.00s\n", ok=False),
        outcome("e2e", "..\n2 passed, 1 error in 9s\n", ok=False),
        outcome("lint", "some words", ok=False),
        outcome("types", ""),
    ]

    assert check._closing_line(outcomes) == "42 passed, 5 failed, 1 skipped"


def test_every_folder_of_tests_is_a_suite():
    names = {each.name for each in check.suites()}

    assert {"unit", "property", "architecture", "e2e", "e2e/cli", "e2e/situations"} <= names
    assert not names & set(check.NOT_A_SUITE)


def test_every_file_of_tests_is_run_by_one_suite_and_by_no_second_one():
    runs = [file for suite in check.suites() for file in files_of(suite)]

    not_ours = {check.TESTS / name for name in check.NOT_A_SUITE}
    there = [file for file in check.TESTS.rglob("test_*.py") if not_ours.isdisjoint(file.parents)]
    assert sorted(runs) == sorted(there)


def files_of(suite: check.Check) -> set[Path]:
    """The files of tests below what a suite is told to run, without what it is told to leave."""
    left = {Path(word.partition("=")[2]) for word in suite.command if "--ignore" in word}
    root = next(Path(word) for word in suite.command if Path(word).is_relative_to(check.TESTS))
    found = set(root.rglob("test_*.py")) if root.is_dir() else {root}
    return {file for file in found if left.isdisjoint(file.parents)}


@pytest.mark.parametrize(
    ("value", "target", "is_met"),
    [
        (2.5, {"at_most": 2.5}, True),
        (2.6, {"at_most": 2.5}, False),
        (0.4, {"at_least": 0.4}, True),
        (0.3, {"at_least": 0.4}, False),
        (1, {"exactly": 1}, True),
        (1.01, {"exactly": 1}, False),
    ],
)
def test_a_figure_meets_its_target_or_misses_it(value, target, is_met):
    assert bench.meets(value, target) is is_met


def test_a_target_that_nobody_measured_is_missed(capsys):
    assert bench.report({}, {"save.fsyncs": {"exactly": 1, "unit": "fsyncs"}}) == 1
    assert "not measured" in capsys.readouterr().out


def test_a_figure_without_a_target_is_shown_and_misses_nothing(capsys):
    assert bench.report({"new.figure": 3.0}, {}) == 0
    assert "new.figure" in capsys.readouterr().out


def test_figures_are_kept_with_what_they_were_measured_on(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "FIGURES", tmp_path / "figures")

    bench.write("bench", {"b": 2.0, "a": 1.0})

    kept = json.loads((tmp_path / "figures" / "bench.json").read_text(encoding="utf-8"))
    assert list(kept["figures"]) == ["a", "b"]
    assert kept["measured_on"]["cores"] >= 1


def test_a_skipped_test_is_told_with_its_reason(capsys):
    check._report(outcome("unit", "SKIPPED [1] tests/a.py:3: no stick\n1 passed, 1 skipped in 1s"))

    assert "no stick" in capsys.readouterr().out
