"""What another organisation's file says before anybody takes it in: from whom, and whether new.

This module only reads: no case, no entry of the directory and no row of the audit chain is made by
looking. A name is what the sender calls itself; whether anybody compared its card is said beside.

Source: ux.md section 4, screen 13; sync.md section 14. Threats: T12.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nrm_desktop.app.asked_to_stop import asked_to_stop
from nrm_desktop.app.context import Context
from nrm_desktop.app.corresponding import INTAKE_SEEDS, PostTools
from nrm_desktop.app.exchange_ports import Origin, ReplyKeys
from nrm_desktop.app.handlers.incoming import Incoming, incoming, known_sender
from nrm_desktop.app.handlers.receipts import Kept, SentPacket, kept_receipts, sent_packets
from nrm_desktop.app.handlers.registers import directory_entry, entry_of_organisation
from nrm_desktop.app.handlers.sealed_notices import SentNotice, has_reply, sent_notices
from nrm_desktop.app.ports import UnitOfWork, Work
from nrm_desktop.app.wire.limits import OBJECT_BYTES, STATEMENT_BYTES


@dataclass(frozen=True, slots=True)
class PostSeen:
    """What a file says of itself.

    Shape: `sender` is empty where it cannot be known; `is_compared` if the digits of its card were
    compared by voice; `is_here` if the same file was taken in before.
    """

    sender: str = ""
    is_compared: bool = False
    is_here: bool = False


class ArrivedPost:
    """Looks into files of other organisations. For one look: what is here is read once."""

    def __init__(self, work: Work, context: Context, tools: Callable[[], PostTools]) -> None:
        self._work = work
        self._context = context
        self._tools = tools

    def look(self, path: Path, what: str) -> PostSeen:
        """Say from whom a file is and whether it is here; nothing is kept.

        Shape: `what` as in `Arrival`; of anything but post nothing is known. Raises: HostileInput
        with the code by which it would be refused; EnvironmentFault.
        """
        looks = {
            "packet": self._packet,
            "withdrawal": self._notice,
            "receipt": self._receipt,
            "card": self._card,
        }
        return looks[what](path) if what in looks else PostSeen()

    def _packet(self, path: Path) -> PostSeen:
        seen = self._tools().post.open_packet(self._read(path), self._seeds)
        is_here = any(one.reply == seen.reply for one in self._came)
        return self._of(seen.origin, is_here=is_here)

    def _notice(self, path: Path) -> PostSeen:
        seen = self._tools().post.open_withdrawal(self._read(path), self._seeds)
        said = seen.withdrawal
        homes = {one.scope for one in self._came if one.reply.reference == said.reference}

        def here(uow: UnitOfWork) -> bool:
            asked = (one for home in homes for one in asked_to_stop(uow.cells(home)))
            return any(one.reply.reference == said.notice for one in asked)

        return self._of(seen.origin, is_here=self._work.run(here))

    def _receipt(self, path: Path) -> PostSeen:
        sent = self._sent
        seen = self._tools().post.open_receipt(self._read(path), [one.keys for one in sent])
        said = seen.receipt
        kept = Kept(said.state, said.at_ms, said.by, said.reason)
        home = next(one for one in sent if one.keys == seen.keys)

        def look(uow: UnitOfWork) -> PostSeen:
            if isinstance(home, SentNotice):
                is_here = has_reply(uow, home, kept)
            else:
                is_here = kept in kept_receipts(uow, home.trail)
            return self._by_name(uow, seen.keys, is_here=is_here)

        return self._work.run(look)

    def _card(self, path: Path) -> PostSeen:
        tools = self._tools()
        seen = tools.post.read_card(tools.files.read_limited(path, STATEMENT_BYTES))

        def look(uow: UnitOfWork) -> PostSeen:
            known = entry_of_organisation(uow, self._context, seen.card.organisation)
            if known is None:
                return PostSeen(seen.card.name)
            entry = directory_entry(uow, self._context, known[0])
            is_here = entry.card == seen.data
            return PostSeen(seen.card.name, is_here and entry.is_verified, is_here)

        return self._work.run(look)

    def _of(self, origin: Origin, *, is_here: bool) -> PostSeen:
        found = self._work.run(lambda uow: known_sender(uow, self._context, origin))
        return PostSeen(origin.name, found is not None and found.is_verified, is_here)

    def _by_name(self, uow: UnitOfWork, keys: ReplyKeys, *, is_here: bool) -> PostSeen:
        """Who answers, as our directory calls it: only that organisation can have signed."""
        known = entry_of_organisation(uow, self._context, keys.organisation)
        if known is None:
            return PostSeen(is_here=is_here)
        entry = directory_entry(uow, self._context, known[0])
        return PostSeen(entry.name, entry.is_verified and known[1].root == keys.root, is_here)

    def _read(self, path: Path) -> bytes:
        return self._tools().files.read_limited(path, OBJECT_BYTES)

    @cached_property
    def _seeds(self) -> Sequence[bytes]:
        return self._work.run(lambda uow: [seed for _, seed in uow.trust.secrets(INTAKE_SEEDS)])

    @cached_property
    def _came(self) -> Sequence[Incoming]:
        return self._work.run(lambda uow: list(incoming(uow, self._context)))

    @cached_property
    def _sent(self) -> Sequence[SentPacket | SentNotice]:
        """Everything of which an answer may come back."""

        def both(uow: UnitOfWork) -> list[SentPacket | SentNotice]:
            return [*sent_packets(uow, self._context), *sent_notices(uow, self._context)]

        return self._work.run(both)
