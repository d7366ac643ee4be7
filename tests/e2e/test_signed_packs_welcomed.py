"""A laptop that joins by a welcome begins with the forms of its organisation, as an invited one."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, Laptop, shell_at
from tests.e2e.signed_packs import (
    ROUTE,
    again,
    base,
    bulgaria,
    fields,
    files_of,
    kept,
    row_of,
    sealed,
    signed,
    take,
    three_copies,
)

from nrm_desktop.app.packs_in_use import PackState
from nrm_desktop.app.wire.limits import MIB
from nrm_desktop.app.wire.tagged import FileTag, decode_tagged
from nrm_desktop.bootstrap import joining
from nrm_desktop.bootstrap.brought_forms import room_beside
from nrm_desktop.bootstrap.changed_forms import forms_lines
from nrm_desktop.bootstrap.country_packs import choose_countries, countries_of
from nrm_desktop.bootstrap.headless import Founder, enter, found_vault
from nrm_desktop.bootstrap.joining import approve, ask_to_join, ask_with_cases, join
from nrm_desktop.bootstrap.safe import create_safe
from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.taken_packs import KeptPack, keep_pack
from nrm_desktop.storage.uow import transaction

pytestmark = [pytest.mark.threat("T12"), pytest.mark.threat("T19")]
DAN = "P-09"


@pytest.fixture
def ana(tmp_path):
    with three_copies(tmp_path / "laptops") as laptops:
        yield laptops[0]


def new_safe(tmp_path):
    return create_safe(shell_at(tmp_path / "dan"), PASSPHRASE, FLOOR)


def welcomed(ana, safe, tmp_path, ask=ask_to_join):
    """What became of a request of Dan that Ana has approved."""
    carried = tmp_path / "carried"
    carried.mkdir()
    asked = ask(safe, DAN, "field laptop", str(carried))
    said = " ".join(asked.compared.digits)
    made = approve(ana.vault.session, asked.file, str(carried), said, "case_manager")
    return join(safe, made.file, " ".join(made.compared.words))


@contextmanager
def at_work(safe):
    vault = enter(safe)
    yield Laptop(vault)
    vault.close()


def test_a_welcome_brings_the_newer_base_and_the_country_before_the_first_form_is_opened(
    ana, tmp_path
):
    take(ana, sealed(ana, base(tmp_path / "base"), "base"))
    take(ana, sealed(ana, bulgaria(tmp_path / "bg"), "bg"))
    safe = new_safe(tmp_path)

    done = welcomed(ana, safe, tmp_path)

    assert done.forms.packs == ("base", "bg")
    assert done.forms.refused == ()
    with at_work(safe) as dan:
        assert {"screening.way_home", ROUTE} <= fields(dan), "no exchange came between"
        assert row_of(dan.vault.session, "base").state is PackState.IN_USE
        assert row_of(dan.vault.session, "bg").state is PackState.IN_USE
        assert [one.signed for one in kept(dan)] == [one.signed for one in kept(ana)]
        assert countries_of(safe.shell.folder) == ("bg",)
        assert forms_lines(dan.vault.session) == [], "nothing changed for somebody who begins"


def test_where_no_pack_was_taken_in_a_welcomed_laptop_begins_with_those_of_the_program(
    ana, tmp_path
):
    safe = new_safe(tmp_path)

    done = welcomed(ana, safe, tmp_path)

    assert done.forms.packs == ()
    with at_work(safe) as dan:
        assert kept(dan) == ()
        assert dan.vault.forms.fingerprint == ana.vault.forms.fingerprint


def test_a_country_that_the_approving_laptop_does_not_work_with_is_not_brought(ana, tmp_path):
    take(ana, sealed(ana, bulgaria(tmp_path / "bg")))
    choose_countries(ana.vault.session.safe.shell.folder, ())
    again(ana)
    safe = new_safe(tmp_path)

    assert welcomed(ana, safe, tmp_path).forms.packs == ()
    safe.close()


def test_what_does_not_verify_where_it_is_kept_is_not_put_into_a_welcome(ana, tmp_path):
    path = signed(ana, tmp_path / "x.nrmf", files=files_of(bulgaria(tmp_path / "bg")))
    damaged = path.read_bytes()[:-1] + b"\0"

    def keep(connection) -> None:
        with transaction(connection):
            keep_pack(connection, KeptPack("bg", damaged, 1, ana.vault.context.user))

    ana.vault.database.write(keep).result()
    safe = new_safe(tmp_path)

    assert welcomed(ana, safe, tmp_path).forms.packs == ()
    safe.close()


def test_a_choice_of_countries_on_the_new_laptop_stands_beside_a_pack_that_a_welcome_brings(
    ana, tmp_path
):
    take(ana, sealed(ana, bulgaria(tmp_path / "bg"), "bg"))
    safe = new_safe(tmp_path)
    choose_countries(safe.shell.folder, ("ua",))

    done = welcomed(ana, safe, tmp_path)

    assert done.forms.packs == ("bg",)
    assert countries_of(safe.shell.folder) == ("ua",), "somebody chose it: pack use adds another"
    safe.close()


def test_a_lone_vault_that_comes_with_its_cases_begins_with_the_forms_of_the_organisation(
    ana, tmp_path
):
    take(ana, sealed(ana, bulgaria(tmp_path / "bg"), "bg"))
    founder = Founder("Alone", DAN, "case_manager", PASSPHRASE, FLOOR)
    lone = found_vault(shell_at(tmp_path / "dan"), founder)
    scope = Laptop(lone).open_case()
    safe = lone.session.safe

    done = welcomed(ana, safe, tmp_path, ask_with_cases)

    assert done.forms.packs == ("bg",)
    with at_work(safe) as dan:
        assert ROUTE in fields(dan)
        assert dan.vault.work.run(lambda uow: uow.code_of_scope(scope)), "the case came along"


@pytest.mark.threat("T14")
@pytest.mark.parametrize("spoiled", ["unsigned", "of_a_shelter_worker", "of_no_pack"])
def test_a_welcome_of_a_changed_program_brings_no_form_that_an_exchange_would_refuse(
    tmp_path, monkeypatch, spoiled
):
    with three_copies(tmp_path / "laptops") as (ana, _, cleo):
        files = files_of(bulgaria(tmp_path / "bg"))
        path = signed(
            ana,
            tmp_path / "x.nrmf",
            cleo.vault.session.safe.signer if spoiled == "of_a_shelter_worker" else None,
            files=files,
        )
        statement = decode_tagged(path.read_bytes(), FileTag.FORM_PACK)
        bodies = {
            "unsigned": replace(statement, signatures=()).encode,
            "of_a_shelter_worker": statement.encode,
            "of_no_pack": lambda: b"nothing",
        }
        safe = new_safe(tmp_path)
        # The approving program is a changed one: it encloses what it likes and signs the welcome.
        monkeypatch.setattr(joining, "forms_to_bring", lambda *_: (bodies[spoiled](),))

        done = welcomed(ana, safe, tmp_path)

        assert done.organisation == "Help", "nobody is kept from joining by it"
        assert len(done.forms.refused) == 1
        with at_work(safe) as dan:
            assert kept(dan) == ()
            assert countries_of(safe.shell.folder) == ()
            assert ROUTE not in fields(dan)


def test_wrong_words_of_the_organisation_keep_no_form_of_its_welcome(ana, tmp_path):
    take(ana, sealed(ana, bulgaria(tmp_path / "bg"), "bg"))
    safe = new_safe(tmp_path)
    carried = tmp_path / "carried"
    carried.mkdir()
    asked = ask_to_join(safe, DAN, "field laptop", str(carried))
    said = " ".join(asked.compared.digits)
    made = approve(ana.vault.session, asked.file, str(carried), said, "shelter")

    with pytest.raises(HostileInput):
        join(safe, made.file, "0000 " * 6)

    assert countries_of(safe.shell.folder) == ()
    safe.close()


@pytest.mark.parametrize(
    ("acts", "room"), [(0, 4), (8, 4), (9, 3), (12, 0), (13, 0)], ids=lambda number: f"{number} MiB"
)
def test_forms_never_keep_somebody_from_joining_a_large_organisation(acts, room):
    assert room_beside(acts * MIB) == room * MIB
