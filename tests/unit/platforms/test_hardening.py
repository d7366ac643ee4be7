"""No core dump, no tracing, and what the machine has (T4; storage-security.md 14)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nrm_desktop.platforms.hardening import machine

PRELUDE = """
import os, resource
from nrm_desktop.platforms.hardening import harden_process
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
done = harden_process()
"""
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux interfaces")


def run_hardened(body: str, cwd) -> subprocess.CompletedProcess:
    """Harden a child, never the test process: there it could not be undone."""
    return subprocess.run(
        [sys.executable, "-c", PRELUDE + body],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


@linux_only
@pytest.mark.threat("T4")
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT"])
def test_a_crash_leaves_no_core(name, tmp_path):
    body = f"import signal\nos.kill(os.getpid(), signal.{name})"

    child = run_hardened(body, tmp_path)

    assert child.returncode == -getattr(signal, name)
    assert list(tmp_path.iterdir()) == []


@linux_only
@pytest.mark.threat("T4")
def test_the_limit_cannot_be_lifted_by_chance_and_the_process_is_not_dumpable(tmp_path):
    body = """
import ctypes
print(done.leaves_no_core, done.is_untraceable)
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3))
"""
    child = run_hardened(body, tmp_path)

    assert child.stdout.splitlines() == ["True True", "(0, 0) 0"], child.stderr


@linux_only
@pytest.mark.threat("T4")
def test_the_program_closes_the_doors_before_it_does_anything_else(tmp_path):
    body = """
import ctypes, sys
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
ctypes.CDLL(None).prctl(4, 1)
sys.argv = ["nrm-desktop", "--version"]
from nrm_desktop.__main__ import main
main()
print(ctypes.CDLL(None).prctl(3))
"""
    child = run_hardened(body, tmp_path)

    assert child.stdout.splitlines()[-1] == "0", child.stderr


@linux_only
def test_memory_and_cores_are_those_of_the_machine():
    total_kib = int(Path("/proc/meminfo").read_text(encoding="ascii").split()[1])

    found = machine()

    assert abs(found.memory_bytes - total_kib * 1024) < 4096
    assert 1 <= found.cores <= os.cpu_count()
