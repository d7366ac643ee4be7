"""A vault that was begun alone is taken into an organisation with all its cases (sync.md 12.4)."""

from contextlib import closing
from dataclasses import replace

import pytest
from tests.e2e.laptops import (
    PASSPHRASE,
    PLACE,
    SALUTATION,
    Laptop,
    copy_of,
    made_once,
    new_record,
    shell_at,
)

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.app.erasing import EVERYTHING, EraseOrder
from nrm_desktop.bootstrap.arriving import sync_status
from nrm_desktop.bootstrap.erasing import erase
from nrm_desktop.bootstrap.headless import Founder, found_vault, open_vault
from nrm_desktop.bootstrap.joining import approve, ask_with_cases, join
from nrm_desktop.bootstrap.safe import create_safe, open_safe
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.security.identity.founding import act_chain
from nrm_desktop.security.roster.acts import ActPlace
from nrm_desktop.security.vault.cost import FLOOR

WORDS = "a lone laptop beside the harbour"
pytestmark = [pytest.mark.promise("P2"), pytest.mark.threat("T19")]


@pytest.fixture
def lone(tmp_path):
    """Dora began alone: an organisation of her own, with a case of three answers."""
    founder = Founder("Dora alone", "D-01", "case_manager", WORDS, FLOOR)
    laptop = Laptop(found_vault(shell_at(tmp_path / "dora"), founder))
    case, record = laptop.open_case(), new_record()
    laptop.save(case, record, PLACE, "port")
    laptop.save(case, record, SALUTATION, "Ms")
    yield laptop, case, record
    laptop.close()


