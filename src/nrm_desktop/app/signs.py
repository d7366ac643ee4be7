"""The signs that somebody wrote down in a case, and what they document, as far as may be seen.

This module decides where signs stand in a case and that a sign is told with how it was noticed and
where it stands. It counts nothing.

Source: nrm.md section 10; forms.md forms a (`indicators`) and l15 (`q_signs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nrm_desktop.app.queries import CaseView, Version
from nrm_desktop.domain.forms.signs import SignBook
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.indicators import Documented, documented
from nrm_desktop.domain.values import Value

ROW: Final = "screening.indicators"
SIGN: Final = FieldId(f"{ROW}.sign")
HOW: Final = FieldId(f"{ROW}.how")
WHERE: Final = FieldId(f"{ROW}.where")
QUICK: Final = FieldId("quick.q_signs")
SEEN: Final = "seen"


@dataclass(frozen=True, slots=True)
class NotedSign:
    """A sign that somebody wrote down.

    Shape: `how` is a code of the list `noticed`, empty where nobody said; `where` are the words of
    whoever wrote it.
    """

    code: str
    how: str
    where: str
    user: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class SignsOfCase:
    """All signs by code, and the state of each dimension by its key."""

    noted: Mapping[str, tuple[NotedSign, ...]]
    states: Mapping[str, Documented]


def signs_of(book: SignBook, view: CaseView) -> SignsOfCase:
    """Say what is documented in a case."""
    noted: dict[str, tuple[NotedSign, ...]] = {}
    for one in sorted(_all(view), key=lambda sign: (sign.at_ms, sign.code)):
        noted[one.code] = (*noted.get(one.code, ()), one)
    return SignsOfCase(noted, documented(book, noted.keys(), is_child=view.row.is_child))


def _all(view: CaseView) -> Iterator[NotedSign]:
    rows: dict[RecordId, dict[FieldId, Version]] = {}
    for cell in view.cells:
        if cell.acting.answer is None or not cell.acting.answer.is_answered:
            continue
        if cell.field == QUICK and isinstance(cell.acting.answer.value, tuple):
            for code in cell.acting.answer.value:
                yield NotedSign(str(code), SEEN, "", cell.acting.user, cell.acting.at_ms)
        elif cell.form == ROW:
            rows.setdefault(cell.record, {})[cell.field] = cell.acting
    for said in rows.values():
        sign = said.get(SIGN)
        if sign is not None:
            texts = (_text(said.get(HOW)), _text(said.get(WHERE)))
            yield NotedSign(_text(sign), *texts, sign.user, sign.at_ms)


def _text(version: Version | None) -> str:
    value: Value = version.answer.value if version is not None and version.answer else ""
    return str(value)
