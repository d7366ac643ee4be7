"""What a file from outside is, what came of it, and what to do next, in words of the window.

This module decides only words; they say the same as those of the command line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from nrm_desktop.app.arrived_files import ArrivalKind
from nrm_desktop.app.events import CardTakenIn, Event, ReceiptFiled, ReferralTakenIn
from nrm_desktop.app.notice_commands import NoticeArrived, NoticeReplied
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.wording import Say


def what_words(say: Say) -> MappingProxyType[str, str]:
    """What each kind of file is."""
    return MappingProxyType(
        {
            "box": say("Something written without unlocking"),
            "card": say("A partner's contact card"),
            "chunk": say("Entries of your organisation"),
            "form_pack": say("Forms that a colleague signed"),
            "release": say("The signature of a table of counts"),
            "invitation": say("An invitation"),
            "pack": say("Entries of your organisation"),
            "packet": say("A referral"),
            "receipt": say("A receipt"),
            "recovery_answer": say("The office's answer to a locked laptop"),
            "recovery_request": say("A locked laptop asks the office"),
            "request": say("A laptop asks to be taken in"),
            "root": say("The papers of an organisation"),
            "withdrawal": say("A notice that a consent was taken back"),
            "welcome": say("The welcome for a laptop"),
        }
    )


def title_of(say: Say, kind: ArrivalKind, what: str) -> str:
    """What a file is; one that is damaged may not say."""
    if not what and kind is ArrivalKind.DAMAGED:
        return say("A file that cannot be read")
    return what_words(say).get(what) or say("Something of a newer version")


def next_words(say: Say, what: str) -> str:
    """What taking it in will do, or where else it is opened."""
    return {
        "packet": say("It opens as a case of its own. A receipt is put beside the file."),
        "receipt": say("Taking it in puts it beside what it answers."),
        "withdrawal": say(
            "Taking it in puts it into the case that it is about, and on Today. Nothing is erased"
            " by it."
        ),
        "card": say(
            "Call them, and have them read out the digits or words of their card. Without it the"
            " card is kept as not compared."
        ),
        "pack": say("Taking it in brings what colleagues wrote."),
        "root": say("Taking it in renews what is known of your organisation."),
        "form_pack": say("It is taken in on the page of forms, which Safety leads to."),
    }.get(what, say("It is not taken in on this page."))


def sender_words(say: Say, sender: str, *, is_compared: bool) -> str:
    """From whom; empty where it is not known."""
    if not sender:
        return ""
    if is_compared:
        return say("From {sender}. The digits of their card were compared.", sender=sender)
    return say("From {sender}. Nobody has compared the digits of their card yet.", sender=sender)


def came_lines(say: Say, words: FormWords, events: Iterable[Event]) -> Iterator[str]:
    """What came of a file that was taken in, and what to do next."""
    for event in events:
        match event:
            case ReferralTakenIn():
                yield from _referral(say, event)
            case ReceiptFiled():
                state = words.code("referral_state", event.state)
                yield say("They say: {state}.", state=state)
                yield say("It stands beside its referral in case {code}.", code=event.code)
            case NoticeReplied():
                yield say("They say: {state}.", state=words.code("notice_reply", event.reply))
                yield say("It stands beside the notice in case {code}.", code=event.code)
            case NoticeArrived():
                yield from _notice(say, event)
            case CardTakenIn():
                yield _card(say, event)
            case _:
                continue


def _referral(say: Say, taken: ReferralTakenIn) -> Iterator[str]:
    if taken.is_duplicate:
        yield say("It was here already, as case {code}.", code=taken.code)
    else:
        yield say.plural(
            "It is open as case {code}, with {count} answer.",
            "It is open as case {code}, with {count} answers.",
            taken.fields,
            code=taken.code,
        )
    if taken.kept:
        yield say.plural(
            "{count} answer has no question here. It is kept as it came.",
            "{count} answers have no question here. They are kept as they came.",
            taken.kept,
        )
    if taken.is_expired:
        yield say("The day until which it was to be read is over. Ask them whether it still holds.")
    groups = "-".join(taken.typed)
    if taken.receipt_path:
        yield say("The receipt lies beside the file. Give the stick back to them.")
        yield say("Or tell them these groups by phone: {groups}", groups=groups)
    else:
        yield say(
            "No receipt could be put there. Tell them these groups by phone: {groups}",
            groups=groups,
        )


def _notice(say: Say, arrived: NoticeArrived) -> Iterator[str]:
    if arrived.is_duplicate:
        yield say("It was here already, in case {code}.", code=arrived.code)
    else:
        yield say("It stands in case {code}, and on Today.", code=arrived.code)
    yield say("Stop using what was taken back, erase it, and answer on the page Consent.")


def _card(say: Say, taken: CardTakenIn) -> str:
    if taken.is_verified:
        return say("It stands in the directory, and its digits were compared.")
    return say("It stands in the directory. Nobody has compared its digits yet.")