@pytest.fixture
def office(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


@pytest.fixture
def boris(tmp_path):
    with copy_of(made_once()[1], tmp_path / "boris") as laptop:
        yield laptop


def carried(tmp_path):
    folder = tmp_path / "carried"
    folder.mkdir(exist_ok=True)
    return str(folder)


def asked_and_approved(lone, office, tmp_path, badge="D-01", role="case_manager"):
    folder = carried(tmp_path)
    asked = ask_with_cases(lone.vault.session.safe, badge, "harbour laptop", folder)
    said = " ".join(asked.compared.digits)
    return approve(office.vault.session, asked.file, folder, said, role)


def taken_in(lone, office, tmp_path, **wish) -> Laptop:
    """Request, approval and welcome; the laptop as it opens afterwards."""
    approved = asked_and_approved(lone, office, tmp_path, **wish)
    lone.close()
    shell = lone.vault.session.safe.shell
    with closing(open_safe(shell, WORDS)) as safe:
        join(safe, approved.file, " ".join(approved.compared.words))
    return Laptop(open_vault(shell, WORDS))


def test_lone_vault_merges_with_all_cases(lone, office, boris, tmp_path):
    dora, case, record = lone
    stick = tmp_path / "stick"

    joined = taken_in(dora, office, tmp_path)

    with joined:
        assert joined.vault.session.organisation == office.vault.session.organisation
        assert joined.values(case, record, PLACE) == ["port"]
        joined.save(case, record, SALUTATION, "Dr")
        assert verify_vault(joined.vault).is_sound
        for laptop in (office, joined, office, boris, joined):
            report = laptop.sync(stick)
            assert report.skipped == ()
            assert report.alarms == ()
        for laptop in (office, boris):
            assert laptop.values(case, record, PLACE) == ["port"]
            assert laptop.values(case, record, SALUTATION) == ["Dr"]
        assert sync_status(boris.vault.session).quarantined == 0
        boris.save(case, record, PLACE, "airport")
        for laptop in (boris, joined, office):
            laptop.sync(stick)
        assert joined.values(case, record, PLACE) == ["airport"]
        assert joined.digest == boris.digest == office.digest


def test_a_new_case_of_the_laptop_is_one_of_the_organisation(lone, office, boris, tmp_path):
    dora, _, _ = lone
    stick, record = tmp_path / "stick", new_record()
    with taken_in(dora, office, tmp_path) as joined:
        case = joined.open_case()
        joined.save(case, record, PLACE, "shelter")
        for laptop in (joined, office, boris, joined, boris):
            laptop.sync(stick)

        assert boris.values(case, record, PLACE) == ["shelter"]


def test_until_the_welcome_the_vault_works_as_before(lone, office, tmp_path):
    dora, case, record = lone
    before = dora.vault.session.organisation
    asked_and_approved(dora, office, tmp_path)

    dora.save(case, record, PLACE, "shelter")

    assert dora.vault.session.organisation == before
    assert dora.values(case, record, PLACE) == ["shelter"]


def test_the_order_in_which_others_hear_of_it_makes_no_difference(lone, office, boris, tmp_path):
    """Boris gets the acts of the case on a stick before he hears that its vault was taken in."""
    dora, case, record = lone
    first, second = tmp_path / "first", tmp_path / "second"
    with taken_in(dora, office, tmp_path) as joined:
        joined.sync(first)
        boris.sync(first)
        office.sync(second)
        boris.sync(second)
        for laptop in (joined, boris, joined, boris):
            laptop.sync(first)

        assert boris.values(case, record, PLACE) == ["port"]
        assert boris.digest == joined.digest


def test_the_directory_comes_along_and_colleagues_get_it(lone, office, boris, tmp_path):
    dora, _, _ = lone
    stick = tmp_path / "stick"
    (made,) = dora.vault.handle(AddDirectoryEntry(kind="clinic", name="Harbour clinic"))
    with taken_in(dora, office, tmp_path) as joined:
        for laptop in (joined, office, boris, joined, boris):
            laptop.sync(stick)

        for laptop in (joined, boris):
            (row,) = laptop.vault.reader.directory("clinic")
            assert (row.entry, row.name) == (made.entry.hex(), "Harbour clinic")


def test_what_its_organisation_decided_after_it_asked_needs_a_new_request(lone, office, tmp_path):
    dora, case, record = lone
    approved = asked_and_approved(dora, office, tmp_path)
    be_officer_too(dora)

    with pytest.raises(Refused) as caught:
        join(dora.vault.session.safe, approved.file, " ".join(approved.compared.words))

    assert caught.value.code == "policy.merge_changed"
    assert dora.values(case, record, PLACE) == ["port"]


@pytest.mark.promise("P14")
def test_an_order_to_erase_that_would_be_none_there_keeps_the_vault_alone(lone, office, tmp_path):
    """An officer for data protection who comes without that role: what was erased could return."""
    dora, case, _ = lone
    shell = dora.vault.session.safe.shell
    be_officer_too(dora)
    dora.close()
    with Laptop(open_vault(shell, WORDS)) as officer:
        order = EraseOrder(
            "asked for", "D-01", fields=frozenset({PLACE}), re_assert=frozenset({EVERYTHING})
        )
        erase(officer.vault, case, order)

        with pytest.raises(Refused) as caught:
            taken_in(officer, office, tmp_path)

    assert caught.value.code == "policy.merge_role"


def be_officer_too(laptop):
    """Certify the one person of a lone vault as officer for data protection as well."""
    session = laptop.vault.session
    powers, scope = session.roster.powers, session.organisation
    (user,) = powers.organisation.users.values()
    roles = replace(user, roles=user.roles | {"dpo"})
    place = ActPlace(scope, scope, powers.heads(scope), session.context.clock.now_ms())
    (made,) = act_chain(session.safe.signer, place, (roles,))
    session.work.run(lambda unit: unit.trust.add_act(made.act.act, scope, made.signed))


def test_a_badge_that_somebody_has_is_not_given_twice(lone, office, tmp_path):
    dora, case, record = lone

    with pytest.raises(Refused) as caught:
        asked_and_approved(dora, office, tmp_path, badge="P-01")

    assert caught.value.code == "policy.badge_taken"
    dora.save(case, record, PLACE, "shelter")


def test_whoever_leads_cases_needs_a_role_that_opens_cases(lone, office, tmp_path):
    dora, case, record = lone

    with pytest.raises(Refused) as caught:
        taken_in(dora, office, tmp_path, role="dpo")

    assert caught.value.code == "policy.merge_role"
    with Laptop(open_vault(dora.vault.session.safe.shell, WORDS)) as still:
        assert still.values(case, record, PLACE) == ["port"]


def test_a_welcome_that_was_not_read_out_right_ends_nothing(lone, office, tmp_path):
    dora, case, record = lone
    approved = asked_and_approved(dora, office, tmp_path)

    with pytest.raises(HostileInput):
        join(dora.vault.session.safe, approved.file, "amber " * 12)

    dora.save(case, record, PLACE, "shelter")


def test_a_vault_of_two_laptops_does_not_come_by_this_way(tmp_path, office):
    with pytest.raises(Refused) as caught:
        ask_with_cases(office.vault.session.safe, "P-09", "laptop", carried(tmp_path))

    assert caught.value.code == "trust.joined"


def test_a_vault_without_an_organisation_has_no_cases_to_bring(tmp_path):
    safe = create_safe(shell_at(tmp_path / "new"), PASSPHRASE, FLOOR)
    try:
        with pytest.raises(Refused) as caught:
            ask_with_cases(safe, "P-09", "laptop", carried(tmp_path))
    finally:
        safe.close()

    assert caught.value.code == "trust.not_joined"
