"""Closing an open vault behind the locked screen, within a second, whatever runs.

This module decides the order and how long each step may take (section 13):

1. drafts of what is in hand are kept; 2. the draft is signed, if the writer is free for it; 3. what
is read ends; 4. the vault notes its anchor, writes the WAL back and closes. A step that does not
end in time is passed over: the draft was kept first, so what was not signed is signed at the next
unlocking of the same person. A save that runs is waited for by the database itself: it happens
wholly or not at all (P2).

Then, however it went, whoever waits for the end is told: a computer that goes to sleep is held up
until the keys are gone.

The window shows the locked screen before any of this: whoever looks over a shoulder sees nothing
while it runs. It runs on a thread of its own, because the thread of commands may be the one that
hangs.

Source: storage-security.md section 13. Promises: P1, P6, P13.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # what needs keys is loaded behind the lock screen
    from nrm_desktop.bootstrap.headless import OpenVault

DRAFT_S: Final = 0.4
"""At most, and signing gets what is left of it: words come before signatures."""
SIGNED_S: Final = 0.2
READERS_S: Final = 0.2


def close_in_order(
    vault: OpenVault, drafts: Future[object], signed: Future[object], closed: Callable[[], None]
) -> None:
    """Close a vault, then call `closed`.

    Shape: both futures are done when all that was asked for before is done.
    """
    try:
        if not wait([drafts], DRAFT_S).not_done:
            wait([signed], SIGNED_S)
        vault.database.threads.stop_reading(READERS_S)
        vault.close()
    finally:
        closed()
