"""Asking a second person of this laptop to confirm, with a passphrase of their own."""

from __future__ import annotations

from nrm_desktop.bootstrap.erasing import Confirmed, colleague_who_confirms
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.invocation import Invocation


def second_person(call: Invocation, vault: OpenVault, named: str | None) -> Confirmed | None:
    """Give the colleague who has confirmed; none if nobody was named.

    Raises: Locked, Refused as `colleague_who_confirms`.
    """
    if not named:
        return None
    secret = call.second_secret("The second person's passphrase")
    return colleague_who_confirms(vault, secret, named)


def badge_of_second(call: Invocation, vault: OpenVault, named: str | None) -> str:
    """The badge of the colleague who has confirmed; empty if nobody was named.

    Raises: as `second_person`.
    """
    confirmed = second_person(call, vault, named)
    return confirmed.badge if confirmed is not None else ""
