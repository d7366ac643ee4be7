"""What reaches the log: events, ids, types and code places; never a value (T4)."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from nrm_desktop.domain.errors import Refused
from nrm_desktop.logging_setup import (
    CRASH_NAME,
    LOG_NAME,
    RedactingFormatter,
    describe_fault,
    start_logging,
)

MARKER = "Oksana Marker-4711"


def line_of(message: object, *args: object, ids: object = None) -> str:
    record = logging.LogRecord("nrm_desktop.storage", logging.WARNING, "x", 1, message, args, None)
    record.ids = ids
    return RedactingFormatter().format(record)


def fail(error: Exception) -> NoReturn:
    raise error


def fault_with_marker() -> BaseException:
    answer = MARKER
    try:
        try:
            fail(ValueError(answer))
        except ValueError as inner:
            raise Refused("consent.missing", name=answer) from inner
    except Refused as outer:
        return outer


def run_child(folder: Path, body: str) -> subprocess.CompletedProcess:
    program = f"""
from pathlib import Path
from nrm_desktop.logging_setup import start_logging

start_logging(Path({str(folder)!r}))
answer = {MARKER!r}
{body}
"""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


def written_in(folder: Path) -> str:
    names = [folder / LOG_NAME, folder / CRASH_NAME]
    return "".join(path.read_text(encoding="utf-8") for path in names)


def test_an_event_with_ids_is_written_whole():
    line = line_of("vault.opened", ids={"slot": 3, "commit": "0123456789abcdef", "code": "a.b"})

    assert line.endswith("WARNING vault.opened slot=3 commit=0123456789abcdef code=a.b")


@pytest.mark.threat("T4")
@pytest.mark.parametrize("value", [MARKER, "oksana", "oksana.m", b"oksana", 2.5, ["oksana"], None])
def test_a_value_that_is_no_id_is_withheld(value):
    line = line_of("answer.saved", ids={"value": value})

    assert line.endswith("answer.saved value=withheld")


@pytest.mark.threat("T4")
@pytest.mark.parametrize(
    ("message", "args"),
    [(f"could not read {MARKER}", ()), ("could not read %s", (MARKER,)), (ValueError(MARKER), ())],
)
def test_a_text_that_is_no_event_is_withheld_with_its_arguments(message, args):
    line = line_of(message, *args)

    assert MARKER not in line
    assert line.endswith("nrm_desktop.storage withheld")


@pytest.mark.threat("T4")
def test_an_error_is_described_by_type_code_and_place_and_never_by_its_values():
    told = describe_fault(fault_with_marker())

    assert MARKER not in told
    assert "nrm_desktop.domain.errors.Refused [consent.missing] at" in told
    assert "after ValueError at test_logging_setup.py:fault_with_marker:" in told


def test_a_circle_of_causes_ends():
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one

    assert describe_fault(one) == "ValueError at unknown place\n  after KeyError at unknown place"


@pytest.mark.expects_log
def test_the_log_file_holds_events_and_faults_without_values(tmp_path):
    with start_logging(tmp_path / "log"):
        try:
            fail(fault_with_marker())
        except Refused:
            log = logging.getLogger("nrm_desktop.x")
            log.exception("program.fault", extra={"ids": {"user": MARKER}})

    written = written_in(tmp_path / "log")
    assert "ERROR program.fault user=withheld" in written
    assert "Refused [consent.missing]" in written
    assert MARKER not in written


def test_logging_that_is_stopped_leaves_nothing_behind(tmp_path):
    before = (logging.getLogger().handlers[:], logging.getLogger().level, sys.excepthook)

    with start_logging(tmp_path):
        assert sys.excepthook is not before[2]

    assert (logging.getLogger().handlers[:], logging.getLogger().level, sys.excepthook) == before


@pytest.mark.threat("T4")
def test_an_error_that_nobody_caught_says_its_place_and_no_value(tmp_path):
    child = run_child(tmp_path, "raise ValueError(answer)")

    assert child.returncode == 1
    assert "ValueError: fault in the program" in child.stderr
    assert "CRITICAL program.fault\nValueError at <string>:<module>:7" in written_in(tmp_path)
    assert MARKER not in child.stderr + child.stdout + written_in(tmp_path)


@pytest.mark.threat("T4")
def test_a_thread_that_fails_leaves_no_value(tmp_path):
    body = """
import threading

def work(value):
    raise ValueError(value)

thread = threading.Thread(target=work, args=(answer,))
thread.start()
thread.join()
"""
    child = run_child(tmp_path, body)

    assert "CRITICAL program.fault\nValueError at" in written_in(tmp_path)
    assert MARKER not in child.stderr + child.stdout + written_in(tmp_path)


@pytest.mark.threat("T4")
def test_an_error_while_an_object_dies_leaves_no_value(tmp_path):
    body = """
class Dying:
    def __del__(self):
        raise ValueError(answer)

Dying()
"""
    child = run_child(tmp_path, body)

    assert "CRITICAL program.fault\nValueError at" in written_in(tmp_path)
    assert MARKER not in child.stderr + child.stdout + written_in(tmp_path)


@pytest.mark.threat("T4")
def test_a_crash_of_the_process_leaves_places_and_no_value(tmp_path):
    child = run_child(tmp_path, "import os\nos.abort()")

    assert child.returncode != 0
    assert "Aborted" in written_in(tmp_path)
    assert MARKER not in child.stderr + written_in(tmp_path)
