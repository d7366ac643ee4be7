"""Reviewing who did what: the audit chain of this device, as people read it.

This module decides who may review: whoever keeps the register of breaches reads everything, and
everybody else their own acts. Looking is an act too and gets its row first. The chain holds ids
and codes only, so nothing of a case comes out of here but its code.

Source: storage-security.md section 19; sync.md section 18; nrm.md section 8 (`dpo`).
Promise: P21.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import ScopeId, UserId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.storage.access_log import AuditRow, AuditWish, broken_link, review
from nrm_desktop.storage.cells import code_of_scope
from nrm_desktop.storage.engine import Connection, snapshot

ACT = "audit.review"


@dataclass(frozen=True, slots=True)
class DoneAct:
    """One act for people.

    Shape: `who` is a badge, or the beginning of the id where nobody is known by it; `cases` are
    codes; `others` counts subjects that are no case of this device.
    """

    seq: int
    at_ms: int
    who: str
    act: str
    detail: str
    cases: tuple[str, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Review:
    """A page of acts, newest first.

    Shape: `next_before` continues, None at the end; `broken_at` is the number of the first row
    that does not follow from the one before it; `is_all` is False where only own acts are shown.
    """

    acts: tuple[DoneAct, ...]
    next_before: int | None
    broken_at: int | None
    is_all: bool


def may_review_all(vault: OpenVault) -> bool:
    """True for whoever keeps the register of breaches: the data-protection officer."""
    roles = vault.forms.roles
    return roles.may_write(vault.context.roles, Compartment.ORG_BREACHES)


def user_of_badge(vault: OpenVault, badge: str) -> UserId:
    """Find somebody by badge. Raises: Usage `usage.not_found`."""
    for user, facts in vault.session.roster.powers.organisation.users.items():
        if facts.badge.casefold() == badge.casefold():
            return user
    raise Usage("usage.not_found", what="user", name=badge)


def who_did_what(
    vault: OpenVault, wish: AuditWish, limit: int, before: int | None = None
) -> Review:
    """Give acts, newest first, and check the whole chain. Not for the UI thread."""
    is_all = may_review_all(vault)
    allowed = wish if is_all else replace(wish, user=vault.context.user)
    if not vault.condition.is_read_only:
        vault.work.run(lambda unit: unit.audit(ACT, (wish.subject,) if wish.subject else ()))

    def look(connection: Connection) -> Review:
        with snapshot(connection):
            rows = _rows(connection, allowed, limit + 1, before)
            acts = tuple(_act(vault, connection, row) for row in rows[:limit])
            following = rows[limit - 1].seq if len(rows) > limit else None
            return Review(acts, following, broken_link(connection), is_all)

    return vault.database.read(look).result()


def _rows(
    connection: Connection, wish: AuditWish, limit: int, before: int | None
) -> tuple[AuditRow, ...]:
    if before is None:
        return tuple(review(connection, wish, limit))
    return tuple(review(connection, wish, limit, before))


def _act(vault: OpenVault, connection: Connection, row: AuditRow) -> DoneAct:
    known = vault.session.roster.powers.organisation.users.get(row.user)
    codes = [code_of_scope(connection, ScopeId(subject)) for subject in row.did.subjects]
    cases = tuple(code for code in codes if code is not None)
    return DoneAct(
        row.seq,
        row.at_ms,
        known.badge if known else row.user.hex()[:8],
        row.did.act,
        row.did.detail,
        cases,
        len(codes) - len(cases),
    )
