"""What a lead does for colleagues at an exchange: grants by role, and keyboxes.

This module decides when something is due: when the people, grants or keys of a scope have changed
since we last looked. Nobody is granted twice, and nobody whose grant somebody ended
(docs/adr/0011). A key that somebody holds who has no place any more is followed by a new one.
What is made is kept and passed on by the exchange.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256

from nrm_desktop.app.ports import EpochKey, TrustStore
from nrm_desktop.app.sync_ports import KeptKeybox, SyncState
from nrm_desktop.app.wire.keybox import decode_keybox
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.bootstrap.rekeying import note_given, renewed_epochs
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.bootstrap.team import case_share, organisation_shares, stated_together
from nrm_desktop.domain.acts import GrantFacts, UserFacts
from nrm_desktop.domain.compartments import RoleTable
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import ScopeId
from nrm_desktop.security.identity.founding import act_chain
from nrm_desktop.security.identity.keyboxes import Giver, give_scope_keys
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.storage.quarantine import Holders


def do_duties(
    session: Session,
    trust: TrustStore,
    state: SyncState,
    holders: Holders,
    *,
    renews_all: bool = False,
) -> None:
    """Grant and give keys in every scope that we lead and where something changed.

    Shape: `renews_all` makes a new key also where nobody holds the newest without a place.
    """
    acts = state.act_ids()
    by_scope: dict[ScopeId, list[EpochKey]] = {}
    for epoch in trust.epochs():
        by_scope.setdefault(epoch.scope, []).append(epoch)
    for scope, known in by_scope.items():
        epochs = known
        if state.duty(scope) == _known(acts, session, scope, epochs):
            continue
        if session.roster.powers.is_lead(session.safe.signer.id, scope):
            _grant(session, trust, scope)
            held = None if renews_all else holders
            epochs = renewed_epochs(session, trust, held, scope, known)
            _give(session, state, scope, epochs)
            note_given(session, holders, scope, epochs)
            acts = state.act_ids()  # ours are among them now
        state.set_duty(scope, _known(acts, session, scope, epochs))


def _known(
    acts: Mapping[ScopeId, Collection[bytes]],
    session: Session,
    scope: ScopeId,
    epochs: Sequence[EpochKey],
) -> bytes:
    """A mark of all that decides who should have what in a scope."""
    mark = sha256()
    for act in (*acts.get(session.organisation, ()), *acts.get(scope, ())):
        mark.update(act)
    for epoch in epochs:
        mark.update(epoch.epoch)
    return mark.digest()


def _grant(session: Session, trust: TrustStore, scope: ScopeId) -> None:
    grants = tuple(_due(session, scope))
    due = grants if scope == session.organisation else stated_together(grants)
    heads = session.roster.powers.heads(scope)
    place = ActPlace(session.organisation, scope, heads, session.context.clock.now_ms())
    made = act_chain(session.safe.signer, place, due)
    for one in made:
        trust.add_act(one.act.act, scope, one.signed)
    session.roster.add_own(made)


def _due(session: Session, scope: ScopeId) -> Iterator[GrantFacts]:
    """Grants of colleagues who never had one here."""
    table, roster = session.context.forms.roles, session.roster
    for user in roster.powers.organisation.users.values():
        if roster.grant_of(user.user, scope) is None:
            yield from _shares(table, user, is_of_case=scope != session.organisation)


def _shares(table: RoleTable, user: UserFacts, *, is_of_case: bool) -> tuple[GrantFacts, ...]:
    if is_of_case:
        return case_share(table, user)
    return organisation_shares(table, user)


def _give(session: Session, state: SyncState, scope: ScopeId, epochs: Sequence[EpochKey]) -> None:
    """Make a keybox for all devices of the members, unless we are alone."""
    members = session.roster.powers.memberships(scope)
    if all(member.device == session.safe.device.id for member in members):
        return
    context = session.context
    giver = Giver(session.safe.signer, session.roster, Hlc(context.clock.now_ms()))
    signed = give_scope_keys(giver, scope, epochs, context.random)
    reference = decode_keybox(decode_statement(signed).payload).reference
    state.add_keybox(KeptKeybox(reference, signed))
