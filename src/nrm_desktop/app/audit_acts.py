"""What the audit chain can say: every act by its code, in plain words, by kind.

This module decides which acts there are. A row with any other code is refused where rows are made,
so whoever writes a new one has to say here what it means. Codes are written into the chain and
never change their meaning; words are source texts of the window.

Source: storage-security.md section 19; sync.md section 18.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import Final


class ActKind(StrEnum):
    """What sort of act it is: how people look for one."""

    LOOK = "look"
    CHANGE = "change"
    SEND = "send"
    TRUST = "trust"
    VAULT = "vault"


_LOOKS: Final = {
    "attachment.list": "Looked at the list of attachments",
    "attachment.read": "Looked at an attachment",
    "audit.review": "Looked at what was done here",
    "box.show": "Looked at forms written while it was locked",
    "bundle.info": "Looked at what a file says of itself",
    "case.history": "Looked at the history of a case",
    "case.list": "Looked at the list of cases",
    "case.show": "Looked at a case",
    "conflict.list": "Looked at answers with two versions",
    "consent.list": "Looked at the consents of a case",
    "device.list": "Looked at the list of devices",
    "duty.show": "Looked at the duty sheet",
    "shift.show": "Looked at the hand-over of a shift",
    "directory.list": "Looked at services and contacts",
    "invite.list": "Looked at invitations",
    "pack.list": "Looked at which forms are in use",
    "part.open": "Opened a sealed address or a closed part of a case",
    "quarantine.list": "Looked at work that is held back",
    "quarantine.show": "Read work that is held back",
    "register.list": "Looked at a register of the organisation",
    "referral.list": "Looked at the referrals of a case",
    "referral.preview": "Looked at what a referral would hold",
    "release.list": "Looked at which tables were released",
    "root.show": "Looked at the papers of the organisation",
    "search": "Searched",
    "store.list": "Looked at the servers of the exchange",
    "work.list": "Looked at what is due in all cases",
    "table.count": "Counted cases for a table, without names",
    "sync.status": "Looked at how the exchange stands",
    "user.list": "Looked at the list of people",
    "vault.info": "Looked at what this vault says of itself",
}
_CHANGES: Final = {
    "access.ask": "Wrote down what a person asks about the own data",
    "access.decide": "Decided about a request of a person",
    "answer.correct": "Wrote beside an answer what the person says is wrong",
    "answer.move": "Moved answers from one case into another",
    "attachment.add": "Added an attachment",
    "box.adopt": "Took over a form written while it was locked",
    "card.import": "Took in a partner's contact card",
    "case.close": "Ended the support of a case, with a second person",
    "case.destroy": "Ordered a closed case to be destroyed, with a second person",
    "case.join": "Joined two files of one person, with a second person",
    "case.keys_ended": "Destroyed the keys of an erased case",
    "case.open": "Opened a new case",
    "case.part": "Parted two joined files, with a second person",
    "case.reopen": "Began again with somebody who came back",
    "child.off": "Signed that an authority has decided about an age",
    "consent.record": "Wrote down a consent",
    "consent.withdraw": "Wrote down that a consent was withdrawn",
    "consent.told": "Wrote down that a recipient was told of a withdrawal",
    "erase": "Ordered values to be erased",
    "erase.obey": "Carried out an order to erase",
    "hold.end": "Let a case be erased again",
    "hold.set": "Kept a case from being erased",
    "group.join": "Linked a case to people met together",
    "quarantine.adopt": "Took over work that was held back",
    "notice.import": "Took in a notice that a consent was taken back",
    "notice.receipt": "Took in an answer to a notice that a consent was taken back",
    "referral.import": "Took in a referral",
    "referral.receipt": "Took in an answer to a referral",
}
_SENDS: Final = {
    "attachment.save": "Saved an attachment outside",
    "backup.create": "Wrote a backup outside this computer",
    "consent.letter": "Wrote a letter about a consent taken back",
    "disclosure.tell": "Told somebody about a person who is missing",
    "directory.export": "Wrote services and contacts into a file",
    "erasure.proof": "Wrote a proof of what was erased",
    "exchange.run": "Exchanged with other devices",
    "handover.slip": "Wrote a slip with a hand-over code",
    "notice.answer": "Wrote the answer to a notice that a consent was taken back",
    "notice.send": "Wrote a sealed notice that a consent was taken back",
    "referral.begin": "Began a referral",
    "referral.issue": "Wrote a referral",
    "release.link": "Wrote rows of people who agreed to be linked",
    "release.make": "Released a table of counts",
    "shift.print": "Wrote the hand-over of a shift as a readable file",
}
_TRUST: Final = {
    "device.renew": "Gave this laptop a new identity",
    "device.revoke": "Ended a device",
    "invite.confirm": "Confirmed who opened an invitation",
    "invite.create": "Wrote an invitation",
    "release.settle": "Said which of two releases of one year stands",
    "pack.seal": "Signed forms for the other laptops",
    "pack.take": "Took in forms that a colleague signed",
    "papers.confirm": "Went on although papers had expired",
    "passphrase.change": "Changed the own passphrase",
    "passphrase.renew": "Renewed everything behind a passphrase",
    "recovery.answer": "Answered a request for recovery",
    "recovery.check": "Checked the recovery code",
    "recovery.create": "Made a recovery code",
    "recovery.office": "Gave the office a way into this vault",
    "recovery.office_key": "Made the office's key for recovery",
    "recovery.use": "Came back by a recovery code",
    "root.registrar": "Named a further registrar of the organisation",
    "root.renew": "Renewed the papers of the organisation",
    "shift.begin": "Set a shift code",
    "signer.revoke": "Ended the signature of a person on a device",
    "store.add": "Entered a server of the exchange",
    "store.remove": "Took a server of the exchange away",
    "user.add": "Let a person work here",
    "user.certify": "Certified a person",
    "user.remove": "Ended the work of a person here",
}
_VAULT: Final = {
    "backup.before": "Made a backup before a large change",
    "backup.daily": "Made the backup of the day",
    "backup.restore": "Restored this vault from a backup",
    "vault.unlock": "Unlocked",
    "vault.verify": "Checked the whole vault",
}
_BY_KIND: Final[Mapping[ActKind, Mapping[str, str]]] = MappingProxyType(
    {
        ActKind.LOOK: MappingProxyType(_LOOKS),
        ActKind.CHANGE: MappingProxyType(_CHANGES),
        ActKind.SEND: MappingProxyType(_SENDS),
        ActKind.TRUST: MappingProxyType(_TRUST),
        ActKind.VAULT: MappingProxyType(_VAULT),
    }
)
ACT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    dict(chain.from_iterable(words.items() for words in _BY_KIND.values()))
)
"""Every act: its code, and what it says to people."""


def acts_of(kind: ActKind) -> tuple[str, ...]:
    """The codes of a kind, sorted."""
    return tuple(sorted(_BY_KIND[kind]))


def kind_of(act: str) -> ActKind | None:
    """The kind of an act; None for a code of a newer program."""
    return next((kind for kind, words in _BY_KIND.items() if act in words), None)
