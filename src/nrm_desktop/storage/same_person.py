"""Possibly the same person: other cases whose names are spelled like those of a case.

This module decides which cases are named beside a case, and what is said for and against. It
never merges, never sums up and never says how likely anything is: a person looks and decides.

Everything is read within the sight of the asking user: a name, a birth date or a nationality that
this user may not see neither makes a case appear nor speaks for or against it.

Source: storage-security.md sections 9.2 and 9.3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.queries import AlikePerson
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.forms.schema import SearchRole
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.domain.values import Value
from nrm_desktop.storage import cells as rows
from nrm_desktop.storage.cells import code_of_scope
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.joins import standing_of
from nrm_desktop.storage.lens import Lens, in_sight
from nrm_desktop.storage.search.asking import seen_by
from nrm_desktop.storage.search.likeness import people_alike
from nrm_desktop.storage.search.memory import NameMemory
from nrm_desktop.storage.search.names import NameFinder
from nrm_desktop.storage.search.stopping import watched

MOST_SHOWN: Final = 5
_MOST_LOOKED_AT: Final = 200
_YEAR: Final = 4
_SAID: Final[Mapping[SearchRole, str]] = MappingProxyType(
    {SearchRole.BIRTH: "birth_year", SearchRole.NATIONALITY: "nationality"}
)


class SamePerson:
    """Compares one case with all others on one reading connection."""

    def __init__(self, connection: Connection, lens: Lens, memory: NameMemory) -> None:
        self._db = connection
        self._lens = lens
        self._memory = memory

    def beside(self, scope: ScopeId, sight: Sight) -> tuple[AlikePerson, ...]:
        """Cases that may be of the same person, at most five; none if the case has no name."""
        with watched(self._db) as watch:
            finder = NameFinder(self._db, self._memory, seen_by(sight), watch)
            names = finder.names_of(scope)
            ours = [word for _, folded in names for word in folded.split()]
            codes = self._not_joined(scope, _candidates(finder, scope, ours))
            found = [
                (other, code, theirs)
                for other, code in list(codes.items())[:_MOST_LOOKED_AT]
                if (theirs := finder.names_of(other)) and people_alike(ours, _words(theirs))
            ][:MOST_SHOWN]
        facts = self._facts(scope, sight) if found else {}
        return tuple(
            self._described((other, code, _written(theirs)), _written(names), facts, sight)
            for other, code, theirs in found
        )

    def _not_joined(self, scope: ScopeId, codes: dict[ScopeId, str]) -> dict[ScopeId, str]:
        """Leave out files of which people have said that they are this person's."""
        own = code_of_scope(self._db, scope) or ""
        joined = standing_of(self._db, scope, own).others
        return {other: code for other, code in codes.items() if code not in joined}

    def _described(
        self,
        case: tuple[ScopeId, str, str],
        ours: str,
        facts: Mapping[str, frozenset[str]],
        sight: Sight,
    ) -> AlikePerson:
        other, code, theirs = case
        known = self._facts(other, sight)
        both = [what for what in _SAID.values() if facts.get(what) and known.get(what)]
        agrees = tuple(what for what in both if facts[what] & known[what])
        differs = tuple(what for what in both if what not in agrees)
        return AlikePerson(other, code, ours, theirs, agrees, differs)

    def _facts(self, scope: ScopeId, sight: Sight) -> dict[str, frozenset[str]]:
        """Years of birth and nationalities that a case says, each version of them."""
        found: dict[str, set[str]] = defaultdict(set)
        for cell in in_sight(rows.cells_in(self._db, scope, None), sight):
            field = self._lens.forms.find_field(cell.field)
            what = _SAID.get(field.search) if field is not None else None
            answers = (each.answer for each in cell.standing)
            if what is not None:
                found[what] |= {_fact(what, one.value) for one in answers if one is not None}
        return {what: frozenset(said - {""}) for what, said in found.items()}


def _candidates(finder: NameFinder, scope: ScopeId, ours: list[str]) -> dict[ScopeId, str]:
    """Other cases with a like name: those with most words in common first."""
    found: dict[bytes, set[str]] = defaultdict(set)
    codes: dict[bytes, str] = {}
    for word in dict.fromkeys((*ours, "".join(ours))):
        for (_, other, code, _, _), _ in finder.rows_of(set(finder.names_like(word))):
            if other != scope:
                found[other].add(word)
                codes[other] = code
    ranked = sorted(found, key=lambda other: (-len(found[other]), codes[other]))
    return {ScopeId(other): codes[other] for other in ranked}


def _words(names: list[tuple[str, str]]) -> list[str]:
    return [word for _, folded in names for word in folded.split()]


def _written(names: list[tuple[str, str]]) -> str:
    return " ".join(dict.fromkeys(name for name, _ in names))


def _fact(what: str, value: Value) -> str:
    """The year of a date, or the country; empty where nothing is said."""
    if what == _SAID[SearchRole.BIRTH]:
        text = value[0] if isinstance(value, tuple) and value else value
        return text[:_YEAR] if isinstance(text, str) else ""
    return value if isinstance(value, str) else ""
