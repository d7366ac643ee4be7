"""Old pages put back into a newer database."""

from __future__ import annotations

from collections.abc import Iterator

from nrm_desktop.storage.engine import PAGE_BYTES


def old_pages(newer: bytes, older: bytes) -> Iterator[tuple[int, bytes]]:
    """Every page of which there is an older version, and the newer file with that one in it."""
    for page in range(1, len(older) // PAGE_BYTES):
        part = slice(page * PAGE_BYTES, (page + 1) * PAGE_BYTES)
        if older[part] != newer[part]:
            yield page + 1, newer[: part.start] + older[part] + newer[part.stop :]
