"""Cards and packets: whole, only for their recipient, only by who they say."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from tests.fakes.desk import base_forms
from tests.fakes.organisations import Laptop, colleague, office
from tests.unit.exchange.world import OP, Organisation, a_sheet, item

from nrm_desktop.app.exchange_ports import StatementKind, read_reply_address
from nrm_desktop.app.referral_ports import reference_of
from nrm_desktop.app.wire.joining import root_fingerprint
from nrm_desktop.app.wire.referral import decode_referral, encode_referral
from nrm_desktop.app.wire.sealed_object import ObjectType
from nrm_desktop.app.wire.statement import decode_statement
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged, encode_tagged
from nrm_desktop.domain.acts import UserFacts
from nrm_desktop.domain.disclosure import Withheld
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered
from nrm_desktop.exchange.cards import make_card, read_card
from nrm_desktop.exchange.packets import ONWARD_NONE, open_packet
from nrm_desktop.exchange.readable import as_json, readable
from nrm_desktop.security.roster.acts import read_own_act

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs/schemas/referral.schema.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def aid():
    return Organisation.founded("aid")


@pytest.fixture(scope="module")
def lantern():
    return Organisation.founded("lantern")


@pytest.fixture(scope="module")
def packet(aid, lantern):
    return aid.send(lantern)


def test_a_card_shows_name_root_and_intake_key(lantern):
    seen = read_card(lantern.seals, lantern.card())

    own = lantern.seals.own_card()
    assert seen.card == replace(own, made_ms=seen.card.made_ms)
    assert seen.card.intake == (lantern.seals.kem_public(lantern.intake),)
    assert len(seen.comparison.digits) == 6


def test_a_card_with_any_other_byte_is_refused(lantern):
    data = lantern.card()
    for place in range(0, len(data), len(data) // 60):
        changed = data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
        with pytest.raises(HostileInput):
            read_card(lantern.seals, changed)


def test_a_card_signed_by_somebody_else_is_refused(aid, lantern):
    payload = decode_tagged(lantern.card(), FileTag.CARD).payload
    forged = encode_tagged(FileTag.CARD, aid.seals.sign(StatementKind.CARD, payload))

    with pytest.raises(HostileInput) as refused:
        read_card(aid.seals, forged)

    assert refused.value.code == "integrity.signature"


@pytest.mark.rule("R26")
def test_a_packet_carries_the_sheet_and_its_attachments(aid, lantern, packet):
    data, keys = packet
    seen = lantern.open(data)
    got, sheet = seen.packet, a_sheet()

    sent = [given.item for given in sheet.disclosure.included]
    assert [(f.record, f.name, f.answer) for f in got.fields] == [
        (one.record, one.field, one.answer) for one in sent
    ]
    assert [(w.part, w.reason) for w in got.withheld] == [("person", "declined")]
    assert {r.record: r.parent for r in got.records} == {
        one.record: one.parent for one in sheet.records
    }
    assert (got.purpose, got.ground, got.consents) == ("refer", ("consent",), (OP,))
    assert (got.onward, got.pdf) == (ONWARD_NONE, b"%PDF")
    assert got.reply.kem == aid.seals.kem_public(keys.seed)
    assert read_reply_address(seen.reply.to_value()) == seen.reply
    assert seen.origin.organisation == aid.seals.own_card().organisation
    assert b"Olena" not in got.machine


def test_a_packet_is_signed_by_a_chain_that_starts_at_the_root(aid, lantern, packet):
    origin = lantern.open(packet[0]).origin

    assert origin.root == aid.seals.own_card().root
    assert origin.name == "Blue House"


def test_a_packet_opens_for_nobody_else(aid, lantern, packet):
    stranger = Organisation.founded("stranger")
    with pytest.raises(HostileInput) as refused:
        stranger.open(packet[0])
    assert refused.value.code == "integrity.not_for_us"


def test_a_packet_handed_on_names_its_true_recipient(aid, lantern, packet):
    """Whoever opens a packet can seal it again for others, but not as if it were meant for them."""
    stranger = Organisation.founded("stranger")
    body = lantern.seals.open(ObjectType.REFERRAL, packet[0], [lantern.intake]).body
    resealed = lantern.seals.seal(
        ObjectType.REFERRAL, body, (stranger.seals.kem_public(stranger.intake),)
    )

    with pytest.raises(HostileInput) as refused:
        stranger.open(resealed)

    assert refused.value.code == "integrity.place"


def test_a_packet_whose_signer_is_of_another_organisation_is_refused(aid, lantern, packet):
    body = lantern.seals.open(ObjectType.REFERRAL, packet[0], [lantern.intake]).body
    genuine = decode_referral(decode_statement(body).payload)
    liar = Organisation.founded("liar")
    for proof in (genuine.proof, liar.seals.proof()):
        payload = encode_referral(replace(genuine, proof=proof))
        statement = liar.seals.sign(StatementKind.REFERRAL, payload).encode()
        forged = liar.seals.seal(
            ObjectType.REFERRAL, statement, (lantern.seals.kem_public(lantern.intake),)
        )
        with pytest.raises(HostileInput) as refused:
            lantern.open(forged)
        assert refused.value.code == "integrity.signature"


def test_no_byte_of_a_packet_may_change(lantern, packet):
    data = packet[0]
    for place in range(0, len(data), len(data) // 60):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(HostileInput):
            lantern.open(changed)


def test_a_colleague_is_proved_by_few_acts_and_none_of_a_case(lantern):
    registrar: Laptop = office("head")
    registrar.open_case()
    second = colleague(registrar, "second")
    third = colleague(registrar, "third")
    sender = Organisation(second)

    data, _ = sender.send(lantern)
    seen = lantern.open(data)

    first_root = registrar.roster.root.first
    assert seen.origin.root == root_fingerprint(first_root)
    acts = [read_own_act(one, seen.origin.organisation).act for one in seen.packet.proof.acts]
    assert {one.scope for one in acts} == {seen.origin.organisation}
    badges = {one.facts.badge for one in acts if isinstance(one.facts, UserFacts)}
    assert badges >= {"second"}
    assert third.badge not in badges


def test_a_foreign_file_is_no_packet(lantern):
    for data in (b"", b"%PDF-1.7", lantern.card(), b"\x9f" * 200):
        with pytest.raises(HostileInput):
            open_packet(lantern.seals, data, [lantern.intake])


def test_the_readable_form_fits_its_published_schema():
    jsonschema.validate(json.loads(readable(a_sheet(), base_forms())), SCHEMA)


def test_the_readable_form_has_words_beside_codes():
    shown = {one["field"]: one for one in as_json(a_sheet(), base_forms())["included"]}

    assert shown["screening.citizenship.country"]["words"] == "Ukraine"
    birth = shown["screening.birth_date"]
    assert (birth["value"], birth["about"], birth["source"]) == ("2001-05", True, "document")
    unknown = shown["screening.condition"]
    assert (unknown["state"], unknown["asked_on"]) == ("unknown", "2026-11-23")
    assert "value" not in unknown


def test_names_stand_for_ids_of_the_directory():
    entry = "ab" * 16
    sheet = a_sheet(item("referral.to_org", answered(entry)), names=((entry, "Lantern House"),))

    [shown] = as_json(sheet, base_forms())["included"]

    assert (shown["value"], shown["words"]) == (entry, "Lantern House")


def test_a_reference_is_random_letters_and_says_nothing():
    assert reference_of(bytes(16)) == "r-aaaaaa"
    assert len({reference_of(bytes([n]) * 16) for n in range(200)}) == 200
    assert make_card(Organisation.founded("one").seals).data != b""


@pytest.mark.rule("R26")
def test_the_recipient_is_told_parts_and_no_question(aid, lantern):
    """That a question was answered may be the very thing that the person keeps."""
    withheld = [
        ("screening.given_name", "declined"),
        ("screening.family_name", "declined"),
        ("screening.danger_now.text", "conflict_open"),
        ("consent.excluded", "not_needed_for_purpose"),
        ("xx.of_a_newer_pack", "unknown_field"),
    ]
    plain = a_sheet()
    kept = tuple(
        Withheld(replace(plain.disclosure.withheld[0].item, field=FieldId(name)), reason)
        for name, reason in withheld
    )
    sheet = replace(plain, disclosure=replace(plain.disclosure, withheld=kept))
    seen = lantern.open(aid.send(lantern, sheet)[0]).packet
    told = json.loads(seen.machine)

    expected = [("life_risk", "conflict_open"), ("person", "declined")]
    assert [(w.part, w.reason) for w in seen.withheld] == expected
    assert [(w["part"], w["reason"]) for w in told["withheld"]] == expected
    assert [name for name, _ in withheld if name in seen.machine.decode()] == []
    jsonschema.validate(told, SCHEMA)
