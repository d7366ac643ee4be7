"""Statements replayed by a child that knows nothing of the program: the driver as it comes.

The program teaches the driver how to bind ids (`storage.engine`), for the whole process. What is
called bare must not profit from that, or the yardstick would move with what it measures.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sqlcipher3 import dbapi2

Statements = Sequence[tuple[str, object]]


def replayed_apart(
    path: Path, key: bytes, settings: Sequence[str], transactions: Sequence[Statements]
) -> float:
    """Replay in a child. Units: seconds of the wall, without opening."""
    asked = pickle.dumps((str(path), key, list(settings), list(transactions)))
    done = subprocess.run([sys.executable, __file__], input=asked, capture_output=True, check=True)
    return float(done.stdout)


def replayed(bare, transactions: Sequence[Statements]) -> float:
    """Replay on an open connection. Units: seconds of the wall."""
    start = time.perf_counter()
    for statements in transactions:
        bare.execute("BEGIN IMMEDIATE")
        for sql, parameters in statements:
            bare.execute(sql, parameters)
        bare.execute("COMMIT")
    return time.perf_counter() - start


def main() -> None:
    path, key, settings, transactions = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own
    bare = dbapi2.connect(path, isolation_level=None, cached_statements=128)
    bare.set_key(key)
    for setting in settings:
        bare.execute(setting).fetchall()
    print(replayed(bare, transactions))
    bare.close()


if __name__ == "__main__":
    main()
