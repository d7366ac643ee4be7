"""A founded organisation with real keys, and colleagues who join it, for tests of trust."""

from __future__ import annotations

from hashlib import shake_256

from tests.fakes.clock import FakeClock
from tests.fakes.uow import FakeState, FakeTrustStore

from nrm_desktop.domain.acts import GrantFacts, GrantRole
from nrm_desktop.domain.ids import ID_BYTES, ScopeId, UserId
from nrm_desktop.security.identity.case_keys import CaseKeys, CaseOpener, Shares
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
from nrm_desktop.security.identity.founding import Founding, FoundingWish, found_organisation
from nrm_desktop.security.keys import DeviceKeys, SignerKeys, new_device_seeds
from nrm_desktop.security.roster.state import Roster

NOW_MS = 1_795_000_000_000
PLACES = (GrantFacts(UserId(b""), GrantRole.CONTRIBUTOR, frozenset({65, 67})),)


class Stream:
    """Bytes that are different at each call and the same in each run."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls = 0

    def __call__(self, count: int) -> bytes:
        self._calls += 1
        return shake_256(f"{self._name} {self._calls}".encode()).digest(count)


class Laptop:
    """One person on one device with a database of trust."""

    def __init__(self, name: str) -> None:
        self.random = Stream(name)
        self.badge = name
        self.device = DeviceKeys(new_device_seeds(self.random))
        self.signer = SignerKeys(self.random(32))
        self.trust = FakeTrustStore(FakeState())
        self.user = UserId(self.random(ID_BYTES))
        self.exchange_keys: tuple[tuple[int, bytes], ...] = ()
        self.path_key = b""
        self._request = b""
        self._roster: Roster | None = None

    @property
    def roster(self) -> Roster:
        """What this laptop knows."""
        if self._roster is None:
            self._roster = Roster(self.trust.roots(), self.trust.acts)
        return self._roster

    def request(self) -> bytes:
        """The request file of this laptop, made once: signing is not the same twice."""
        if not self._request:
            applicant = Applicant(self.user, self.badge, f"laptop of {self.badge}")
            self._request = make_request(self.device, self.signer, applicant)
        return self._request

    def found(self, **changes: object) -> Founding:
        """Found an organisation here."""
        wish = FoundingWish("Blue House", self.badge, ("case_manager",), ("case_manager",), "pc")
        made = found_organisation(wish, self.signer, self.device, self.random, NOW_MS)
        self.user = made.user
        self.trust.add_root(1, made.root)
        for one in made.acts:
            self.trust.add_act(one.act.act, one.act.scope, one.signed)
        self.trust.add_epoch(made.org_epoch)
        self.exchange_keys, self.path_key = ((1, made.exchange_key),), made.path_key
        return made

    def welcome(self, request: bytes, *roles: str) -> bytes:
        """Approve a request as registrar; give the welcome file."""
        asked = read_request(request)
        made = certify(self.signer, self.roster, asked, Approval(roles, PLACES, NOW_MS))
        self.roster.add_own(made.acts)
        for one in made.acts:
            self.trust.add_act(one.act.act, one.act.scope, one.signed)
        goods = WelcomeGoods(
            self.roster.organisation,
            tuple(self.trust.roots()),
            tuple(self.trust.acts(self.roster.organisation)),
            self.path_key,
            self.exchange_keys,
        )
        return make_welcome(self.signer, asked, goods, self.random, NOW_MS)

    def join(self, welcome: bytes) -> Joined:
        """Take a welcome in."""
        joined = open_welcome(self.device, self.signer, self.request(), welcome)
        for version, signed in enumerate(joined.welcome.roots, start=1):
            self.trust.add_root(version, signed)
        for one in joined.acts:
            self.trust.add_act(one.act.act, one.act.scope, one.signed)
        self.user, self._roster = joined.user, None
        return joined

    def open_case(self, shares: Shares = tuple) -> ScopeId:
        """Open a case here."""
        opener = CaseOpener(self.signer, self.user, shares)
        return CaseKeys(opener, self.roster, FakeClock(NOW_MS), self.random).begin_case(self.trust)


def office(name: str = "ada") -> Laptop:
    """A laptop on which an organisation was founded."""
    laptop = Laptop(name)
    laptop.found()
    return laptop


def colleague(registrar: Laptop, name: str, *roles: str) -> Laptop:
    """A second laptop that has joined."""
    laptop = Laptop(name)
    laptop.join(registrar.welcome(laptop.request(), *(roles or ("case_manager",))))
    return laptop
