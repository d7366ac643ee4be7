"""A pack that was taken in is verified at every unlocking; where it fails, the program's is used.

Nobody is kept out of a vault by a pack, and nobody works with forms that were not verified.
"""

import shutil
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.signed_packs import (
    PACKS,
    ROUTE,
    again,
    base,
    bulgaria,
    fields,
    row_of,
    sealed,
    three_copies,
    under_program,
    with_version,
)

from nrm_desktop.app.packs_in_use import NOT_USED, PackState
from nrm_desktop.bootstrap.active_packs import active_packs
from nrm_desktop.bootstrap.country_packs import NAME, countries_of
from nrm_desktop.bootstrap.travelling_packs import take_pack
from nrm_desktop.domain.errors import EnvironmentFault, IntegrityFault
from nrm_desktop.storage.taken_packs import keep_pack, kept_packs
from nrm_desktop.storage.uow import transaction

pytestmark = [pytest.mark.threat("T9"), pytest.mark.threat("T12")]
CONDITIONS = "return.bg_conditions"
"""A field of the pack for Bulgaria in every version."""


@pytest.fixture
def ana(tmp_path):
    with three_copies(tmp_path / "laptops") as laptops:
        yield laptops[0]


@pytest.fixture
def program(tmp_path) -> Path:
    """The packs of another program, to be changed."""
    return Path(shutil.copytree(PACKS, tmp_path / "program/packs"))


def take(laptop, folder: Path, name: str) -> Path:
    path = sealed(laptop, folder, name)
    take_pack(laptop.vault.session, str(path))
    return path


def change_kept(laptop, change) -> None:
    """Write other bytes into the table, as nobody without the key of the vault could."""

    def run(connection):
        with transaction(connection):
            for one in kept_packs(connection):
                keep_pack(connection, replace(one, signed=change(one.signed)))

    laptop.vault.database.write(run).result()


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:200] + bytes((raw[200] ^ 1,)) + raw[201:],
        lambda raw: raw[:-1],
        lambda raw: raw[:-1] + bytes((raw[-1] ^ 1,)),
        lambda _: b"",
        lambda _: b"nothing of ours",
    ],
)
def test_a_kept_pack_that_no_longer_verifies_gives_way_to_that_of_the_program(
    ana, tmp_path, change
):
    take(ana, bulgaria(tmp_path / "bg"), "bg")
    under_program(ana, PACKS, ("bg",))
    assert ROUTE in fields(ana)
    change_kept(ana, change)

    again(ana)

    assert ROUTE not in fields(ana)
    assert CONDITIONS in fields(ana), "the one that came with the program"
    assert NOT_USED in ana.vault.findings
    message, remedy = ana.vault.session.safe.shell.errors.explain(EnvironmentFault(NOT_USED))
    assert "not used" in message
    assert "pack list" in remedy
    states = [(row.version, row.state) for row in ana.vault.session.packs.rows if row.pack == "bg"]
    assert sorted(states) == [("", PackState.REFUSED), ("0.1.0", PackState.IN_USE)]


def test_the_right_file_puts_right_what_was_damaged(ana, tmp_path):
    path = take(ana, bulgaria(tmp_path / "bg"), "bg")
    change_kept(ana, lambda raw: raw[:-1])
    again(ana)
    assert NOT_USED in ana.vault.findings

    assert take_pack(ana.vault.session, str(path)).is_new
    again(ana)

    assert ROUTE in fields(ana)
    assert NOT_USED not in ana.vault.findings


def test_a_program_that_brings_as_new_a_pack_uses_its_own_and_is_silent(ana, tmp_path, program):
    take(ana, bulgaria(tmp_path / "bg"), "bg")
    with_version(program / "bg", "0.2.0")

    under_program(ana, program, ("bg",))

    assert ROUTE not in fields(ana)
    assert row_of(ana.vault.session, "bg").state is PackState.SUPERSEDED
    assert NOT_USED not in ana.vault.findings


