"""One run of the command line: its options, its console, and the vault it opens on the way.

This module decides where passphrases come from and that a vault is closed whatever happens. What
a command does is in `cli.commands`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nrm_desktop.app.events import Event
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.typed_codes import case_of_typed
from nrm_desktop.bootstrap.shell import HeaderFacts, Shell, build_shell, header_facts
from nrm_desktop.bootstrap.typed_secrets import key_file_digest
from nrm_desktop.cli.console import Console
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Locked, ProgramFault, Refused, Usage
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.paths import resource_root
from nrm_desktop.security.suite import KdfCost
from nrm_desktop.security.vault.cost import KIB_PER_MIB

if TYPE_CHECKING:  # what opens a vault is loaded when one is opened
    from nrm_desktop.bootstrap.headless import OpenVault

_COST_PARTS = 3
EXPIRED = "EXPIRED"
"""What is typed to share all the same, once a day."""
_Kind = TypeVar("_Kind", bound=Event)


class Invocation:
    """What every command is given beside its own arguments."""

    def __init__(self, arguments: argparse.Namespace, console: Console) -> None:
        self.console = console
        self.resources: Path = resource_root()
        data_dir = getattr(arguments, "data_dir", None)
        secrets = getattr(arguments, "passphrase_file", None)
        self.folder: Path | None = Path(data_dir) if data_dir else None
        self.user: str | None = getattr(arguments, "user", None)
        self._secrets: Path | None = Path(secrets) if secrets else None
        key_file = getattr(arguments, "key_file", None)
        self._key_file: Path | None = Path(key_file) if key_file else None
        self.has_alarm = False
        """True once a vault with an alarm was open: what was read is told, and ends with 5."""

    @cached_property
    def shell(self) -> Shell:
        """What works while locked."""
        shell = build_shell(self.folder)
        if self._key_file is None:
            return shell
        return replace(shell, key_file=key_file_digest(shell.files, self._key_file))

    def header(self) -> HeaderFacts:
        """Say what the vault says of itself while it is locked; no form is needed for that."""
        return header_facts(self.shell)

    @property
    def has_secret(self) -> bool:
        """True if a passphrase was given or can be asked for."""
        return self._secrets is not None or self.console.has_terminal

    def passphrase(self, prompt: str = "Passphrase") -> str:
        """Give the first line of the passphrase file, or what is typed."""
        if self._secrets is None:
            return self.console.secret(prompt)
        first = self.console.secrets_of(self._secrets)[0]
        if not first:
            raise Locked("vault.passphrase_needed")
        return first

    def new_passphrase(self, prompt: str) -> str:
        """Give a new passphrase; typed ones are asked for twice.

        Raises: Usage `usage.bad_value` if the two differ.
        """
        first = self.passphrase(prompt)
        if self._secrets is None and self.console.secret(f"{prompt} again") != first:
            raise Usage("usage.bad_value", what="passphrase", allowed="the same words twice")
        return first

    def second_passphrase(self, prompt: str) -> str:
        """Give a new passphrase beside another secret: line 2 of the file, or typed twice.

        Raises: Locked `vault.passphrase_needed` where the file has no second line.
        """
        if self._secrets is None:
            return self.new_passphrase(prompt)
        return self.second_secret(prompt)

    def second_secret(self, prompt: str) -> str:
        """Give a secret that exists already beside another one: line 2 of the file, or typed once.

        Raises: Locked `vault.passphrase_needed` where the file has no second line.
        """
        if self._secrets is None:
            return self.console.secret(prompt)
        _, second, *_ = [*self.console.secrets_of(self._secrets), ""]
        if not second:
            raise Locked("vault.passphrase_needed")
        return second

    def further_secrets(self, name: str, secret: str) -> tuple[str, str]:
        """Give a name and a secret beside the passphrase: lines 2 and 3 of its file, or typed.

        Raises: Locked `vault.passphrase_needed` where the file has no such lines, and nobody types.
        """
        if self._secrets is None:
            return self.console.secret(name), self.console.secret(secret)
        _, first, second, *_ = [*self.console.secrets_of(self._secrets), "", "", ""]
        if not (first and second):
            raise Locked("vault.passphrase_needed")
        return first, second

    @contextmanager
    def vault(self) -> Iterator[OpenVault]:
        """Open the vault for one command; it is closed at the end, also after a fault."""
        from nrm_desktop.bootstrap.headless import open_vault  # noqa: PLC0415 - a light start
        from nrm_desktop.bootstrap.starting import condition_findings  # noqa: PLC0415 - the same

        sign = self._sign()
        opened = open_vault(self.shell, self.passphrase(), sign)
        try:
            self._must_be_the_named_user(opened)
            for finding in opened.findings:
                self.console.warn(finding)
            yield opened
        finally:
            for finding in condition_findings(opened.condition.now):
                self.console.warn(finding)
            self.has_alarm = self.has_alarm or opened.condition.now.is_alarm
            opened.close()

    def _sign(self) -> str | None:
        """Give the sign of the slot to try; a badge can only be compared after the opening."""
        return self.user if self.user and len(header_facts(self.shell).signs) > 1 else None

    def _must_be_the_named_user(self, opened: OpenVault) -> None:
        names = (opened.context.badge, opened.unlocked.sign)
        if self.user and self.user.casefold() not in {name.casefold() for name in names}:
            raise Locked("vault.no_slot")


Runner = Callable[[Invocation, argparse.Namespace], Outcome]
Runners = Mapping[str, Runner]


def case_of(opened: OpenVault, code: str) -> ScopeId:
    """Find the case of a typed code.

    Raises: Usage `usage.bad_code`, `usage.not_found`.
    """
    return case_of_typed(opened.reader, code)


def must_be_folder(name: str) -> None:
    """Look before anything is done whether a folder is there that something shall be written to.

    Raises: Usage `usage.not_found` with the last part of its path.
    """
    if not Path(name).is_dir():
        raise Usage("usage.not_found", what="folder", name=Path(name).name)


def sight_of(opened: OpenVault, act: str, *subjects: bytes) -> Sight:
    """Note in the audit chain that something is looked at, and give what may be seen."""
    opened.work.run(lambda unit: unit.audit(act, subjects))
    return opened.sight


def past_expiry(call: Invocation, opened: OpenVault) -> None:
    """Ask once a day whether sharing goes on, once the papers of the organisation have ended.

    Raises: Refused `trust.expired` unless the word was typed; local work is never asked.
    """
    from nrm_desktop.bootstrap.expiry import (  # noqa: PLC0415 - a light start
        confirm_ended,
        must_be_confirmed,
    )

    try:
        must_be_confirmed(opened.session)
    except Refused as refusal:
        try:
            typed = call.console.typed("The papers of the office have ended", EXPIRED)
        except Refused:
            raise refusal from None
        if typed != EXPIRED:
            raise
        confirm_ended(opened.session)


def read_cost(text: str) -> KdfCost:
    """Read what a key derivation shall cost, `MIB:T:P`.

    Raises: Usage `usage.bad_value`.
    """
    parts = text.split(":")
    if len(parts) != _COST_PARTS or not all(part.isdecimal() for part in parts):
        raise Usage("usage.bad_value", what="kdf", allowed="MIB:T:P such as 64:3:1")
    mib, passes, lanes = (int(part) for part in parts)
    return KdfCost(mib * KIB_PER_MIB, passes, lanes)


def must_be_file(path: str) -> None:
    """Raises: Usage `usage.not_found` if there is no such file."""
    if not Path(path).is_file():
        raise Usage("usage.not_found", what="file", name=Path(path).name)


def only_event(events: Sequence[Event], kind: type[_Kind]) -> _Kind:
    """Give the one event of this kind that a command must have."""
    for event in events:
        if isinstance(event, kind):
            return event
    raise ProgramFault(event=kind.__name__)


def record_of(item: str) -> RecordId:
    """Read the id of a record. Raises: Usage `usage.not_found`."""
    try:
        return RecordId(bytes.fromhex(item))
    except ValueError:
        raise Usage("usage.not_found", what="item", name=item[:40]) from None
