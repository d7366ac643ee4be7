"""What is different in the forms since somebody looked: noted at unlocking, shown when asked for.

This module joins; when forms count as changed says `app.known_forms`, what is told of it
`domain.forms.comparison`. Nothing here stops anybody: what cannot be noted is shown later, and
where the old forms are no longer known nothing is said of them.

Source: docs/adr/0044.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from nrm_desktop.app.known_forms import (
    ChangedForms,
    KnownForms,
    decode_outline,
    encode_outline,
    forms_met,
)
from nrm_desktop.app.today import Source, Waiting, What
from nrm_desktop.bootstrap.active_packs import packs_to_come
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.forms.comparison import FormChange, changes_between
from nrm_desktop.domain.forms.outline import outline_of
from nrm_desktop.storage.engine import Connection
from nrm_desktop.storage.known_forms import keep_known, kept_outline, known_forms
from nrm_desktop.storage.taken_packs import kept_packs


def note_forms(session: Session) -> None:
    """Note at an unlocking with which forms somebody works now.

    Raises: EnvironmentFault where the disk takes nothing; it is noted at the next unlocking then.
    """
    database, user, forms = session.safe.database, session.context.user, session.packs.forms
    name = forms.fingerprint.hex()
    known = database.read(partial(known_forms, user=user)).result()
    met = forms_met(known, name, session.context.clock.now_ms())
    if met == known:
        return
    is_here = database.read(partial(kept_outline, name=name)).result() is not None
    outline = None if is_here else encode_outline(outline_of(forms))
    database.write(lambda found: keep_known(found, user, met, outline)).result()


def changed_forms(session: Session, language: str) -> ChangedForms:
    """Say what is different in the forms, in the words of a language."""
    user, forms = session.context.user, session.packs.forms
    database = session.safe.database

    def read(found: Connection) -> tuple[KnownForms | None, bytes | None]:
        known = known_forms(found, user)
        return known, kept_outline(found, known.before) if known and known.before else None

    known, raw = database.read(read).result()
    if known is None or not known.before:
        return ChangedForms()
    old = None if raw is None else decode_outline(raw)
    changes = None if old is None else changes_between(old, outline_of(forms), language)
    return ChangedForms(known.since_ms, known.is_seen, changes)


def changes_to_come(session: Session, language: str) -> tuple[FormChange, ...]:
    """Say what will be different from the next unlocking on, as far as it is here already."""
    kept = session.safe.database.read(kept_packs).result()
    now, coming = session.packs.forms, packs_to_come(session, kept).forms
    if now.fingerprint == coming.fingerprint:
        return ()
    return changes_between(outline_of(now), outline_of(coming), language)


def note_looked(session: Session) -> None:
    """Note that somebody has looked at what changed; a vault that takes nothing keeps the line."""
    database, user = session.safe.database, session.context.user
    known = database.read(partial(known_forms, user=user)).result()
    if known is None or known.is_seen or database.condition.is_read_only:
        return
    looked = KnownForms(known.now, known.before, known.since_ms)
    with suppress(EnvironmentFault):
        database.write(lambda found: keep_known(found, user, looked)).result()


def forms_lines(session: Session) -> list[Waiting]:
    """The line of today, while somebody has not looked at what changed."""
    user = session.context.user
    known = session.safe.database.read(partial(known_forms, user=user)).result()
    if known is None or known.is_seen:
        return []
    return [Waiting(Source.FORMS, What.FORMS_CHANGED, since_ms=known.since_ms)]
