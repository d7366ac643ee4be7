"""Set-up of a checkout: system packages, `.venv`, pinned Python packages, the program itself.

`set_up.py run` installs what the program needs, `set_up.py test` also what the tests need. Both may
be run as often as one likes: a stamp in `.venv` holds the hash of everything that decided the last
set-up, and while it is unchanged nothing is done and no network is needed.

Every Python package comes from a lock file with hashes and as a wheel, so no foreign build script
runs here. Which index it is fetched from is the business of the machine's own pip settings.
Standard library only, because it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

import system_packages

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
KINDS = ("run", "test")  # in this order: whatever is set up for `test` is set up for `run`
OLDEST_PYTHON = (3, 11)


class SetUpError(Exception):
    """The set-up cannot go on; the text says what the person can do."""


def main(arguments: list[str]) -> int:
    """Set up for the kind named on the command line and say in one line what was done."""
    if len(arguments) != 1 or arguments[0] not in KINDS:
        print(f"usage: set_up.py {'|'.join(KINDS)}", file=sys.stderr)
        return 2
    started = time.monotonic()
    try:
        did = set_up(arguments[0])
    except SetUpError as problem:
        print(f"Set-up stopped: {problem}", file=sys.stderr)
        return 1
    print(f"Set-up: {'; '.join(did)} ({time.monotonic() - started:.1f} s).", flush=True)
    return 0


def set_up(kind: str) -> list[str]:
    """Bring the checkout to the state that `kind` needs and return what was done, in order.

    Raises: SetUpError with the remedy when Python is too old or a package cannot be installed.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise SetUpError(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}.")
    did = [system_packages.install_missing(kind)]
    if _is_done(kind):
        return [*did, "Python packages as pinned"]
    did.append(_make_environment())
    did.append(_install_pinned(kind))
    _install_program()
    _stamp(kind).write_text(_fingerprint(kind), encoding="utf-8")
    return did


def _lock(kind: str) -> Path:
    return ROOT / "requirements" / f"{kind}.lock"


def _stamp(kind: str) -> Path:
    return ENVIRONMENT / f"set-up-{kind}.stamp"


def _fingerprint(kind: str) -> str:
    """Hash everything that decides what a finished set-up looks like."""
    digest = hashlib.sha256()
    for path in (_lock(kind), ROOT / "pyproject.toml", Path(__file__)):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(str(ROOT).encode())  # a moved checkout has a dead .venv
    return digest.hexdigest()


def _is_done(kind: str) -> bool:
    if not PYTHON.exists():
        return False
    enough = KINDS[KINDS.index(kind) :]
    return any(
        _stamp(each).exists() and _stamp(each).read_text(encoding="utf-8") == _fingerprint(each)
        for each in enough
    )


def _make_environment() -> str:
    if PYTHON.exists() and _works():
        return ".venv kept"
    if not system_packages.has_ensurepip():
        raise SetUpError(
            "this Python cannot make a virtual environment; on Debian or Ubuntu: "
            f"sudo apt-get install python3.{sys.version_info.minor}-venv"
        )
    print("Making .venv", flush=True)
    venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(ENVIRONMENT)
    return ".venv made"


def _works() -> bool:
    """A .venv whose Python was removed, or that was copied from elsewhere, is made anew."""
    probe = f"import pip, sys; sys.exit(sys.prefix != {str(ENVIRONMENT)!r})"
    return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0


def _install_pinned(kind: str) -> str:
    print("Installing the pinned Python packages (the first time takes a minute)", flush=True)
    lock = _lock(kind)
    if not _pip("--only-binary", ":all:", "--require-hashes", "--requirement", str(lock)):
        raise SetUpError(
            "the pinned packages could not be installed (pip says why above). The first set-up "
            "needs a network connection; docs/platforms.md says for which systems there are wheels."
        )
    count = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
    return f"{count} pinned Python packages installed"


def _install_program() -> None:
    """Make `import nrm_desktop` and the command `nrm-desktop` point into this checkout."""
    if not _pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT)):
        raise SetUpError("the program itself could not be installed (pip says why above).")


def _pip(*arguments: str) -> bool:
    """Install quietly: pip's warnings about its own settings hide what matters."""
    options = ("--quiet", "--quiet", "--disable-pip-version-check", "--no-input")
    command = [str(PYTHON), "-m", "pip", "install", *options, *arguments]
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, cwd=ROOT)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
