"""A referral between two organisations: real vaults, real keys, real files, real pages."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
from tests.fakes.office import aid_authority_and_stranger

from nrm_desktop.app.commands import (
    AnswerReferral,
    FileReceipt,
    ImportReferral,
    IssueReferral,
    ReferralWish,
    WithdrawConsent,
)
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.wire.referral import decode_referral
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.bootstrap.packets import SessionSeals
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Refused, Usage
from nrm_desktop.domain.values import Answer, AnswerState, Mark, Source, answered

SHELTER = "12 Hidden Lane, Seaview"
SCHEMA = Path(__file__).parents[2] / "docs/schemas/referral.schema.json"


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    with aid_authority_and_stranger(tmp_path_factory.mktemp("offices")) as found:
        yield found


@pytest.fixture(scope="module")
def authority(offices):
    """How the aid organisation knows the authority: a card that was compared by voice."""
    aid, authority, _ = offices
    authority.meet(aid, "psychosocial")
    return aid.meet(authority, "identification_authority")


@pytest.fixture
def case(offices, authority):
    aid = offices[0]
    scope = aid.open_case(answered(value=False))
    said = {
        "screening.danger_now": Answer(AnswerState.ANSWERED, value=True, source=Source.PERSON),
        "screening.danger_now.text": "A man in a grey van waits near the station.",
        "screening.given_name": "Olena",
        "screening.language": "uk",
        "screening.judgement": Answer(
            AnswerState.ANSWERED, "Not to be told", marks=int(Mark.NOT_TO_LEAVE)
        ),
    }
    screening = aid.write(scope, "screening", said)
    aid.write(
        scope, "screening.safe_contact", {"screening.contact_value": SHELTER}, parent=screening
    )
    help_wanted = {"referral.urgency": "24h", "referral.services": ("shelter", "legal")}
    aid.write(scope, "referral", {**help_wanted, "referral.to_org": authority})
    return scope


def send(office, scope, recipient, way="packet", **more):
    wish = ReferralWish(scope, recipient, "refer")
    return office.do(IssueReferral(wish=wish, way=way, folder=str(office.stick), **more))[0]


def opened(office, path):
    """The packet as its recipient reads it."""
    seeds = office.vault.work.run(lambda uow: [s for _, s in uow.trust.secrets("intake.")])
    box = SessionSeals(office.vault.session).open(
        ObjectType.REFERRAL, Path(path).read_bytes(), seeds
    )
    return decode_referral(decode_statement(box.body).payload)


@pytest.mark.rule("R26")
def test_a_packet_holds_exactly_what_the_preview_showed(offices, authority, case):
    aid, lantern, _ = offices
    aid.ask(case, authority, {"needs": "yes", "risk": "yes", "identity": "no"})
    wish = ReferralWish(case, authority, "refer")
    preview = aid.vault.desk.preview(wish).disclosure

    issued = send(aid, case, authority)
    packet = opened(lantern, issued.path)

    assert {(f.record, f.name) for f in packet.fields} == {
        (one.item.record, one.item.field) for one in preview.included
    }
    assert {w.reason for w in packet.withheld} <= {kept.reason for kept in preview.withheld}
    kept_fields = {kept.item.field for kept in preview.withheld}
    assert [name for name in kept_fields if f'"{name}"' in packet.machine.decode()] == []
    assert not kept_fields & {one.part for one in packet.withheld}
    assert issued.digest == preview.digest()
    # Danger to life rests on no consent, so the answer about it is not named.
    assert len(packet.consents) == 1
    machine = json.loads(packet.machine)
    jsonschema.validate(machine, json.loads(SCHEMA.read_text()))
    assert [one["field"] for one in machine["included"]] == [f.name for f in packet.fields]


@pytest.mark.rule("N5")
@pytest.mark.rule("R26")
def test_what_is_withheld_is_in_no_output(offices, authority, case, tool, tmp_path):
    aid, lantern, _ = offices
    aid.ask(case, authority, {"needs": "yes", "account_summary": "yes", "safe_contact": "no"})
    paths = [send(aid, case, authority).path]
    paths += [send(aid, case, authority, "pdf", confirmations=frozenset({"PLAINTEXT"})).path]
    packet = opened(lantern, paths[0])
    (tmp_path / "packet.pdf").write_bytes(packet.pdf)
    texts = [
        subprocess.run(
            [tool("pdftotext"), str(file), "-"], check=True, capture_output=True, text=True
        ).stdout
        for file in (tmp_path / "packet.pdf", paths[1])
    ]

    everything = [*texts, packet.machine.decode(), repr(packet.fields), *paths]
    for hidden in (SHELTER, "Hidden", "Seaview", "Olena", "Not to be told"):
        assert [text for text in everything if hidden in text] == []
    assert all("grey van" in text for text in texts)
    code = aid.vault.work.run(lambda uow: uow.code_of_scope(case))
    assert [path for path in paths if code.lower() in path.lower()] == []


def test_only_the_recipient_opens_a_packet_and_no_byte_may_change(offices, authority, case):
    aid, lantern, stranger = offices
    aid.ask(case, authority, {"needs": "yes"})
    path = Path(send(aid, case, authority).path)

    before = cases_of(lantern)
    with pytest.raises(HostileInput) as refused:
        stranger.do(ImportReferral(path=str(path)))
    assert refused.value.code == "integrity.not_for_us"

    data, changed = path.read_bytes(), path.with_name("changed.nrm")
    for place in range(0, len(data), len(data) // 25):
        changed.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(HostileInput):
            lantern.do(ImportReferral(path=str(changed)))
    assert cases_of(lantern) == before


def cases_of(office):
    return [row.code for row in office.vault.reader.cases(CaseFilter(), 100).rows]


def test_a_packet_becomes_an_own_case_once_and_its_answer_comes_back(offices, authority, case):
    aid, lantern, _ = offices
    aid.ask(case, authority, {"needs": "yes", "risk": "yes"})
    issued = send(aid, case, authority)

    taken = lantern.do(ImportReferral(path=issued.path))[0]
    again = lantern.do(ImportReferral(path=issued.path))[0]

    assert (taken.referral, taken.sender) == (issued.referral, "Harbour Aid")
    assert taken.is_sender_verified
    assert (again.is_duplicate, again.scope) == (True, taken.scope)
    danger = lantern.standing(taken.scope, "screening.danger_now")
    assert [(one.value, one.source) for one in danger] == [(True, Source.THIRD_PARTY)]
    assert lantern.standing(taken.scope, "referral.services")[0].value == ("shelter", "legal")

    arrived = aid.do(FileReceipt(path=taken.receipt_path))[0]
    assert (arrived.scope, arrived.state, arrived.now) == (case, "received", "received")

    answer = AnswerReferral(
        referral=taken.referral, state="refused", reason="No free bed", folder=str(lantern.stick)
    )
    refused = lantern.do(answer)[0]
    filed = aid.do(FileReceipt(path=refused.path))[0]
    assert (filed.state, filed.now, filed.reason, filed.by) == (
        "refused",
        "refused",
        "No free bed",
        "L-07",
    )
    assert aid.standing(case, "referral.accepted")[0].value == "no"
    assert lantern.standing(taken.scope, "referral.state")[0].value == "refused"
    [out], [came] = (o.vault.reader.referrals(s) for o, s in ((aid, case), (lantern, taken.scope)))
    assert (out.direction, came.direction) == ("out", "in")
    assert (out.purpose, came.purpose) == ("refer", "refer")
    assert [state for state, _ in out.receipts] == ["received", "refused"]
    assert came.receipts == out.receipts
    for office, scope in ((aid, case), (lantern, taken.scope)):
        assert office.vault.reader.conflicts(office.vault.sight, scope) == ()


def test_typed_receipt_equals_file_receipt(offices, authority, case):
    aid, lantern, _ = offices
    aid.ask(case, authority, {"needs": "yes"})
    issued = send(aid, case, authority)
    taken = lantern.do(ImportReferral(path=issued.path))[0]
    answer = AnswerReferral(referral=taken.referral, state="accepted", folder=str(lantern.stick))
    accepted = lantern.do(answer)[0]

    told = aid.do(FileReceipt(typed=" ".join(accepted.typed).lower()))[0]
    late = aid.do(FileReceipt(typed="-".join(taken.typed)))[0]
    filed = aid.do(FileReceipt(path=accepted.path))[0]

    assert told.is_typed
    assert (told.referral, told.state) == (filed.referral, filed.state)
    # What arrives late hides nothing that came later.
    assert (late.state, late.now) == ("received", "accepted")


def test_mistyped_group_is_named(offices, authority, case):
    aid, lantern, _ = offices
    aid.ask(case, authority, {"needs": "yes"})
    taken = lantern.do(ImportReferral(path=send(aid, case, authority).path))[0]
    groups = list(taken.typed)
    groups[3] = groups[3][1] + groups[3][0] + groups[3][2:]
    groups[3] = groups[3] if groups[3] != taken.typed[3] else "0" * 4

    with pytest.raises(Usage) as wrong:
        aid.do(FileReceipt(typed=" ".join(groups)))

    assert (wrong.value.code, wrong.value.params["group"]) == ("usage.bad_code", 4)


def test_receipts_for_others_and_by_others_are_refused(offices, authority, case):
    aid, lantern, stranger = offices
    aid.ask(case, authority, {"needs": "yes"})
    taken = lantern.do(ImportReferral(path=send(aid, case, authority).path))[0]

    for wrong in (FileReceipt(path=taken.receipt_path), FileReceipt(typed=" ".join(taken.typed))):
        with pytest.raises(HostileInput) as refused:
            stranger.do(wrong)
        assert refused.value.code == "integrity.not_for_us"


def test_a_card_that_was_never_compared_needs_a_word(offices, case):
    aid, _, stranger = offices
    unknown = aid.meet(stranger, "legal", compare=False)
    aid.ask(case, unknown, {"needs": "yes"})

    with pytest.raises(Refused) as refused:
        send(aid, case, unknown)
    issued = send(aid, case, unknown, confirmations=frozenset({"UNVERIFIED"}))
    taken = stranger.do(ImportReferral(path=issued.path))[0]

    assert refused.value.code == "confirm.unverified"
    assert not taken.is_sender_verified
    assert stranger.vault.reader.directory()[0].name.startswith("Harbour Aid · ")


@pytest.mark.rule("S6")
def test_withdrawn_between_preview_and_sending_stops_it(offices, authority, case):
    aid = offices[0]
    made = aid.ask(case, authority, {"needs": "yes"}).made
    aid.vault.desk.preview(ReferralWish(case, authority, "refer"))
    aid.do(WithdrawConsent(scope=case, consents=(made[0].record,)))
    before = sorted(aid.stick.iterdir())

    with pytest.raises(Refused) as refused:
        send(aid, case, authority)

    assert refused.value.code == "consent.withdrawn"
    assert sorted(aid.stick.iterdir()) == before


@pytest.mark.promise("P2")
def test_a_medium_that_fails_leaves_neither_file_nor_row(offices, authority, case):
    aid = offices[0]
    aid.ask(case, authority, {"needs": "yes"})
    wish = ReferralWish(case, authority, "refer")

    with pytest.raises(EnvironmentFault):
        aid.do(IssueReferral(wish=wish, way="packet", folder=str(aid.folder / "no stick")))

    assert aid.standing(case, "disclosure.d_fields") == []
    assert aid.standing(case, "packet.keys") == []
