"""Ways back after a forgotten passphrase: making a recovery code, checking it, using it.

The code is told once, on standard error, so that two groups can be typed back; only then it counts,
and only then it stands in the result. It is never an argument and never in a log.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from types import MappingProxyType
from typing import Final, TypeVar

from nrm_desktop.bootstrap.office import (
    OfficeFile,
    add_office_slot,
    answer_recovery,
    ask_for_recovery,
    make_office_key,
    take_recovery,
)
from nrm_desktop.bootstrap.recovering import (
    RecoveryUsed,
    create_recovery,
    recovery_check,
    use_recovery,
)
from nrm_desktop.cli.invocation import Invocation, Runners
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Locked, Refused, Usage

_Done = TypeVar("_Done")
_TRIES: Final = 3
_ROW: Final = 7
_WANTED: Final = "24 digits or 12 words"
_PENDING: Final = (
    "The new signature has to be certified before this safe opens: run `device request`, and let "
    "the key keeper of the organisation approve it."
)


def create(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Make or replace the recovery code; it counts once two of its groups were typed back."""
    with call.vault() as vault:
        offer = create_recovery(vault)
        call.console.tell(f"Recovery code of the safe {offer.vault_mark}; it is shown once:")
        for line in _rows(offer.groups):
            call.console.tell(line)
        made = _confirmed(call, offer.asked, offer.confirm)
    data = {
        "slot": made.slot.hex(),
        "code": " ".join(offer.groups),
        "replaced": made.replaced,
        "vault": offer.vault_mark,
    }
    return Outcome(data, lines=["The code counts now. Keep the sheet away from this laptop."])


def check(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Ask for two groups again, to see that the sheet is at hand."""
    with call.vault() as vault:
        asked = recovery_check(vault)
        if asked is None:
            raise Locked("vault.no_recovery")
        _confirmed(call, asked.asked, asked.confirm)
    return Outcome({"asked": list(asked.asked)}, lines=["The groups are at hand."])


def use(call: Invocation, _arguments: argparse.Namespace) -> Outcome:
    """Open with the recovery code, and give the named person a new passphrase."""
    call.header()
    code = call.passphrase("Recovery code")
    used = use_recovery(call.shell, code, call.user or "", call.second_passphrase("New passphrase"))
    return _back(used)


def _confirmed(
    call: Invocation, asked: tuple[int, int], confirm: Callable[[str, str], _Done]
) -> _Done:
    """Let two groups be typed; at a terminal a slip may be put right, elsewhere it ends here."""
    prompt = f"Groups {asked[0]} and {asked[1]}"
    if not call.console.has_terminal:
        call.console.tell(f"{prompt}, as one line:")
    for left in reversed(range(_TRIES)):
        typed = call.console.typed(prompt, prompt.lower()).split()
        first, second = (*typed, "", "")[:2]
        try:
            return confirm(first, second)
        except Refused as error:
            if not left or not call.console.has_terminal:
                raise
            call.console.tell(f"Group {error.params.get('group')} is not what was shown.")
    raise Usage("usage.bad_code")


def _rows(groups: tuple[str, ...]) -> list[str]:
    """The groups with their numbers, seven a line: what has to be written down."""
    numbered = [f"{number:>2} {group}" for number, group in enumerate(groups, start=1)]
    return ["   ".join(numbered[at : at + _ROW]) for at in range(0, len(numbered), _ROW)]


def _signer(used: RecoveryUsed) -> str:
    return "certified" if used.is_certified else "pending"


def _told(used: RecoveryUsed) -> list[str]:
    lines = [f"{used.badge} has a new passphrase; the sign is {used.sign}."]
    return lines if used.is_certified else [*lines, _PENDING]


def office_key(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """At the office: write the public half of its recovery key."""
    with call.vault() as vault:
        made = make_office_key(vault, arguments.out)
    return _written(made)


def office(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """On a laptop: let the office be a way back, once its key was read out."""
    typed = call.console.typed("The digits or words that the office reads out", _WANTED)
    with call.vault() as vault:
        slot = add_office_slot(vault, arguments.input, typed)
    return Outcome({"slot": slot.hex()}, lines=["The office can answer a request of this safe."])


def request(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """On the locked laptop: choose a new passphrase, and write a request to the office."""
    call.header()
    made = ask_for_recovery(call.shell, call.new_passphrase("New passphrase"), arguments.out)
    return _written(made)


def answer(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """At the office: answer a request, once its person has read it out."""
    typed = call.console.typed("The digits or words that the other side reads out", _WANTED)
    with call.vault() as vault:
        file, vault_id = answer_recovery(vault, arguments.input, arguments.out, typed)
    return Outcome({"file": file, "vault_id": vault_id.hex()}, lines=[f"Written: {file}"])


def take(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """On the locked laptop: open the answer with the new passphrase."""
    call.header()
    used = take_recovery(call.shell, arguments.input, call.user or "", call.passphrase())
    return _back(used)


def _written(made: OfficeFile) -> Outcome:
    said = made.compared
    data = {"file": made.file, "digits": list(said.digits), "words": list(said.words)}
    lines = [
        f"Written: {made.file}",
        f"Digits to read out: {' '.join(said.digits)}",
        f"or words: {' '.join(said.words)}",
    ]
    return Outcome(data, lines=lines)


def _back(used: RecoveryUsed) -> Outcome:
    data = {"user": used.badge, "slot": used.sign, "signer": _signer(used)}
    return Outcome(data, lines=_told(used))


COMMANDS: Runners = MappingProxyType(
    {
        "recovery create": create,
        "recovery check": check,
        "recovery use": use,
        "recovery office-key": office_key,
        "recovery office": office,
        "recovery request": request,
        "recovery answer": answer,
        "recovery take": take,
    }
)
