"""What other organisations ask us to stop using, read from the cases that their packets opened.

This module decides how cells become such a request: a notice that came in, with what we answered.
It counts only in `rights`, where the program wrote it; an entry that cannot be read hides no other.
Nothing is erased by it: what is done about it people decide, and then they answer.

Source: nrm.md R27, S6; docs/adr/0049.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from nrm_desktop.app.exchange_ports import read_reply_address
from nrm_desktop.app.ports import CellRow
from nrm_desktop.app.queries import CaseNotices
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.stop_requests import AnsweredBack, AskedToStop
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.notices import Part
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Value

TAKEN_BACK: Final = FieldId("packet.taken_back")
ANSWERED: Final = FieldId("packet.answered_back")
ORIGIN: Final = FieldId("packet.origin")
_DAY_CHARS: Final = 10


def asked_to_stop(
    cells: Iterable[CellRow], closed: frozenset[RecordId] = frozenset()
) -> tuple[AskedToStop, ...]:
    """Everything that we were asked to stop using in a case, the oldest in front.

    Shape: `closed` are records that somebody closed: an answer in one silences no request, and a
    request in one stays.
    """
    rights = [cell for cell in cells if cell.compartment == Compartment.RIGHTS]
    senders = dict(_senders(rights))
    open_ones = (cell for cell in rights if cell.record not in closed)
    answers = sorted(_answers(open_ones), key=lambda one: one[0])
    found = {one.reply.reference: one for one in _notices(rights, senders, answers)}
    return tuple(sorted(found.values(), key=lambda one: (one.came_on, one.reply.reference)))


def answer_value(notice: bytes, answer: AnsweredBack) -> Value:
    """An answer as it is kept."""
    return (notice, answer.reply, answer.words, answer.at, answer.by)


def waiting_line(scope: ScopeId, code: str, found: Sequence[AskedToStop]) -> CaseNotices | None:
    """One line for a case; None where everything was answered."""
    waiting = [one.came_on for one in found if one.is_open]
    return CaseNotices(scope, code, len(waiting), min(waiting)) if waiting else None


def _notices(
    cells: Iterable[CellRow],
    senders: dict[bytes, str],
    answers: Sequence[tuple[int, bytes, AnsweredBack]],
) -> Iterator[AskedToStop]:
    for _, value in _entries(cells, TAKEN_BACK):
        match value:
            case (address, bytes() as packet, tuple() as parts, str() as day, str() as until):
                reply = read_reply_address(address)
                if reply is not None:
                    given = tuple(said for _, about, said in answers if about == reply.reference)
                    sender, named = senders.get(packet, ""), tuple(_parts(parts))
                    where = reference_of(packet)
                    yield AskedToStop(reply, where, sender, named, day[:_DAY_CHARS], until, given)


def _parts(values: Iterable[Value]) -> Iterator[Part]:
    for value in values:
        match value:
            case (str() as purpose, str() as group):
                yield Part(purpose, group)


def _answers(cells: Iterable[CellRow]) -> Iterator[tuple[int, bytes, AnsweredBack]]:
    for order, value in _entries(cells, ANSWERED):
        match value:
            case (bytes() as notice, str() as reply, str() as words, str() as at, str() as by):
                yield order, notice, AnsweredBack(reply, words, at, by)


def _senders(cells: Iterable[CellRow]) -> Iterator[tuple[bytes, str]]:
    """Who sent each packet of the case, as the directory knows it."""
    for _, value in _entries(cells, ORIGIN):
        match value:
            case (address, str() as sender, *_):
                reply = read_reply_address(address)
                if reply is not None:
                    yield reply.reference, sender


def _entries(cells: Iterable[CellRow], field: FieldId) -> Iterator[tuple[int, Value]]:
    for cell in cells:
        if cell.field == field:
            for each in cell.standing:
                if each.answer is not None:
                    yield each.hlc.to_int(), each.answer.value
