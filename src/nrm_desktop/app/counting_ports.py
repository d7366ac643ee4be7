"""Port for counting: what cases say in some fields, without saying which case it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.app.queries import Page
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.statistics import CountedCase


@dataclass(frozen=True, slots=True)
class CountAsked:
    """The fields that are counted, by whose sight, and the ISO date on which consents count.

    Shape: `is_linked` asks which case it is, for a pseudonym of whoever agreed to one.
    """

    fields: frozenset[FieldId]
    sight: Sight
    today: str
    is_linked: bool = False


class CountReads(Protocol):
    """The counting part of a reader."""

    def counted_cases(
        self, asked: CountAsked, limit: int, after: str | None = None
    ) -> Page[CountedCase]:
        """All cases, open and closed, with what acts in these fields as far as it is in sight.

        Shape: one entry per case that has a code, also where nothing was said; the token continues
        after them. Consents are read whatever the sight: the register binds everybody (R35).
        """
