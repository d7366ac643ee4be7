"""Who has carried out an order to erase, and who was not heard from, asked without an exchange.

Source: sync.md section 17, point 5.
"""

from __future__ import annotations

from nrm_desktop.bootstrap.exchange import VaultExchange
from nrm_desktop.bootstrap.orders_told import OrderReport, orders_told
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.ids import ScopeId


def erasure_report(session: Session, scope: ScopeId) -> tuple[OrderReport, ...]:
    """All orders to erase in a case that count, by time, each with its devices."""
    return VaultExchange(session).run(lambda unit: orders_told(session, unit, scope))
