"""F5: a page that holds words of one case takes that case, and never those around it (P7).

The engine gives nothing more by a connection that met a damaged page, so that every case that was
asked for afterwards used to be called damaged too: found here. What a session says of its cases is
compared with checks that each have a connection of their own.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.faults.chance import seeded
from tests.faults.page_reader import PAGE, plain_database
from tests.faults.saving_child import FORM, PASSPHRASE, shell_in

from nrm_desktop.app.commands import CellAnswer, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.starting import is_signed
from nrm_desktop.domain.errors import IntegrityFault
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import NOT_ASKED, answered
from nrm_desktop.storage import engine
from nrm_desktop.storage.names import DATABASE
from nrm_desktop.storage.verify import scope_problems

PAGES = max(12, int(os.environ.get("NRM_FAULT_FLIPS", "25")) // 6)
CASES = 8
WHY = FieldId("screening.why_now")
pytestmark = [pytest.mark.fault, pytest.mark.promise("P7")]


@pytest.fixture
def scopes(folder):
    """Cases of more words than fit into two pages."""
    vault = open_vault(shell_in(folder), PASSPHRASE)
    made = []
    for number in range(CASES):
        made.append(vault.handle(OpenCase(child=NOT_ASKED))[0].scope)
        for _ in range(3):
            record = RecordId(vault.context.random(16))
            answer = CellAnswer(record, WHY, answered(f"{word_of(number)} " * 300))
            new = (NewRecord(record, FORM),)
            vault.handle(SaveAnswers(scope=made[-1], answers=(answer,), opens=new))
    vault.database.checkpoint()
    vault.close()
    return made


def word_of(number: int) -> str:
    return f"harbour{number}quay"


def pages_of_one_case(path: Path, key) -> list[int]:
    """Pages that hold words of one case and of no other."""
    plain = plain_database(path, key)
    found = []
    for page in range(1, len(plain) // PAGE):
        inside = plain[page * PAGE : (page + 1) * PAGE]
        words = [n for n in range(CASES) if word_of(n).encode() in inside]
        if len(words) == 1:
            found.append(page)
    return found


def test_what_a_session_calls_damaged_is_damaged_by_itself(folder, scopes, vault_key, figure):
    path = folder / "vault" / DATABASE
    sound = path.read_bytes()
    pages = pages_of_one_case(path, vault_key)
    tried = shown_beside = 0
    wrong = []
    for number in range(PAGES):
        chance = seeded(number)
        data = bytearray(sound)
        data[chance.choice(pages) * PAGE + chance.randrange(PAGE)] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        try:
            is_alarm, said, alone = damaged(folder, scopes, vault_key)
        except IntegrityFault:
            continue  # the whole file was refused at the start; `test_damage` looks at that
        tried += 1
        # Before the alarm a case is shown from its own rows: they are sound, or reading them fails.
        if said != alone if is_alarm else not said <= alone:
            wrong.append((number, is_alarm, sorted(said), sorted(alone)))
        shown_beside += 0 < len(said) < CASES

    figure("damage.cases", tried=tried, wrong=len(wrong), shown_beside=shown_beside)
    assert wrong == []
    assert shown_beside, "no page took one case and left another"


def damaged(folder: Path, scopes: list, key) -> tuple[bool, set, set]:
    """If there is an alarm, the cases that are refused, and those that do not verify alone."""
    vault = open_vault(shell_in(folder), PASSPHRASE)
    is_alarm = vault.condition.now.is_alarm
    try:
        said = {scope for scope in scopes if not _is_shown(vault, scope)}
        roster = vault.session.roster
    finally:
        vault.close()
    alone = set()
    for scope in scopes:
        connection = engine.open_untouched(folder / "vault" / DATABASE, key)
        if scope_problems(connection, scope, lambda commit: is_signed(roster, commit)):
            alone.add(scope)
        engine.close_database(connection)
    return is_alarm, said, alone


def _is_shown(vault, scope) -> bool:
    try:
        return vault.reader.case(scope, vault.sight) is not None
    except IntegrityFault:
        return False
