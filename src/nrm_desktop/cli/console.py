"""What people read and type while a command runs: prompts, confirmations, secrets, values.

Everything for people goes to standard error, so that standard output holds the result alone. A
confirmation is never implied: where nobody answers, it is a refusal (cli.md section 1).
"""

from __future__ import annotations

import sys


class Console:
    """Speaks with whoever started the command."""

    def tell(self, line: str) -> None:
        """Say something that is no result: progress, a hint, what to compare."""
        sys.stderr.write(f"{line}\n")
