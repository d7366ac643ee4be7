"""Files of two real organisations: from whom each is and whether it is here, before taking it."""

import shutil
from pathlib import Path

import pytest
from tests.fakes.office import Office

from nrm_desktop.app.arrived_files import ArrivalKind
from nrm_desktop.app.arrived_post import PostSeen
from nrm_desktop.app.commands import (
    AnswerReferral,
    ImportReferral,
    IssueReferral,
    ReferralWish,
    WithdrawConsent,
)
from nrm_desktop.app.notice_commands import AnswerNotice, SendNotice, TakeNotice
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.bootstrap.window_arrivals import VaultArrivals
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.values import answered

pytestmark = [pytest.mark.rule("R27"), pytest.mark.threat("T12")]
COMPARED = PostSeen("Lantern Office", is_compared=True)


def sends(office, recipient):
    scope = office.open_case(answered(value=False))
    office.write(scope, "screening", {"screening.given_name": "Olena"})
    asked = office.ask(scope, recipient, {"identity": "yes"})
    wish = ReferralWish(scope, recipient, "refer")
    issued = office.do(IssueReferral(wish=wish, way="packet", folder=str(office.stick)))[0]
    office.do(WithdrawConsent(scope=scope, consents=tuple(row.record for row in asked.made)))
    return scope, issued


def notice_of(office, sent, recipient):
    scope, issued = sent
    return office.do(
        SendNotice(
            scope=scope,
            reference=issued.referral,
            recipient=recipient,
            folder=str(office.stick),
        )
    )[0]


def answers(lantern, packet, notice):
    """The other side reads what we sent and answers packet and notice; gives the two files."""
    taken = lantern.do(ImportReferral(path=packet.path))[0]
    said = lantern.do(
        AnswerReferral(referral=taken.referral, state="accepted", folder=str(lantern.stick))
    )[0]
    asked = lantern.do(TakeNotice(path=notice.path))[0]
    reply = AnswerNotice(
        scope=asked.scope, notice=asked.notice, reply="erased", folder=str(lantern.stick)
    )
    return said.path, lantern.do(reply)[0].path


@pytest.fixture
def stick(tmp_path):
    """Our office, and a stick that the other one has filled."""
    aid = Office(tmp_path / "aid", "Harbour Aid", "P-01")
    lantern = Office(tmp_path / "lantern", "Lantern Office", "L-07")
    to_them, to_us = aid.meet(lantern, "psychosocial"), lantern.meet(aid, "psychosocial")
    ours, theirs = sends(aid, to_them), sends(lantern, to_us)
    said, reply = answers(lantern, ours[1], notice_of(aid, ours, to_them))
    place = tmp_path / "in"
    place.mkdir()
    files = {
        "a-packet.nrm": theirs[1].path,
        "b-notice.nrm": notice_of(lantern, theirs, to_us).path,
        "c-receipt.nrm": said,
        "d-reply.nrm": reply,
        "e-card.nrmcard": lantern.card().path,
        "f-for-them.nrm": ours[1].path,
    }
    for name, path in files.items():
        shutil.copy(path, place / name)
    whole = bytearray((place / "a-packet.nrm").read_bytes())
    whole[-20] ^= 1
    (place / "g-broken.nrm").write_bytes(whole)
    (place / "holiday.jpg").write_bytes(b"\xff\xd8\xff" + bytes(200))
    yield aid, place
    aid.close()
    lantern.close()


def by_file(found):
    return {one.arrival.file: one for one in found}


def cases(aid) -> int:
    return len(aid.vault.reader.cases(CaseFilter(), 9, None, aid.vault.sight).rows)


def test_looking_says_from_whom_each_file_is_and_writes_nothing(stick):
    aid, place = stick
    before = (cases(aid), sorted(path.name for path in place.iterdir()))

    found = by_file(VaultArrivals(aid.vault).look(str(place)))

    for name in ("a-packet.nrm", "b-notice.nrm", "c-receipt.nrm", "d-reply.nrm"):
        assert found[name].seen == COMPARED, name
        assert found[name].fault is None
    assert found["e-card.nrmcard"].seen.sender == "Lantern Office"
    assert found["f-for-them.nrm"].arrival.kind is ArrivalKind.CARRIED
    assert found["g-broken.nrm"].arrival.kind is ArrivalKind.DAMAGED
    assert found["g-broken.nrm"].fault.code.startswith("integrity.")
    assert found["holiday.jpg"].arrival.kind is ArrivalKind.NOT_OURS
    assert (cases(aid), sorted(path.name for path in place.iterdir())) == before
    assert not any(one.arrival.taken or one.came for one in found.values())
    with pytest.raises(Usage, match=r"usage\.not_found"):
        VaultArrivals(aid.vault).look(str(place / "nowhere"))


def test_what_was_taken_in_is_told_as_here_already(stick):
    aid, place = stick
    tools = VaultArrivals(aid.vault)
    early = by_file(tools.take(str(place)))
    assert early["b-notice.nrm"].fault.code == "policy.notice_unknown"
    assert "referral" in early["b-notice.nrm"].fault.params
    assert [type(one).__name__ for one in early["c-receipt.nrm"].came] == ["ReceiptFiled"]
    assert [type(one).__name__ for one in early["d-reply.nrm"].came] == ["NoticeReplied"]
    assert not early["a-packet.nrm"].came

    opened = tools.open_referral(str(place), "a-packet.nrm")
    assert Path(opened[0].receipt_path).parent == place
    late = by_file(tools.take(str(place)))
    assert [type(one).__name__ for one in late["b-notice.nrm"].came] == ["NoticeArrived"]

    found = by_file(tools.look(str(place)))
    for name in ("a-packet.nrm", "b-notice.nrm", "c-receipt.nrm", "d-reply.nrm"):
        assert found[name].seen == PostSeen("Lantern Office", is_compared=True, is_here=True), name


def test_a_card_is_kept_from_the_page_and_is_compared_only_if_somebody_read_it_out(stick):
    aid, place = stick
    tools = VaultArrivals(aid.vault)
    digits = " ".join(aid.vault.post.look_at_card(str(place / "e-card.nrmcard")).comparison.digits)

    (kept,) = tools.take_card(str(place), "e-card.nrmcard", digits)

    assert kept.is_verified
    (found,) = tools.look(str(place / "e-card.nrmcard"))
    assert (found.seen.is_compared, found.seen.is_here) == (True, True)
