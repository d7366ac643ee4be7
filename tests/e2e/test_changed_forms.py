"""Whoever unlocks with other forms finds what is different, until it was looked at; nobody waits.

It is told whatever changed the forms: a file, an exchange, or a newer program.
"""

import shutil
from pathlib import Path

import pytest
from tests.e2e.signed_packs import (
    PACKS,
    again,
    base,
    bulgaria,
    sealed,
    take,
    three_copies,
    under_program,
    with_version,
)

from nrm_desktop.app.today import Source, What
from nrm_desktop.bootstrap.changed_forms import (
    changed_forms,
    changes_to_come,
    forms_lines,
    note_looked,
)
from nrm_desktop.domain.forms.comparison import Turn
from nrm_desktop.domain.ids import UserId
from nrm_desktop.storage.cells import set_setting
from nrm_desktop.storage.known_forms import keep_known, known_forms
from nrm_desktop.storage.uow import transaction

pytestmark = pytest.mark.threat("T12")
WAY_HOME = ("added", "screening.way_home")


@pytest.fixture
def three(tmp_path):
    with three_copies(tmp_path / "laptops") as laptops:
        yield laptops


def told(laptop) -> list[tuple[str, str]]:
    found = changed_forms(laptop.vault.session, "en")
    return [(one.turn.value, one.id) for one in found.changes]


def kept_outlines(laptop) -> int:
    query = "SELECT count(*) FROM setting WHERE name GLOB 'forms.outline.*'"
    database = laptop.vault.database
    return database.read(lambda found: found.execute(query).fetchone()[0]).result()


def test_who_meets_forms_for_the_first_time_is_told_of_no_change(three):
    ana, *_ = three
    again(ana)

    assert forms_lines(ana.vault.session) == []
    assert told(ana) == []
    assert changes_to_come(ana.vault.session, "en") == ()


def test_forms_that_came_by_the_exchange_are_a_line_of_today_until_somebody_looks(three, tmp_path):
    ana, boris, _ = three
    take(ana, sealed(ana, base(tmp_path / "base")))
    ana.sync(tmp_path / "stick")
    boris.sync(tmp_path / "stick")
    session = boris.vault.session
    coming = changes_to_come(session, "en")
    assert WAY_HOME in [(one.turn.value, one.id) for one in coming]
    assert forms_lines(session) == [], "nothing changes under somebody who works"

    again(boris)

    (line,) = forms_lines(boris.vault.session)
    assert (line.source, line.what) == (Source.FORMS, What.FORMS_CHANGED)
    assert line.since_ms is not None
    assert told(boris) == [("side", "base"), WAY_HOME]
    assert changes_to_come(boris.vault.session, "en") == ()
    again(boris)
    assert forms_lines(boris.vault.session) == [line], "it stays until somebody looks"
    note_looked(boris.vault.session)
    assert forms_lines(boris.vault.session) == []
    again(boris)
    assert told(boris) == [("side", "base"), WAY_HOME], "and can be looked at again"


def test_a_newer_program_with_other_forms_is_told_in_the_same_way(three, tmp_path):
    ana, *_ = three
    program = Path(shutil.copytree(PACKS, tmp_path / "program/packs"))
    shutil.rmtree(program / "base")
    base(program / "base", "0.3.0")

    under_program(ana, program)

    assert told(ana) == [("side", "base"), WAY_HOME]


def test_two_changes_before_anybody_looked_are_told_together(three, tmp_path):
    ana, *_ = three
    take(ana, sealed(ana, base(tmp_path / "base"), "base"))
    again(ana)
    take(ana, sealed(ana, bulgaria(tmp_path / "bg"), "bg"))
    again(ana)

    found = told(ana)
    assert WAY_HOME in found
    assert ("added", "screening.bg_route") in found
    assert kept_outlines(ana) == 2


def test_another_version_with_the_same_forms_is_told_as_nothing_else(three, tmp_path):
    ana, *_ = three
    folder = Path(shutil.copytree(PACKS / "base", tmp_path / "base"))
    take(ana, sealed(ana, with_version(folder, "0.2.0")))
    again(ana)

    (change,) = changed_forms(ana.vault.session, "en").changes
    assert (change.turn, change.id, change.after) == (Turn.SIDE, "base", ("0.2.0",))


def test_everybody_of_a_laptop_is_told_once_by_themselves(three, tmp_path):
    """Ana has looked; a colleague who last unlocked with the old forms has not."""
    ana, *_ = three
    session, colleague = ana.vault.session, UserId(b"colleague.......")
    mine = session.safe.database.read(lambda found: known_forms(found, session.context.user))
    before = mine.result()
    session.safe.database.write(lambda found: keep_known(found, colleague, before)).result()
    take(ana, sealed(ana, base(tmp_path / "base"), "base"))
    again(ana)
    note_looked(ana.vault.session)
    take(ana, sealed(ana, bulgaria(tmp_path / "bg"), "bg"))
    again(ana)
    note_looked(ana.vault.session)

    database = ana.vault.database
    assert database.read(lambda found: known_forms(found, colleague)).result() == before
    assert kept_outlines(ana) == 3, "what the colleague knows is kept for them"


@pytest.mark.fault
def test_where_the_old_forms_are_not_known_any_more_it_is_said_so(three, tmp_path):
    ana, *_ = three
    old = ana.vault.forms.fingerprint.hex()
    take(ana, sealed(ana, base(tmp_path / "base")))
    again(ana)

    def damage(connection) -> None:
        with transaction(connection):
            set_setting(connection, f"forms.outline.{old}", b"damaged")

    ana.vault.database.write(damage).result()

    assert changed_forms(ana.vault.session, "en").changes is None
    assert len(forms_lines(ana.vault.session)) == 1
