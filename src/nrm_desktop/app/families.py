"""Joined files brought together, person by person: for lists that name a person once.

This module decides under which of the files a person is listed. It reads nothing.

Source: docs/adr/0045.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nrm_desktop.app.queries import JoinedFile
from nrm_desktop.domain.ids import ScopeId


class Family(NamedTuple):
    """The files of one person that are here, by their codes.

    Shape: `lead` is the one under which the person is listed.
    """

    lead: JoinedFile
    files: tuple[JoinedFile, ...]


def beside(files: Iterable[JoinedFile], scope: ScopeId) -> tuple[ScopeId, ...]:
    """The other files of the person of one file, as far as they are here."""
    known = tuple(files)
    own = next((one for one in known if one.scope == scope), None)
    others = own.standing.others if own is not None else ()
    return tuple(one.scope for one in known if one.code in others)


def families(files: Iterable[JoinedFile]) -> tuple[Family, ...]:
    """Bring files together. The one that goes on leads; where that is not here, the first does."""
    found: dict[frozenset[str], list[JoinedFile]] = {}
    for one in sorted(files, key=lambda one: (one.code, one.scope)):
        found.setdefault(frozenset((one.code, *one.standing.others)), []).append(one)
    return tuple(
        Family(next((one for one in group if not one.standing.goes_on), group[0]), tuple(group))
        for group in found.values()
    )
