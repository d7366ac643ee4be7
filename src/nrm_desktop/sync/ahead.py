"""One step ahead: what comes next is made ready while what came before is being stored.

This module decides how far ahead is looked: one step, never more, so that memory does not grow with
what is to come. It must not know what is made ready. A slow line, opening and checking then cost no
time of their own, as long as storing takes longer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Ready = TypeVar("Ready")


def one_ahead(make: Callable[[], Ready]) -> Generator[Ready]:
    """Give what is made until that is empty, while the next is made on a second thread.

    Shape: whoever iterates closes it, so that nothing is made behind the end. What `make` raises
    comes out in its turn, behind everything that was made before.
    """
    pool = ThreadPoolExecutor(1, "nrm-ahead")
    try:
        coming = pool.submit(make)
        while ready := coming.result():
            coming = pool.submit(make)
            yield ready
    finally:
        pool.shutdown(cancel_futures=True)
