"""A stick with everything on it: each file is told for what it is, in words and as data."""

import json
import os

import pytest
from tests.e2e.forging import Forger
from tests.e2e.laptops import PLACE, new_record, shell_at, three_laptops
from tests.unit.exchange.world import Organisation

from nrm_desktop.app.exchange_ports import Answering
from nrm_desktop.app.wire.invitation import InvitationFile, Slowness, encode_invitation_file
from nrm_desktop.bootstrap.arriving import look_at_arrivals
from nrm_desktop.bootstrap.carrying import CarryWish, carry
from nrm_desktop.bootstrap.joining import approve, ask_to_join
from nrm_desktop.bootstrap.packets import SessionSeals
from nrm_desktop.bootstrap.safe import create_safe
from nrm_desktop.cli.commands.exchange import arrival_data, arrival_words
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.exchange.releases import seal_release
from nrm_desktop.security.vault.cost import FLOOR

ACCEPTED = Answering("accepted", "", "L-07", 1)


@pytest.fixture
def stick(tmp_path):
    """Files of every kind; Ana looks at them."""
    ana, boris, cleo = three_laptops(tmp_path)
    place = tmp_path / "stick"
    place.mkdir()
    case, record = ana.open_case(), new_record()
    ana.save(case, record, PLACE, "port")
    carry(ana.vault.session, CarryWish(str(place)))
    aid, lantern = Organisation.founded("aid"), Organisation.founded("lantern")
    packet = aid.send(lantern)[0]
    reply = lantern.open(packet).reply
    new = create_safe(shell_at(tmp_path / "new"), "an invented passphrase of Dora", FLOOR)
    asked = ask_to_join(new, "P-04", "fourth laptop", str(place))
    said = " ".join(asked.compared.digits)
    approve(ana.vault.session, asked.file, str(place), said, "case_manager")
    new.close()
    files = {
        "a-referral.nrm": packet,
        "a-receipt.nrm": lantern.post.make_receipt(
            reply, Answering("accepted", "", "L-07", 1)
        ).data,
        "a-card.nrmcard": aid.card(),
        "an-invitation.nrmi": encode_invitation_file(
            InvitationFile(os.urandom(16), os.urandom(16), Slowness(), b"sealed")
        ),
        "a-table.csv.nrmsig": seal_release(SessionSeals(ana.vault.session), b"a table", 1),
        "holiday.jpg": b"\xff\xd8\xff" + bytes(200),
        "empty.txt": b"",
    }
    for name, data in files.items():
        (place / name).write_bytes(data)
    draft = Forger(ana, case).next_draft(record, PLACE, "airport")
    ana.sync(tmp_path / "exchanged")
    cleo.sync(tmp_path / "exchanged")
    others = Forger(ana, case, Compartment.LEGAL).pack(draft, place)
    others.rename(place / "for-others.nrmx")
    yield ana, cleo, place
    for laptop in (ana, boris, cleo):
        laptop.close()


def look(laptop, place, **how):
    vault = laptop.vault
    found = look_at_arrivals(vault.session, place, lambda path: None, vault.bus, **how)
    return {one.file: one for one in found}


def by_kind(found, ending: str):
    (one,) = [one for name, one in found.items() if name.endswith(ending)]
    return one


def test_each_file_on_a_stick_is_told_in_words(stick):
    _, cleo, place = stick

    said = {name: arrival_words(one) for name, one in look(cleo, place).items()}

    assert said["holiday.jpg"] == said["empty.txt"] == "nothing of ours"
    assert said["a-table.csv.nrmsig"] == (
        "the signature of a table of counts; open it with: release verify"
    )
    assert said["a-card.nrmcard"] == "a partner's contact card; open it with: card import"
    assert said["an-invitation.nrmi"] == "an invitation; open it with: invite open"
    assert said["a-referral.nrm"] == "a referral, for others; it can travel on"
    assert said["a-receipt.nrm"] == "a receipt; open it with: arrivals --take"
    assert said["for-others.nrmx"] == "entries of your organisation, for others; it can travel on"
    rest = sorted(text for name, text in said.items() if name[1] == "-" and name[0] in "dw")
    assert rest == [
        "a laptop asks to be taken in; open it with: device approve",
        "the welcome for a laptop, for others; it can travel on",
    ]
    (pack,) = [text for name, text in said.items() if len(name) > 30]
    assert pack == "entries of your organisation; open it with: arrivals --take"


def test_each_file_on_a_stick_is_told_as_data(stick):
    _, cleo, place = stick

    found = look(cleo, place, is_taking=True)

    data = {name: arrival_data(one) for name, one in found.items()}
    assert json.loads(json.dumps(data)) == data
    told = {name: (one["kind"], one["what"], one["taken"]) for name, one in data.items()}
    assert told["holiday.jpg"] == ("not_ours", None, False)
    assert told["a-table.csv.nrmsig"] == ("for_me", "release", False)
    assert told["a-card.nrmcard"] == ("for_me", "card", False)
    assert told["an-invitation.nrmi"] == ("for_me", "invitation", False)
    assert told["a-referral.nrm"] == ("carried_for_others", "packet", False)
    assert told["a-receipt.nrm"] == ("receipt", "receipt", True)
    assert told["for-others.nrmx"] == ("carried_for_others", "pack", False)
    assert by_kind(found, ".nrmreq").what == "request"
    kinds = {one.kind.value for one in found.values()}
    assert "damaged" not in kinds


def test_a_damaged_file_says_what_to_do(stick):
    _, cleo, place = stick
    (pack,) = [path for path in place.iterdir() if len(path.name) > 30]
    pack.write_bytes(pack.read_bytes()[:30])
    (place / "an-invitation.nrmi").write_bytes(b"\x86\x66nrminv\x01")

    found = look(cleo, place)

    for name in (pack.name, "an-invitation.nrmi"):
        words = arrival_words(found[name])
        assert words.startswith("damaged (integrity.")
        assert words.endswith("ask for it again")
