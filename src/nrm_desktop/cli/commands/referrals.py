"""Referrals: what would go, sending it, and what has gone and come."""

from __future__ import annotations

import argparse
import base64
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.app.commands import IssueReferral, ReferralWish
from nrm_desktop.app.events import ReferralIssued
from nrm_desktop.app.handlers.referrals import Decided, must_rest_on_permission
from nrm_desktop.app.handlers.registers import recipient_named
from nrm_desktop.app.referring import PLAINTEXT, SAFE, UNVERIFIED
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.commands.second_person import badge_of_second
from nrm_desktop.cli.invocation import (
    Invocation,
    Runners,
    case_of,
    must_be_folder,
    only_event,
    past_expiry,
    sight_of,
)
from nrm_desktop.cli.output import Outcome, Warned
from nrm_desktop.domain.addresses import write_address
from nrm_desktop.domain.disclosure import Item
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.forms.parts import REFERRAL
from nrm_desktop.domain.lineage import Place

_PASSWORD_BYTES = 15
_GROUP = 6


def preview(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Say what would go and what not; writes nothing but an audit row."""
    with call.vault() as vault:
        decided = vault.desk.preview(_wish(vault, arguments))
        data = _previewed(vault, decided)
    disclosure = decided.disclosure
    lines = [f"+ {given.item.field}" for given in disclosure.included]
    lines += [f"- {kept.item.field}  ({kept.reason})" for kept in disclosure.withheld]
    lines.append(f"{len(disclosure.included)} would go, {len(disclosure.withheld)} stay.")
    return Outcome(data, lines=lines, warnings=_still_open(decided))


def _still_open(decided: Decided) -> tuple[Warned, ...]:
    """Say what the other side will ask for; nothing waits for it."""
    if not decided.missing:
        return ()
    return (Warned("policy.not_ready", f"Still open: {', '.join(decided.missing)}."),)


def export(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Send a referral: a file on the medium, read back, and journalled in the same step."""
    if arguments.way == "age":
        raise Usage("usage.not_available", command="referral export --as age")
    must_be_folder(arguments.to)
    with call.vault() as vault:
        past_expiry(call, vault)
        wish = _wish(vault, arguments)
        made, password = password_of(call, vault, arguments)
        command = IssueReferral(
            wish=wish,
            way=arguments.way,
            folder=arguments.to,
            language=language_of(vault, arguments.lang),
            password=password,
            confirmations=_confirmations(call, vault, wish, arguments.way),
            second=badge_of_second(call, vault, arguments.second),
            origin="command line",
        )
        issued = only_event(vault.handle(command), ReferralIssued)
    data = {
        "referral": issued.referral,
        "file": issued.path,
        "bytes": issued.size,
        "sha256": issued.sha256,
        "fingerprint_words": list(issued.words),
        "included": issued.included,
        "withheld": issued.withheld,
        "digest": issued.digest,
        "recorded": issued.is_recorded,
        **({"password": made} if made else {}),
    }
    return Outcome(data, lines=lines_of(issued, made))


def lines_of(issued: ReferralIssued, password: str) -> list[str]:
    """Tell where the file lies, and the password made for it, the only time it is shown."""
    lines = [f"Written and checked: {issued.path}"]
    if password:
        lines.append(f"Password, told by another way than the file: {password}")
    return lines


def list_referrals(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List the referrals of a case with what came back."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        rows = vault.reader.referrals(scope, sight_of(vault, "referral.list", scope))
        notices = vault.reader.notices(scope, vault.sight)
    told = {one.passed.reference: shown.notice_state(one) for one in notices}
    lines = [f"{row.referral}  {row.direction}  {row.purpose}  {row.state}" for row in rows]
    found = [shown.referral(row, told.get(row.referral, "")) for row in rows]
    return Outcome({"referrals": found}, lines=lines)


def _wish(vault: OpenVault, arguments: argparse.Namespace) -> ReferralWish:
    scope = case_of(vault, arguments.code)
    recipient = vault.work.run(
        lambda unit: recipient_named(unit, vault.context, arguments.recipient)
    )
    informed = str(getattr(arguments, "informed", "")).split(",")
    return ReferralWish(
        scope=scope,
        recipient=recipient,
        purpose=arguments.purpose,
        ground=arguments.ground,
        reason=getattr(arguments, "reason", ""),
        informed=frozenset(each.strip() for each in informed if each.strip()),
        layout=getattr(arguments, "layout", ""),
    )


def _previewed(vault: OpenVault, decided: Decided) -> shown.Json:
    disclosure, language = decided.disclosure, vault.context.language
    view = vault.reader.case(decided.wish.scope, vault.sight)
    files = decided.files
    own = view.records if view else ()
    records: list[Place] = [*own, *(row for one in files.here for row in one.records)]

    def place(item: Item) -> shown.Json:
        address = write_address(vault.forms, item.field, item.record, records)
        return {"field": address, "compartment": item.compartment.word}

    return {
        "recipient": decided.recipient_name,
        "purpose": decided.wish.purpose,
        "layout": disclosure.request.paper or REFERRAL,
        "layouts": [one or REFERRAL for one in decided.layouts],
        "ground": disclosure.request.ground,
        "consents": [record.hex() for record in disclosure.consents],
        "included": [
            {**place(given.item), "rule": given.rule, "op": str(given.item.op)}
            for given in disclosure.included
        ],
        "withheld": [
            {
                **place(kept.item),
                "reason": kept.reason,
                "message": vault.forms.text(f"withheld.{kept.reason}", language),
            }
            for kept in disclosure.withheld
        ],
        "blocked_by": _blocks(decided),
        "other_files": {
            "read": [one.code for one in files.here],
            "not_read": list(files.unread),
        },
        "recipient_card": {"verified": decided.is_card_verified} if decided.card else None,
        "digest": disclosure.digest(),
    }


def _blocks(decided: Decided) -> list[str]:
    """The code with which a sending would be refused now; empty if it would not."""
    try:
        must_rest_on_permission(decided)
    except Refused as refused:
        return [refused.code]
    return []


def language_of(vault: OpenVault, wanted: str) -> str:
    """A language of the packs. Raises: Usage `usage.bad_value`."""
    known = {language for info in vault.forms.packs for language in info.languages}
    if wanted and wanted not in known:
        raise Usage("usage.bad_value", what="lang", allowed=sorted(known))
    return wanted


def password_of(
    call: Invocation, vault: OpenVault, arguments: argparse.Namespace
) -> tuple[str, str]:
    """Give the password that is shown once, if one is made here, and the one to be used."""
    if arguments.way != "pdf-password":
        return "", ""
    if arguments.password_file is None:
        made = base64.b32encode(vault.context.random(_PASSWORD_BYTES)).decode("ascii").lower()
        grouped = "-".join(made[at : at + _GROUP] for at in range(0, len(made), _GROUP))
        return grouped, grouped
    password = call.console.secrets_of(Path(arguments.password_file))[0]
    if not password:
        raise Usage("usage.bad_value", what="password", allowed="a first line that is not empty")
    return "", password


def _confirmations(
    call: Invocation, vault: OpenVault, wish: ReferralWish, way: str
) -> frozenset[str]:
    """Ask for the word that this way needs; without it the referral desk refuses by itself."""
    decided = vault.desk.preview(wish)
    must_rest_on_permission(decided)
    is_open_card = way == "packet" and decided.card is not None and not decided.is_card_verified
    word = PLAINTEXT if way == "pdf" else UNVERIFIED if is_open_card else ""
    if not word:
        return frozenset()
    return frozenset({word}) if has_typed(call, word) else frozenset()


def has_typed(call: Invocation, word: str) -> bool:
    """Ask what a word stands for, and whether it is typed."""
    try:
        return call.console.typed(f"{_ASKED[word]} Type {word} to go on", word) == word
    except Refused:
        return False


_ASKED = MappingProxyType(
    {
        SAFE: "Is it safe for the person to hold this copy?",
        PLAINTEXT: "Anyone who finds this file can read it.",
        UNVERIFIED: "Nobody has compared the digits of this office yet.",
    }
)
COMMANDS: Runners = MappingProxyType(
    {
        "referral preview": preview,
        "referral export": export,
        "referral list": list_referrals,
    }
)
