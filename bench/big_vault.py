"""Makes large vaults of invented people by the program's own handlers: real, signed commits.

Run as a program: `python -m bench.big_vault CASES`. A vault is made once and kept outside the
repository (`NRM_BENCH_CACHE`, else the temporary folder), by number of cases and version of
this script; whoever measures works on a copy, which the program brings to its schema.

Each case is opened and gets 30 answers in three saves, over six compartments, as an interview page
by page would; what differs between cases are names, dates, free words, and a few choices. Many
cases share a transaction, which is the only thing that is not as in the field.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from nrm_desktop.app.answering import read_answer
from nrm_desktop.app.commands import CellAnswer, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.handlers.answers import save_answers
from nrm_desktop.app.handlers.cases import open_case
from nrm_desktop.app.ports import UnitOfWork
from nrm_desktop.bootstrap.headless import (
    Founder,
    OpenVault,
    case_keys,
    found_vault,
    open_vault,
)
from nrm_desktop.bootstrap.shell import Shell, build_shell
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.values import NOT_ASKED, Answer
from nrm_desktop.security.identity.case_keys import CaseKeys
from nrm_desktop.security.vault.cost import FLOOR

VERSION = 2
PASSPHRASE = "four small birds over there"
ROOMY = ("PRAGMA cache_size=-1000000", "PRAGMA wal_autocheckpoint=50000")
"""Only for the making: rows of random ids would be read and encrypted over and over."""
CASES_PER_TRANSACTION = 100
CASES_PER_SESSION = 5_000
"""A session keeps the acts of its cases in memory; a new one begins with none."""


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = words(
    "Olena Andrii Mariia Ivan Oksana Petro Nadia Taras Halyna Bohdan Amina Yusuf Fatima Omar "
    "Leila Hassan Samira Karim Nour Tariq Linh Minh Huong Tuan Thao Blessing Emeka Ngozi Chidi "
    "Amara Tunde Elena Mihai Ioana Andrei Cristina Vasile Rosa Carlos Lucia Mateo Ana Diego "
    "Олена Андрій Марія Іван Оксана Петро Надія Тарас Галина Богдан أمينة يوسف فاطمة عمر ليلى "
    "حسن سميرة كريم نور طارق"
)
STEMS = words(
    "Kova Shev Bond Tka Mel Kra Lys Pet Had Sal Rah Kha Nas Man Ngu Tra Pha Hoa Oka Ade Eze Bal "
    "Pop Ion Dum Rus Gar Lop San Mor"
)
ENDINGS = words(
    "lenko chuk enko ych ova iuk ski ić eanu escu oglu zade ani awi adi yen nh ong for ola ike "
    "ez ina ares"
)
WORDS = words(
    "the work began in spring and the pay was less than promised she kept a small book with "
    "every hour and the address of the shop where a neighbour bought bread on market days he "
    "wants his papers back and a place to sleep near the station where his sister can visit "
    "until the train leaves for the coast nobody said what the debt was for or when it ends"
)

PAGES = (
    {
        "screening.started_at": "2026-05-04T10:15",
        "screening.place_type": "shelter",
        "screening.seen_alone": "yes",
        "screening.language": "uk",
        "screening.interpreter_used": "no",
        "screening.private_room": "yes",
        "screening.able_to_talk": "yes",
        "screening.understood": "yes",
        "screening.consent_talk": "yes",
        "screening.consent_record": "yes",
    },
    {
        "screening.danger_now": "no",
        "screening.medical_now": "no",
        "screening.threat_retraffick": "yes",
        "screening.dependants_here": "no",
        "screening.dependants_elsewhere": "yes",
        "screening.controller_near": "no",
        "screening.given_name": "",
        "screening.family_name": "",
        "screening.birth_date": "",
        "screening.age_status": "stated",
        "screening.age_band": "25+",
    },
    {
        "screening.gender": "woman",
        "screening.documents": "held_by_another",
        "screening.children_count": "1",
        "screening.own_reference": "",
        "screening.restrictions": "",
        "screening.still_in": "no",
        "screening.how_left": "",
        "screening.last_contact": "week",
        "screening.why_now": "",
    },
)
FREE = {"screening.restrictions": 12, "screening.how_left": 30, "screening.why_now": 20}
"""Fields of free words, and how many words."""


@dataclass(frozen=True)
class Made:
    """A vault that lies in the cache. Units: seconds; 0 if it was there already."""

    folder: Path
    seconds: float


def cached(cases: int) -> Made:
    """Make the vault, unless the cache holds it."""
    folder = _cache() / f"vault-{cases}-{VERSION}"
    if folder.is_dir():
        bring_up_to_date(folder)
        return Made(folder, 0)
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    start = time.perf_counter()
    make(part, cases)
    bring_up_to_date(part)
    part.rename(folder)
    return Made(folder, time.perf_counter() - start)


def bring_up_to_date(folder: Path) -> None:
    """Let migrations run and the index be filled, as in the background after an update."""
    vault = open_vault(shell_of(folder), PASSPHRASE)
    try:
        vault.search_ready.result()
    finally:
        vault.close()
    shutil.rmtree(folder / "backup", ignore_errors=True)


def copy_of(cases: int, folder: Path) -> Path:
    """Give a copy to work on."""
    return Path(shutil.copytree(cached(cases).folder, folder / f"vault-{cases}"))


def shell_of(folder: Path) -> Shell:
    """The shell of a vault of this script; its anchor lies in the same folder."""
    return build_shell(folder, anchors=folder / "anchors")


def make(folder: Path, cases: int) -> None:
    """Fill a new vault folder."""
    shell = shell_of(folder)
    found_vault(shell, Founder("Bench", "P-01", "case_manager", PASSPHRASE, FLOOR)).close()
    chance = random.Random(cases)  # noqa: S311 - invented people, the same in every run
    done = 0
    while done < cases:
        count = min(CASES_PER_SESSION, cases - done)
        vault = open_vault(shell, PASSPHRASE)
        try:
            _fill(vault, chance, count)
        finally:
            vault.close()
        done += count
        print(f"{done} cases of {cases}", file=sys.stderr, flush=True)


def _fill(vault: OpenVault, chance: random.Random, cases: int) -> None:
    maker = CaseMaker(vault, chance)
    for setting in ROOMY:
        vault.database.write(lambda db, sql=setting: db.execute(sql).fetchall()).result()
    done = 0
    while done < cases:
        count = min(CASES_PER_TRANSACTION, cases - done)
        vault.work.run(lambda unit, count=count: [maker.make(unit) for _ in range(count)])
        done += count


class CaseMaker:
    """Opens cases and answers them, inside somebody's transaction."""

    def __init__(self, vault: OpenVault, chance: random.Random) -> None:
        self._context = vault.context
        self._keys: CaseKeys = case_keys(vault.session)
        self._chance = chance
        self._fixed = [
            {FieldId(name): self._answer(name, text) for name, text in page.items() if text}
            for page in PAGES
        ]

    def make(self, unit: UnitOfWork) -> None:
        """One case with 30 answers."""
        [opened] = open_case(OpenCase(child=NOT_ASKED), unit, self._context, self._keys)
        record = RecordId(self._context.random(16))
        for number, page in enumerate(PAGES):
            answers = self._fixed[number] | {
                FieldId(name): self._answer(name, self._words(name))
                for name in page
                if not page[name]
            }
            cells = tuple(CellAnswer(record, name, answer) for name, answer in answers.items())
            opens = (NewRecord(record, "screening"),) if not number else ()
            command = SaveAnswers(scope=opened.scope, answers=cells, opens=opens)
            save_answers(command, unit, self._context)

    def _answer(self, name: str, text: str) -> Answer:
        forms = self._context.forms
        return read_answer(forms, forms.field(name), text)

    def _words(self, name: str) -> str:
        chance = self._chance
        match name:
            case "screening.given_name":
                return chance.choice(GIVEN)
            case "screening.family_name":
                return chance.choice(STEMS) + chance.choice(ENDINGS)
            case "screening.birth_date":
                return f"{chance.randint(1960, 2004)}-{chance.randint(1, 12):02}"
            case "screening.own_reference":
                return f"B-{chance.randint(0, 999_999):06}"
        return " ".join(chance.choices(WORDS, k=FREE[name]))


def _cache() -> Path:
    return Path(os.environ.get("NRM_BENCH_CACHE") or Path(tempfile.gettempdir()) / "nrm-bench")


def main(cases: str) -> None:
    made = cached(int(cases))
    size = (made.folder / "vault.db").stat().st_size / 1e6
    print(f"{made.folder}: {size:.0f} MB, {made.seconds:.0f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
