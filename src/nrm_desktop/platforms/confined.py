"""Run as a program: takes its own rights away, then runs one module that decodes foreign bytes.

This module decides what a decoder may use: memory, processor time, few descriptors; no core file,
no file written, no process made. It imports nothing but the system, so that limits are set before
anything that could be attacked is loaded, and it reads no byte of what is to be decoded.

The limits are those that the parent names on the command line, which holds no content.

Source: storage-security.md section 8. Promise: P16. Threat: T16.
"""

from __future__ import annotations

import runpy
import sys

from nrm_desktop.platforms.hardening import harden_process

if sys.platform != "win32":
    import resource

DESCRIPTORS = 32


def main() -> None:
    """Confine this process, then be the module that is named first on the command line."""
    module, memory_bytes, cpu_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    harden_process()
    confine(memory_bytes, cpu_s)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if sys.platform == "win32":  # the parent's job object limits it there

    def confine(memory_bytes: int, cpu_s: int) -> None:
        """Nothing to do: the limits of a job cannot be taken off from inside."""

else:

    def confine(memory_bytes: int, cpu_s: int) -> None:
        """Set limits that this process cannot raise again. Units: bytes; seconds."""
        for kind, most in (
            (resource.RLIMIT_AS, memory_bytes),
            (resource.RLIMIT_CPU, cpu_s),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, DESCRIPTORS),
            (resource.RLIMIT_NPROC, 0),
        ):
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
