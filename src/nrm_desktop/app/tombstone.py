"""What is known of a case that was erased: its code, and nothing of any person."""

from __future__ import annotations

from dataclasses import dataclass

from nrm_desktop.domain.ids import ScopeId


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An erased case. Shape: `on` is an ISO minute; `by` are badges."""

    code: str
    scope: ScopeId
    on: str
    ground: str
    class_id: str = ""
    by: tuple[str, ...] = ()
