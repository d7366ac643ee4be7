"""Files that are about one person: which of them goes on, and which stay as they are.

A join says of two files that they are about one person, and which of them goes on. This module
decides what follows when several joins stand side by side, as devices wrote them. It joins nothing
by itself, and it knows nothing of what stands in a file: codes are all it sees.

- A pair is decided while everybody who joined it names the same file. Where people name both,
  neither is closed until somebody decides.
- A file stays as it is while it is decided that another one goes on, and that one, or the one after
  it, takes new answers. Files that would all wait for each other all go on.
- Whatever is decided about going on, all of them are about one person.

Source: docs/adr/0045; nrm.md S9, R25.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import Answer

FORM: Final = "joined"
OTHER: Final = FieldId("joined.jn_other")
LEADS: Final = FieldId("joined.jn_leads")
PARTED: Final = FieldId("joined.jn_parted")
SAID_BY_A_JOIN: Final = frozenset({OTHER, LEADS, PARTED})
"""The fields by which a join is known."""
Said = Mapping[RecordId, Mapping[FieldId, Sequence[Answer]]]
"""What stands in those fields, by record: every answer that was not erased."""


class Join(NamedTuple):
    """A join that stands, as one of the two files says it.

    Shape: codes; `leads` are all that are named as the one that goes on, empty for one that cannot
    be read.
    """

    file: str
    other: str
    leads: frozenset[str]


@dataclass(frozen=True, slots=True)
class OnePerson:
    """How a file stands among those of its person.

    Shape: codes in order; `goes_on` are the files to write into instead, none while this one goes
    on; `disputed` are those of which people said both; `away` are those that are not to be read
    here, so that they may hold more than is shown.
    """

    others: tuple[str, ...] = ()
    goes_on: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    away: tuple[str, ...] = ()


ALONE = OnePerson()
"""A file that was never joined, or is parted again."""


def joins_said(code: str, said: Said) -> dict[RecordId, tuple[Join, ...]]:
    """Read the joins that stand in the file of a code; those that were parted are left out."""
    return {
        record: tuple(
            Join(code, other, frozenset(_texts(fields.get(LEADS, ()))))
            for other in _texts(fields.get(OTHER, ()))
        )
        for record, fields in said.items()
        if not fields.get(PARTED)
    }


def joins_reached(
    code: str,
    own: Iterable[Join],
    read: Callable[[str], Iterable[Join] | None],
    naming: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> tuple[list[Join], frozenset[str]]:
    """Follow joins from file to file. Gives all of them, and the files that could not be read.

    Shape: `read` gives the joins of the file of a code, None where it is not to be read here;
    `naming` are the files in which a join names a code, so that one half of it is enough.
    """
    joins = list(own)
    waiting, seen, unread = {one.other for one in joins}, {code}, set()
    waiting = (waiting | set(naming.get(code, ()))) - seen
    while waiting:
        name = waiting.pop()
        seen.add(name)
        told = read(name)
        if told is None:
            unread.add(name)
            continue
        new = list(told)
        joins += new
        waiting |= {one.other for one in new}.union(naming.get(name, ())) - seen
    return joins, frozenset(unread)


def one_person(
    code: str, joins: Iterable[Join], unread: Collection[str] = frozenset()
) -> OnePerson:
    """Say how a file stands.

    Shape: `joins` are those of all files that can be reached from it, `unread` codes of files that
    are not to be read here.
    """
    pairs = _pairs(joins)
    beside = _beside(pairs)
    others = _reached(code, beside) - {code}
    if not others:
        return ALONE
    after = _after(pairs)
    last = {one for one in _reached(code, after) if one not in after}
    goes_on = last - {code} if code in after else set()
    disputed = {
        other
        for pair, leads in pairs.items()
        if code in pair and not _is_decided(pair, leads)
        for other in pair - {code}
    }
    if code in after and not last:
        disputed |= after[code]
    away = others & set(unread)
    return OnePerson(*(tuple(sorted(found)) for found in (others, goes_on, disputed, away)))


def _pairs(joins: Iterable[Join]) -> dict[frozenset[str], set[str]]:
    """Each pair of files, and which of them are said to go on; one that is not to be read is."""
    found: dict[frozenset[str], set[str]] = defaultdict(set)
    for one in joins:
        if one.file != one.other:
            found[frozenset((one.file, one.other))] |= one.leads or {""}
    return found


def _is_decided(pair: frozenset[str], leads: set[str]) -> bool:
    return len(leads) == 1 and leads <= pair


def _beside(pairs: Mapping[frozenset[str], set[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        for one in pair:
            found[one] |= pair - {one}
    return found


def _after(pairs: Mapping[frozenset[str], set[str]]) -> dict[str, set[str]]:
    """The files that go on in place of each; one that stands in no decided pair is not there."""
    found: dict[str, set[str]] = defaultdict(set)
    for pair, leads in pairs.items():
        if _is_decided(pair, leads):
            for one in pair - leads:
                found[one] |= leads
    return dict(found)


def _reached(first: str, ways: Mapping[str, set[str]]) -> set[str]:
    """Everything that can be reached, the beginning with it."""
    found: set[str] = set()
    waiting = {first}
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting |= ways.get(one, set()) - found
    return found


def _texts(answers: Iterable[Answer]) -> list[str]:
    return [answer.value for answer in answers if isinstance(answer.value, str)]