def test_a_pack_that_does_not_pass_the_checks_of_a_newer_program_is_not_used(
    ana, tmp_path, program
):
    """The newer base has a question of the same id: the pack would use it for something else."""
    take(ana, bulgaria(tmp_path / "bg"), "bg")
    text = (program / "base/forms/screening.toml").read_text("utf-8")
    block = f'\n[[field]]\nid = "{ROUTE}"\nsection = "setting"\ntype = "yesno"\n'
    (program / "base/forms/screening.toml").write_text(text + block, "utf-8")
    with (program / "base/texts/en.toml").open("a", encoding="utf-8") as file:
        file.write('\n[screening.bg_route]\nlabel = "Way"\nwhy = "It helps."\n')

    under_program(ana, program, ("bg",))

    assert NOT_USED in ana.vault.findings
    row = row_of(ana.vault.session, "bg")
    assert (row.state, row.code) == (PackState.REFUSED, "integrity.pack")
    assert ana.vault.forms.field(ROUTE).pack == "base"
    assert CONDITIONS in fields(ana)


def test_a_newer_base_without_a_question_of_a_newer_program_is_not_used(ana, tmp_path, program):
    """The program names its questions; a base that was signed before must not take one away."""
    take(ana, base(tmp_path / "base", "0.9"), "base")
    again(ana)
    assert "screening.way_home" in fields(ana)
    text = (program / "base/forms/screening.toml").read_text("utf-8")
    block = '\n[[field]]\nid = "screening.later"\nsection = "setting"\ntype = "yesno"\n'
    (program / "base/forms/screening.toml").write_text(text + block, "utf-8")
    with (program / "base/texts/en.toml").open("a", encoding="utf-8") as file:
        file.write('\n[screening.later]\nlabel = "Later"\nwhy = "It helps."\n')

    under_program(ana, program)

    assert "screening.later" in fields(ana)
    assert "screening.way_home" not in fields(ana)
    assert NOT_USED in ana.vault.findings


def test_of_two_packs_that_do_not_fit_together_one_is_used(ana, tmp_path):
    take(ana, bulgaria(tmp_path / "bg"), "bg")
    folder = base(tmp_path / "base")
    block = f'\n[[field]]\nid = "{ROUTE}"\nsection = "setting"\ntype = "yesno"\n'
    with (folder / "forms/screening.toml").open("a", encoding="utf-8") as file:
        file.write(block)
    with (folder / "texts/en.toml").open("a", encoding="utf-8") as file:
        file.write('\n[screening.bg_route]\nlabel = "Way"\nwhy = "It helps."\n')
    take(ana, folder, "base")  # both were taken in before either was in use

    again(ana)

    assert ana.vault.forms.field(ROUTE).pack == "base"
    assert row_of(ana.vault.session, "base").state is PackState.IN_USE
    assert row_of(ana.vault.session, "bg").state is PackState.REFUSED
    assert NOT_USED in ana.vault.findings


class DamagedDatabase:
    """A database whose pages with packs cannot be read any more."""

    def read(self, _job) -> Future:
        broken: Future = Future()
        broken.set_exception(IntegrityFault("integrity.database"))
        return broken


def test_damage_under_the_packs_keeps_nobody_out(ana):
    session = ana.vault.session
    found = active_packs(replace(session.safe, database=DamagedDatabase()), session.roster)

    assert found.forms is session.safe.shell.forms
    assert found.findings == (NOT_USED,)


def test_while_locked_the_forms_are_those_of_the_program(ana, tmp_path):
    take(ana, base(tmp_path / "base"), "base")
    again(ana)

    assert ana.vault.session.safe.shell.forms.find_field("screening.way_home") is None
    assert ana.vault.forms.fingerprint != ana.vault.session.safe.shell.forms.fingerprint


@pytest.mark.fault
def test_a_folder_that_takes_no_choice_loses_nothing_and_the_next_try_ends_it(ana, tmp_path):
    folder = ana.vault.session.safe.shell.folder
    (folder / NAME).mkdir()
    path = sealed(ana, bulgaria(tmp_path / "bg"))
    with pytest.raises(EnvironmentFault):
        take_pack(ana.vault.session, str(path))
    again(ana)
    assert row_of(ana.vault.session, "bg").state is PackState.NOT_CHOSEN
    (folder / NAME).rmdir()

    take_pack(ana.vault.session, str(path))
    again(ana)

    assert countries_of(folder) == ("bg",)
    assert ROUTE in fields(ana)
