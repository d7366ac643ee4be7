"""One payload of every structure that is signed or sealed, in the invented world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tools.vector_sets import world as w

from nrm_desktop.app.wire import form_pack, invitation, joining, keybox, referral, trust, withdrawal
from nrm_desktop.app.wire.checkpoint import (
    NO_CHECKPOINT,
    Checkpoint,
    HeadRow,
    LogWant,
    ManifestPart,
    PackRow,
    SeenRow,
    decode_checkpoint,
    decode_manifest_part,
    encode_checkpoint,
    encode_manifest_part,
)
from nrm_desktop.app.wire.hashes import signer_id
from nrm_desktop.domain.acts import (
    Act,
    ActId,
    AdoptionFacts,
    Cut,
    DeviceFacts,
    EraseFacts,
    Facts,
    GrantFacts,
    GrantRole,
    InviteFacts,
    MergeFacts,
    RemovalFacts,
    RemovalReason,
    SignerFacts,
    TeamFacts,
    UserFacts,
)
from nrm_desktop.domain.hlc import Hlc
from nrm_desktop.domain.ids import FieldId, FormId, OpId, ScopeId, UserId
from nrm_desktop.domain.notices import Part
from nrm_desktop.domain.values import Source, answered

ADA_KEYS, POST_KEYS = w.ADA.public, w.POST.public
SLOT = bytes(keybox.SLOT_OVERHEAD + keybox.SLOT_UNIT)
KEM = w.OFFICE_KEM.public.raw
PROOF = referral.Proof((b"root statement",), (b"act statement",))


@dataclass(frozen=True)
class Sample:
    """A structure: its value, its bytes, and the function that reads them."""

    name: str
    value: object
    data: bytes
    read: Callable[[bytes], object]


def act(facts: Facts, *after: ActId) -> Act:
    """An act of Ada in the case; its id is that of its payload."""
    made = Act(ActId(b""), w.CASE, facts, w.ADA_ID, after, w.NOW_MS, 0)
    return trust.decode_act(trust.encode_act(w.ORGANISATION, made, _nonce(facts))).act


def _nonce(facts: Facts) -> bytes | None:
    return w.NONCE if isinstance(facts, GrantFacts) and facts.is_opening else None


def acts() -> dict[str, Act]:
    """One act of each kind."""
    post = DeviceFacts(w.POST_ID, POST_KEYS.ed25519, POST_KEYS.ml_dsa, KEM, "border post 2")
    ada = SignerFacts(w.ADA_ID, w.ADA_USER, w.POST_ID, ADA_KEYS.ed25519, ADA_KEYS.ml_dsa)
    logs = ((w.named("blind"), 9, w.named("head")),)
    core = frozenset({1})
    return {
        "user": act(UserFacts(w.ADA_USER, "B-17", frozenset({"case_manager", "interviewer"}))),
        "device": act(post),
        "signer": act(ada),
        "grant": act(GrantFacts(w.ADA_USER, GrantRole.READER, core | {5}), w.GRANT),
        "opening": act(GrantFacts(w.ADA_USER, GrantRole.LEAD, core, is_opening=True)),
        "removal": act(RemovalFacts(w.ADA_ID, RemovalReason.LOST, Cut(None, logs)), w.GRANT),
        "removal at a checkpoint": act(RemovalFacts(w.POST_ID, RemovalReason.LEFT, Cut(12))),
        "removal without cut": act(RemovalFacts(w.GRANT, RemovalReason.NARROWED)),
        "erasure": act(EraseFacts(((bytes(16), (0, 3)),), "article 17", w.BEN_ID), w.GRANT),
        "erasure by one": act(EraseFacts(((bytes(16), (1,)),), "retention ended"), w.GRANT),
        "adoption": act(AdoptionFacts(frozenset({w.named("one"), w.named("two")})), w.GRANT),
        "merge": act(merge()),
        "team": act(team(), w.GRANT),
        "invite": act(
            InviteFacts(
                signer_id(ADA_KEYS.ed25519),
                w.ADA_USER,
                "B-17",
                frozenset({"case_manager"}),
                ADA_KEYS.ed25519,
                ADA_KEYS.ml_dsa,
            )
        ),
    }


def merge() -> MergeFacts:
    """A vault that was begun alone is taken in."""
    history = frozenset(ActId(w.named(name)) for name in ("founder", "laptop"))
    return MergeFacts(ScopeId(w.named("former organisation")), history)


def team() -> TeamFacts:
    """A case is shared with one person in two ways, and with another."""
    users = sorted((w.ADA_USER, UserId(w.named("colleague"))))
    return TeamFacts(
        (
            GrantFacts(users[0], GrantRole.READER, frozenset({1, 5})),
            GrantFacts(users[0], GrantRole.CONTRIBUTOR, frozenset({1, 2})),
            GrantFacts(users[1], GrantRole.AUDITOR, frozenset({1})),
        )
    )


def root() -> trust.RootDocument:
    """A first root document."""
    ben = w.BEN.public
    return trust.RootDocument(
        version=1,
        name="Shelter network",
        keys=(trust.RootKey(ADA_KEYS.ed25519, ADA_KEYS.ml_dsa),),
        threshold=1,
        registrars=(trust.Registrar(w.ADA_USER, ben.ed25519, ben.ml_dsa, w.NOW_MS),),
        case_roles=("case_manager",),
        intake=(KEM,),
        recovery=None,
        after=(w.GRANT,),
        valid_until_ms=w.NOW_MS,
    )


def checkpoint() -> Checkpoint:
    """A checkpoint with a row of each kind."""
    rows = (
        HeadRow(w.named("blind"), 7, w.named("head")),
        PackRow(w.named("pack", 20), 4096, 3, 2),
        SeenRow(w.OFFICE_ID, 4, w.named("checkpoint")),
    )
    wants = (LogWant(w.named("blind"), 3),)
    place = (w.POST_ID, 1, NO_CHECKPOINT, Hlc(w.NOW_MS), 1, bytes(32), 1, ())
    return Checkpoint(*place, rows, wants, bytes(32), "0.1.0")


def invited() -> invitation.InvitationBody:
    """What is sealed in an invitation."""
    return invitation.InvitationBody(
        w.named("invite"),
        w.ORGANISATION,
        PROOF.acts[0],
        w.named("invite seed", 32),
        PROOF.roots,
        PROOF.acts,
        (b"form pack",),
        ((65, b"commits"), (70, b"cards")),
        w.named("path key", 32),
        ((1, w.EXCHANGE_KEY),),
        w.NOW_MS,
    )


def claimed() -> invitation.Claim:
    """A claim of somebody at the border post."""
    pair = joining.PublicPair(POST_KEYS.ed25519, POST_KEYS.ml_dsa)
    ada = joining.PublicPair(ADA_KEYS.ed25519, ADA_KEYS.ml_dsa)
    return invitation.Claim(w.named("invite"), pair, KEM, ada, "border post 2", w.NOW_MS)


def packet() -> referral.ReferralPacket:
    """A referral of one field, with one withheld."""
    field = FieldId("screening.sex")
    return referral.ReferralPacket(
        reference=w.named("referral"),
        sender=w.ORGANISATION,
        recipient=w.OTHER_CASE,
        purpose="share_support",
        ground=("consent",),
        consents=(OpId(w.named("consent"), 2),),
        records=(referral.ReferredRecord(w.SCREENING, "screening", None, 0),),
        fields=(referral.ReferredField(w.SCREENING, field, answered("female", Source.PERSON)),),
        withheld=(referral.WithheldPart("screening.words", "consent.missing"),),
        keep_until="2027-01-01",
        onward="ask_first",
        expires_ms=w.NOW_MS,
        reply=referral.Reply(KEM, bytes(32)),
        proof=PROOF,
        pdf=b"%PDF-",
        machine=b"{}",
    )


def welcomed() -> joining.Welcome:
    """A welcome with two exchange keys."""
    return joining.Welcome(
        bytes(20),
        w.ORGANISATION,
        PROOF.roots,
        PROOF.acts,
        w.named("path key", 32),
        ((1, w.EXCHANGE_KEY), (2, w.named("exchange two", 32))),
        (b"form pack",),
        ((w.OFFICE_ID, 3, bytes(32)),),
    )


def forms() -> form_pack.TravellingPack:
    """A form pack of two small files."""
    files = (("forms/small.toml", "# Größe\n"), ("pack.toml", '[pack]\nid = "xx"\n'))
    return form_pack.TravellingPack(w.ORGANISATION, "xx", "1.2.0", w.NOW_MS, files)


def taken_back() -> withdrawal.Withdrawal:
    """A notice about the referral: one group, and all that went for other purposes."""
    return withdrawal.Withdrawal(
        w.named("notice"),
        w.named("referral"),
        ScopeId(w.named("other organisation")),
        w.ORGANISATION,
        (Part("", ""), Part("refer", "identity")),
        w.NOW_MS,
        "2026-12-10",
        referral.Reply(KEM, bytes(32)),
        PROOF,
    )


def _notice() -> Sample:
    said = taken_back()
    return Sample(
        "withdrawal", said, withdrawal.encode_withdrawal(said), withdrawal.decode_withdrawal
    )


def samples() -> list[Sample]:
    """Every structure with a payload of its own."""
    pair = joining.PublicPair(POST_KEYS.ed25519, POST_KEYS.ml_dsa)
    ada = joining.PublicPair(ADA_KEYS.ed25519, ADA_KEYS.ml_dsa)
    request = joining.JoinRequest(pair, KEM, ada, w.ADA_USER, "B-17", "border post 2")
    lone = replace(request, former=merge())
    card = joining.ContactCard(w.ORGANISATION, "Shelter A", bytes(32), (KEM,), ada, w.NOW_MS)
    receipt = referral.Receipt(w.named("referral"), "received", "", w.NOW_MS, "B-17", PROOF)
    box = keybox.Keybox(w.ADA_ID, w.named("ref"), Hlc(w.NOW_MS), (SLOT,), b"members")
    member = keybox.Member(w.POST_ID, w.GRANT, (1, 5))
    members = keybox.MemberList(w.CASE, (1, w.named("epoch")), None, "opened", (member,))
    written = keybox.LockScreenBox(FormId("quick_screen"), w.NOW_MS, (("quick.name", "x"),))
    part = ManifestPart(w.POST_ID, checkpoint().rows)
    found = [
        Sample("request", request, joining.encode_request(request), joining.decode_request),
        Sample(
            "request of a lone vault", lone, joining.encode_request(lone), joining.decode_request
        ),
        Sample("welcome", welcomed(), joining.encode_welcome(welcomed()), joining.decode_welcome),
        Sample("card", card, joining.encode_card(card), joining.decode_card),
        Sample(
            "invitation",
            invited(),
            invitation.encode_invitation_body(invited()),
            invitation.decode_invitation_body,
        ),
        Sample("claim", claimed(), invitation.encode_claim(claimed()), invitation.decode_claim),
        Sample("receipt", receipt, referral.encode_receipt(receipt), referral.decode_receipt),
        _notice(),
        Sample("referral", packet(), referral.encode_referral(packet()), referral.decode_referral),
        Sample("root", root(), trust.encode_root(root()), trust.decode_root),
        Sample("keybox", box, keybox.encode_keybox(box), keybox.decode_keybox),
        Sample("members", members, keybox.encode_member_list(members), keybox.decode_member_list),
        Sample(
            "box", written, keybox.encode_lock_screen_box(written), keybox.decode_lock_screen_box
        ),
        Sample("manifest", part, encode_manifest_part(part), decode_manifest_part),
        Sample(
            "form pack", forms(), form_pack.encode_form_pack(forms()), form_pack.decode_form_pack
        ),
        Sample("checkpoint", checkpoint(), encode_checkpoint(checkpoint()), decode_checkpoint),
    ]
    for name, made in acts().items():
        data = trust.encode_act(w.ORGANISATION, made, _nonce(made.facts))
        value = trust.OrganisationAct(w.ORGANISATION, made)
        found.append(Sample(f"act {name}", value, data, trust.decode_act))
    return found
