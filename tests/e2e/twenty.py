"""Twenty laptops of one organisation, made once per test run; three come from `laptops`.

The others are copies of one new vault with keys of their own, so that Argon2 is paid for once, and
they are taken in without anybody reading digits out: `test_joining` shows how people do it.
"""

from __future__ import annotations

import secrets
import shutil
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.e2e.laptops import PASSPHRASE, Laptop, copy_of, made_once, opened_again, shell_at

from nrm_desktop.bootstrap.safe import create_safe, keep_device
from nrm_desktop.bootstrap.session import EXCHANGE_KEYS, PATH_KEY, OpenSafe
from nrm_desktop.bootstrap.team import organisation_shares
from nrm_desktop.domain.acts import UserFacts
from nrm_desktop.domain.ids import UserId
from nrm_desktop.security.identity.enrolment import (
    Applicant,
    Approval,
    Joined,
    WelcomeGoods,
    certify,
    make_request,
    make_welcome,
    open_welcome,
    read_request,
)
from nrm_desktop.security.keys import DeviceKeys, SignerKeys, new_device_seeds
from nrm_desktop.security.vault.cost import FLOOR

COUNT = 20
ROLE = "case_manager"


@cache
def made_twenty() -> tuple[OpenSafe, ...]:
    """Ana, who founded, first; all are closed."""
    room = Path(mkdtemp(prefix="twenty-"))
    first, *others = made_once()
    blank = create_safe(shell_at(room / "blank"), PASSPHRASE, FLOOR)
    blank.close()
    ana = copy_of(first, room / "ana")
    new = [_new(ana, blank, room, f"P-{number}") for number in range(10, COUNT + 7)]
    ana.close()
    return (ana.vault.session.safe, *others, *new)


@contextmanager
def twenty_laptops(room: Path):
    """Copies of all of them, open."""
    laptops = [copy_of(made, room / str(number)) for number, made in enumerate(made_twenty())]
    try:
        yield laptops
    finally:
        for laptop in laptops:
            laptop.close()


def _new(registrar: Laptop, blank: OpenSafe, room: Path, badge: str) -> OpenSafe:
    shell, seeds = shell_at(room / badge), new_device_seeds(secrets.token_bytes)
    shutil.copytree(blank.shell.folder, shell.folder)
    shutil.copytree(blank.shell.anchors, shell.anchors)
    signer, device = SignerKeys(secrets.token_bytes(32)), DeviceKeys(seeds)
    safe = opened_again(replace(blank, shell=shell, signer=signer, device=device))
    safe.database.with_trust(lambda trust: keep_device(trust, seeds))
    applicant = Applicant(UserId(secrets.token_bytes(16)), badge, f"laptop of {badge}")
    request = make_request(device, signer, applicant)
    joined = open_welcome(device, signer, request, _welcome(registrar, request))
    safe.database.with_trust(lambda trust: _keep(trust, joined))
    safe.close()
    return safe


def _welcome(registrar: Laptop, request: bytes) -> bytes:
    session, now_ms = registrar.vault.session, registrar.vault.context.clock.now_ms()
    shares = organisation_shares(
        session.context.forms.roles, UserFacts(UserId(bytes(16)), "", frozenset({ROLE}))
    )
    asked = read_request(request)
    approval = Approval((ROLE,), shares, now_ms)
    made = certify(session.safe.signer, session.roster, asked, approval)

    def keep(trust) -> WelcomeGoods:
        for one in made.acts:
            trust.add_act(one.act.act, session.organisation, one.signed)
        numbered = trust.secrets(EXCHANGE_KEYS)
        return WelcomeGoods(
            session.organisation,
            tuple(trust.roots()),
            tuple(trust.acts(session.organisation)),
            trust.secret(PATH_KEY),
            tuple((int(name.removeprefix(EXCHANGE_KEYS)), key) for name, key in numbered),
        )

    goods = session.safe.database.with_trust(keep)
    session.roster.add_own(made.acts)
    return make_welcome(session.safe.signer, asked, goods, secrets.token_bytes, now_ms)


def _keep(trust, joined: Joined) -> None:
    for version, root in enumerate(joined.welcome.roots, start=1):
        trust.add_root(version, root)
    for one in joined.acts:
        trust.add_act(one.act.act, one.act.scope, one.signed)
    trust.set_secret(PATH_KEY, joined.welcome.path_key)
    for number, key in joined.welcome.exchange_keys:
        trust.set_secret(f"{EXCHANGE_KEYS}{number:06}", key)
