"""What people read and type while a command runs: prompts, confirmations, secrets, values.

Everything for people goes to standard error, so that standard output holds the result alone. A
confirmation is never implied: where nobody answers, it is a refusal (cli.md section 1). A secret
comes from a file or from a prompt without echo, never from an argument or the environment.
"""

from __future__ import annotations

import getpass
import os
import stat
import sys
import unicodedata
from pathlib import Path
from typing import Final

from nrm_desktop.domain.errors import EnvironmentFault, Locked, Refused, Usage

FROM_INPUT: Final = "-"
_SECRETS_BYTES: Final = 8 * 1024
_VALUE_BYTES: Final = 1024 * 1024


class Console:
    """Speaks with whoever started the command; remembers what should be known besides."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def tell(self, line: str) -> None:
        """Say something that is no result: progress, what to compare, what to type."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def warn(self, code: str) -> None:
        """Remember the code of a warning; it is told with the result."""
        if code not in self.warnings:
            self.warnings.append(code)

    @property
    def has_terminal(self) -> bool:
        """True if somebody can answer."""
        return sys.stdin is not None and sys.stdin.isatty()

    def secret(self, prompt: str) -> str:
        """Ask for a secret without echo.

        Raises: Locked `vault.passphrase_needed` where nobody can type it.
        """
        if not self.has_terminal:
            raise Locked("vault.passphrase_needed")
        return unicodedata.normalize("NFC", getpass.getpass(f"{prompt}: ", stream=sys.stderr))

    def secrets_of(self, path: Path) -> list[str]:
        """Read the lines of a passphrase file. Shape: NFC, line ends removed.

        Raises: Usage `usage.not_found`, `usage.bad_value`; EnvironmentFault.
        """
        raw = read_file(path, _SECRETS_BYTES)
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            self.warn("vault.passphrase_file_open")
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Usage("usage.bad_value", what="passphrase file", allowed="UTF-8") from None
        return [unicodedata.normalize("NFC", line.removesuffix("\r")) for line in text.split("\n")]

    def typed(self, prompt: str, wanted: str) -> str:
        """Read what somebody types to confirm; from a terminal or as one line of the input.

        Shape: `wanted` says in the refusal what has to be typed; the result has no blanks around.
        Raises: Refused `confirm.needed` where there is no line.
        """
        if self.has_terminal:
            sys.stderr.write(f"{prompt}: ")
            sys.stderr.flush()
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line:
            raise Refused("confirm.needed", word=wanted)
        return line.strip()

    def value(self, text: str) -> str:
        """Give a value; `-` means that it stands on the standard input, not in the arguments.

        Raises: Usage `usage.bad_value` if it is no UTF-8 or too long.
        """
        if text != FROM_INPUT:
            return text
        try:
            given = sys.stdin.read(_VALUE_BYTES + 1) if sys.stdin is not None else ""
        except UnicodeDecodeError:
            raise Usage("usage.bad_value", what="value", allowed="UTF-8") from None
        if len(given) > _VALUE_BYTES:
            raise Usage("usage.bad_value", what="value", allowed=f"{_VALUE_BYTES} characters")
        return given.removesuffix("\n").removesuffix("\r")


def read_file(path: Path, most: int) -> bytes:
    """Read a file that was named on the command line.

    Raises: Usage `usage.not_found` if there is none, `usage.bad_value` if it is too large;
    EnvironmentFault `storage.medium`.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):
        raise Usage("usage.not_found", what="file", name=path.name) from None
    except OSError as error:
        raise EnvironmentFault("storage.medium", errno=error.errno) from error
    if len(raw) > most:
        raise Usage("usage.bad_value", what=path.name, allowed=f"{most} bytes")
    return raw
