"""The part of the Reader port about consents taken back, from any thread.

This module decides nothing: of a damaged vault it shows only what was verified before.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from nrm_desktop.app.queries import CaseNotices, Effects
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.stop_requests import AskedToStop
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.notices import Notice
from nrm_desktop.storage.reader import SqlReader

Result = TypeVar("Result")


class VaultNotices(ABC):
    """What was taken back, here and elsewhere."""

    def notices(self, scope: ScopeId, sight: Sight) -> Sequence[Notice]:
        """Every notice of a person."""
        return self._ask_person(lambda reader: reader.notices(scope, sight), scope)

    def effects(self, scope: ScopeId, sight: Sight, consents: Collection[RecordId]) -> Effects:
        """What taking these consents back does."""
        return self._ask_person(lambda reader: reader.effects(scope, sight, consents), scope)

    def owed_notices(self, sight: Sight) -> Sequence[CaseNotices]:
        """Cases of which a recipient has to be told."""
        found = self._ask(lambda reader: reader.owed_notices(sight))
        return tuple(one for one in found if self._is_sound(one.scope))

    def asked_to_stop(self, scope: ScopeId, sight: Sight) -> Sequence[AskedToStop]:
        """What the sender of a packet asks to stop using in a case."""
        return self._ask(lambda reader: reader.asked_to_stop(scope, sight), scope)

    def open_requests(self, sight: Sight) -> Sequence[CaseNotices]:
        """Cases in which nobody has answered such a request."""
        found = self._ask(lambda reader: reader.open_requests(sight))
        return tuple(one for one in found if self._is_sound(one.scope))

    @abstractmethod
    def _ask(self, question: Callable[[SqlReader], Result], scope: ScopeId | None = None) -> Result:
        """Ask the reading connection."""

    @abstractmethod
    def _ask_person(self, question: Callable[[SqlReader], Result], scope: ScopeId) -> Result:
        """The same of every file of a person."""

    @abstractmethod
    def _is_sound(self, scope: ScopeId) -> bool:
        """False for a case that is damaged."""
