"""Invitations: a new laptop works the same minute, and counts once a registrar has confirmed it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.e2e.laptops import (
    PASSPHRASE,
    PLACE,
    Laptop,
    copy_of,
    made_once,
    new_record,
    shell_at,
)
from tests.fakes.clock import FakeClock

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.bootstrap.confirming import ClaimState, confirm, invitations
from nrm_desktop.bootstrap.exchange_keys import renew_exchange_key
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.inviting import (
    Begun,
    Invited,
    Newcomer,
    begin_invited,
    invite,
    is_waiting,
    own_claim,
)
from nrm_desktop.domain.acts import RemovalFacts, RemovalReason
from nrm_desktop.domain.authority import Place, Right
from nrm_desktop.domain.errors import HostileInput, Locked, NrmError, Refused, Usage
from nrm_desktop.security.roster.acts import ActPlace, make_act
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.exchange import SqlSyncState

ROLE = "case_manager"


@dataclass
class World:
    """Ana who keeps the keys, and what is carried between the laptops."""

    room: Path
    ana: Laptop
    opened: list[Begun]

    def invite(self, badge: str = "P-09", role: str = ROLE, **how) -> Invited:
        carried = self.room / "carried"
        carried.mkdir(exist_ok=True)
        return invite(self.ana.vault.session, badge, role, str(carried), **how)

    def open(self, made: Invited, name: str = "dan", digits: str = "", shell=None) -> Laptop:
        shell = shell or shell_at(self.room / name)
        wish = Newcomer(digits or " ".join(made.secret), PASSPHRASE, "field laptop", FLOOR)
        begun = begin_invited(shell, made.file, wish)
        self.opened.append(begun)
        return Laptop(begun.vault)

    @property
    def stick(self) -> Path:
        return self.room / "stick"


@pytest.fixture
def world(tmp_path):
    found = World(tmp_path, copy_of(made_once()[0], tmp_path / "ana"), [])
    yield found
    for each in found.opened:
        each.vault.close()
    found.ana.close()


def refused(kind: type[NrmError], code: str, call, *values, **named) -> NrmError:
    with pytest.raises(kind) as caught:
        call(*values, **named)
    assert caught.value.code == code
    return caught.value


def right_of(judge: Laptop, laptop: Laptop, scope) -> Right:
    safe = laptop.vault.session.safe
    place = Place(safe.signer.id, safe.device.id, scope, 1)
    return judge.vault.session.roster.powers.may_write(place)


@pytest.mark.promise("P6")
def test_invited_laptop_works_before_any_exchange(world):
    world.ana.vault.handle(AddDirectoryEntry(kind="shelter", name="House by the sea"))
    dan = world.open(world.invite())

    scope, record = dan.open_case(), new_record()
    dan.save(scope, record, PLACE, "port")

    assert dan.values(scope, record, PLACE) == ["port"]
    assert dan.vault.context.badge == "P-09"
    assert dan.vault.context.organisation_name == "Help"
    assert [row.name for row in dan.vault.reader.directory()] == ["House by the sea"]
    assert is_waiting(dan.vault.session)
    assert own_claim(dan.vault) == world.opened[0].compared


def test_the_safe_of_an_invited_person_opens_again_and_what_was_written_is_sound(world):
    dan = world.open(world.invite())
    scope, record = dan.open_case(), new_record()
    dan.save(scope, record, PLACE, "port")
    dan.vault.close()

    with Laptop(open_vault(dan.vault.session.safe.shell, PASSPHRASE)) as again:
        assert again.values(scope, record, PLACE) == ["port"]
        assert again.vault.context.badge == "P-09"
        assert not again.vault.condition.is_read_only


@pytest.mark.threat("T19")
def test_claim_is_certified_only_after_confirmation_or_policy(world):
    dan = world.open(world.invite())
    scope, record = dan.open_case(), new_record()
    dan.save(scope, record, PLACE, "port")
    dan.sync(world.stick)
    world.ana.sync(world.stick)
    (row,) = invitations(world.ana.vault.session)
    (claim,) = row.claims

    assert (claim.badge, claim.label, claim.state) == ("P-09", "field laptop", ClaimState.WAITING)
    assert claim.device == dan.vault.session.safe.device.id
    assert right_of(world.ana, dan, scope) is Right.PENDING

    confirm(world.ana.vault.session, "p-09")
    world.ana.sync(world.stick)
    dan.sync(world.stick)
    world.ana.sync(world.stick)

    assert not is_waiting(dan.vault.session)
    assert own_claim(dan.vault) is None
    assert right_of(world.ana, dan, scope) is Right.HELD
    assert world.ana.values(scope, record, PLACE) == ["port"]
    assert invitations(world.ana.vault.session)[0].claims[0].state is ClaimState.CERTIFIED
    assert dan.digest == world.ana.digest


def test_a_laptop_that_nobody_has_confirmed_exchanges_again_and_again_without_alarm(world):
    dan = world.open(world.invite())
    for _ in range(3):
        dan.open_case()
        assert dan.sync(world.stick).alarms == ()
        assert world.ana.sync(world.stick).alarms == ()


def test_a_new_exchange_key_between_invitation_and_confirmation_shuts_nobody_out(world):
    made = world.invite()
    session = world.ana.vault.session
    for _ in range(2):
        session.work.exchange(
            lambda unit, connection: renew_exchange_key(
                session, unit.trust, SqlSyncState(connection)
            )
        )
    scope, record = world.ana.open_case(), new_record()
    world.ana.save(scope, record, PLACE, "port")
    world.ana.sync(world.stick)
    dan = world.open(made)
    for laptop in (dan, world.ana):
        laptop.sync(world.stick)

    confirm(session, "P-09")
    for laptop in (world.ana, dan):
        laptop.sync(world.stick)

    assert not is_waiting(dan.vault.session)
    assert dan.values(scope, record, PLACE) == ["port"]


def test_a_confirmed_colleague_gets_the_registers_and_the_cases_of_others(world):
    scope, record = world.ana.open_case(), new_record()
    world.ana.save(scope, record, PLACE, "airport")
    dan = world.open(world.invite())
    for laptop in (dan, world.ana):
        laptop.sync(world.stick)
    confirm(world.ana.vault.session, "P-09")
    for laptop in (world.ana, dan):
        laptop.sync(world.stick)

    assert dan.values(scope, record, PLACE) == ["airport"]
    dan.vault.handle(AddDirectoryEntry(kind="shelter", name="House in the hills"))
    for laptop in (dan, world.ana):
        laptop.sync(world.stick)
    assert "House in the hills" in [row.name for row in world.ana.vault.reader.directory()]


@pytest.mark.threat("T19")
def test_second_claim_is_held(world):
    made = world.invite()
    dan, eve = world.open(made), world.open(made, "eve")
    for laptop in (dan, eve, world.ana):
        laptop.sync(world.stick)
    session = world.ana.vault.session
    states = {one.state for one in invitations(session)[0].claims}
    assert states == {ClaimState.HELD}

    refused(Refused, "trust.second_claim", confirm, session, "P-09")
    refused(HostileInput, "integrity.comparison", confirm, session, "P-09", "0000 " * 6)
    said = " ".join(world.opened[0].compared.words)
    done = confirm(session, "P-09", said)

    assert done.device == dan.vault.session.safe.device.id
    known = session.roster.powers.organisation
    assert known.certified_signer(dan.vault.session.safe.signer.id) is not None
    assert known.certified_signer(eve.vault.session.safe.signer.id) is None
    refused(Usage, "usage.not_found", confirm, session, "P-09")
    world.ana.sync(world.stick)
    eve.sync(world.stick)
    world.ana.sync(world.stick)
    assert [one.device for one in invitations(session)[0].claims] == [done.device]


@pytest.mark.threat("T19")
def test_a_claim_after_the_first_was_confirmed_is_held_too(world):
    made = world.invite()
    dan = world.open(made)
    for laptop in (dan, world.ana):
        laptop.sync(world.stick)
    confirm(world.ana.vault.session, "P-09")
    eve = world.open(made, "eve")
    for laptop in (eve, world.ana):
        laptop.sync(world.stick)

    refused(Refused, "trust.second_claim", confirm, world.ana.vault.session, "P-09")


@pytest.mark.threat("T19")
def test_expired_or_wrong_secret_opens_nothing(world):
    made = world.invite(days=2)
    wrong = "1" if made.secret[0][0] != "1" else "2"
    digits = " ".join(made.secret)
    shell = shell_at(world.room / "dan")
    late = replace(shell, clock=FakeClock(made.expires_ms + 1))

    refused(Locked, "invite.wrong_secret", world.open, made, digits=wrong + digits[1:])
    refused(Usage, "usage.bad_code", world.open, made, digits=digits[:-1])
    refused(Refused, "trust.expired", world.open, made, shell=late)
    assert not shell.folder.exists()

    assert world.open(made).vault.context.badge == "P-09"


def test_a_claim_made_in_time_is_confirmed_however_long_the_stick_was_on_its_way(world):
    dan = world.open(world.invite(days=1))
    for laptop in (dan, world.ana):
        laptop.sync(world.stick)
    session = world.ana.vault.session
    later = session.context.clock.now_ms() + timedelta(days=40) // timedelta(milliseconds=1)
    moved = replace(session, context=replace(session.context, clock=FakeClock(later)))

    assert invitations(moved)[0].is_ended
    assert confirm(moved, "P-09").device == dan.vault.session.safe.device.id


@pytest.mark.threat("T19")
def test_a_claim_on_a_withdrawn_invitation_is_not_confirmed_and_work_goes_on(world):
    made = world.invite()
    dan = world.open(made)
    session = world.ana.vault.session
    heads = session.roster.powers.heads(session.organisation)
    place = ActPlace(session.organisation, session.organisation, heads, 1)
    gone = make_act(session.safe.signer, place, RemovalFacts(made.invite, RemovalReason.LEFT))
    session.safe.database.with_trust(
        lambda trust: trust.add_act(gone.act.act, gone.act.scope, gone.signed)
    )
    session.roster.add_own([gone])
    for laptop in (dan, world.ana, dan):
        laptop.sync(world.stick)

    assert invitations(session)[0].claims[0].state is ClaimState.WITHDRAWN
    refused(Usage, "usage.not_found", confirm, session, "P-09")
    dan.open_case()


def test_only_who_keeps_the_keys_invites_and_confirms(world, tmp_path):
    made = world.invite()
    dan = world.open(made)
    for laptop in (dan, world.ana):
        laptop.sync(world.stick)
    with copy_of(made_once()[1], tmp_path / "boris") as boris:
        boris.sync(world.stick)
        session = boris.vault.session
        refused(Refused, "policy.role", invite, session, "P-10", ROLE, str(tmp_path))
        refused(Refused, "policy.role", confirm, session, "P-09")


def test_a_claim_reaches_the_registrar_by_the_stick_of_a_colleague(world, tmp_path):
    made = world.invite()
    with copy_of(made_once()[1], tmp_path / "boris") as boris:
        for laptop in (world.ana, boris):
            laptop.sync(world.stick)
        dan, field = world.open(made), tmp_path / "field stick"
        for laptop in (dan, boris):
            laptop.sync(field)
        for laptop in (boris, world.ana):
            laptop.sync(world.stick)

    assert [one.state for one in invitations(world.ana.vault.session)[0].claims] == ["waiting"]


def test_a_known_badge_is_that_persons_further_laptop_and_keeps_the_roles(world):
    user = world.ana.vault.session.roster.powers.organisation.users
    boris = next(one for one in user.values() if one.badge == "P-02")

    dan = world.open(world.invite("p-02", ""))

    assert dan.vault.context.user == boris.user
    assert dan.vault.context.roles == tuple(sorted(boris.roles))


@pytest.mark.parametrize(
    ("badge", "role", "days"), [("", ROLE, 3), ("P-09", "", 3), ("P-09", ROLE, 31), ("P-9", "x", 3)]
)
def test_an_invitation_needs_a_badge_a_role_and_at_most_thirty_days(world, badge, role, days):
    before = len(world.ana.vault.session.roster.act_ids())

    refused(Usage, "usage.bad_value", world.invite, badge, role, days=days)

    assert len(world.ana.vault.session.roster.act_ids()) == before


def test_the_name_of_the_file_tells_nothing_and_a_full_folder_is_no_place(world, tmp_path):
    made = world.invite()
    dan = world.open(made)

    assert "P-09" not in made.file
    assert Path(made.file).suffix == ".nrmi"
    refused(Usage, "usage.not_empty", world.open, made, shell=dan.vault.session.safe.shell)
