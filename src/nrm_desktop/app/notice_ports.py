"""Port for reading what follows from a consent that was taken back, here or elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from nrm_desktop.app.queries import CaseNotices, Effects
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.stop_requests import AskedToStop
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.domain.notices import Notice


class NoticeReads(Protocol):
    """Whom to tell, and what taking back does."""

    def notices(self, scope: ScopeId, sight: Sight) -> Sequence[Notice]:
        """Every notice of a case; none where the log is out of sight."""

    def effects(self, scope: ScopeId, sight: Sight, consents: Collection[RecordId]) -> Effects:
        """What taking these consents back does, as far as it can be seen."""

    def asked_to_stop(self, scope: ScopeId, sight: Sight) -> Sequence[AskedToStop]:
        """What the sender of a packet asks to stop using in a case; none out of sight."""

    def open_requests(self, sight: Sight) -> Sequence[CaseNotices]:
        """Cases in which nobody has answered such a request, by their codes."""

    def owed_notices(self, sight: Sight) -> Sequence[CaseNotices]:
        """Cases of which a recipient has to be told, by their codes."""
