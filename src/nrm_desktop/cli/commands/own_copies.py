"""The person's own copy: what is kept about the person, and nothing about anybody else."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.commands import IssueReferral, ReferralWish
from nrm_desktop.app.events import ReferralIssued
from nrm_desktop.app.referring import PLAINTEXT, SAFE
from nrm_desktop.cli.commands.referrals import has_typed, language_of, lines_of, password_of
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, must_be_folder, only_event
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.disclosure import OWN_REQUEST, THE_PERSON
from nrm_desktop.domain.forms.parts import OWN_COPY


def copy(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Write a copy for the person into a folder, in the person's language."""
    must_be_folder(arguments.to)
    words = (SAFE,) if arguments.way == "pdf-password" else (SAFE, PLAINTEXT)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        wish = ReferralWish(scope, THE_PERSON, OWN_COPY, OWN_REQUEST, layout=arguments.layout)
        made, password = password_of(call, vault, arguments)
        command = IssueReferral(
            wish=wish,
            way=arguments.way,
            folder=arguments.to,
            language=language_of(vault, arguments.lang),
            password=password,
            confirmations=frozenset(word for word in words if has_typed(call, word)),
            origin="command line",
        )
        issued = only_event(vault.handle(command), ReferralIssued)
    data = {
        "file": issued.path,
        "bytes": issued.size,
        "sha256": issued.sha256,
        "included": issued.included,
        "withheld": issued.withheld,
        **({"password": made} if made else {}),
    }
    return Outcome(data, lines=lines_of(issued, made))


COMMANDS: Runners = MappingProxyType({"case copy": copy})
