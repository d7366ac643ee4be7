"""A child program that saves through the program's own path until it is killed or told to stop.

It unlocks a vault, keeps drafts, saves answers and opens cases, and says after each what was
acknowledged, with one write to standard output. Run: `python -m tests.faults.saving_child FOLDER
[--saves N] [--file-bytes N] [--memory-mb N] [--wal-pages N] [--engine NAME]`: so many saves only;
files and memory limited to so much; checkpoints every so many pages; engine settings of this name.

`WEAK` holds settings that are known to lose data. They are put in place of the program's own in
this child alone, so that the same harness can show that it sees losses: the program has no switch
for them.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from nrm_desktop.app.commands import CellAnswer, KeepDraft, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.ports import Draft, DraftKey
from nrm_desktop.bootstrap.headless import OpenVault, open_vault
from nrm_desktop.bootstrap.shell import Shell, build_shell
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.values import NOT_ASKED, answered
from nrm_desktop.storage import engine

PASSPHRASE = "four small birds over there"
REFERENCE = FieldId("screening.own_reference")
FORM = "screening"
CASE_EVERY = 7
WAL_PAGES = 50
"""Few, so that kills hit checkpoints too."""
WEAK: dict[str, Mapping[str, str | int]] = {
    "strong": {},
    "normal": {"PRAGMA synchronous": 1},
    "delete": {"PRAGMA journal_mode": "delete"},
    "off": {"PRAGMA synchronous": 0},
    "remains": {"PRAGMA secure_delete": 0},
}
"""By name: what is read back from the engine instead of what the program demands."""


def main(arguments: list[str]) -> int:
    wish = _parser().parse_args(arguments)
    weaken(wish.engine)
    if wish.memory_mb:
        most = wish.memory_mb * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    vault = open_vault(shell_in(Path(wish.folder)), PASSPHRASE)
    small = f"PRAGMA wal_autocheckpoint={wish.wal_pages}"
    vault.database.write(lambda connection: connection.execute(small).fetchall()).result()
    if wish.file_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (wish.file_bytes, wish.file_bytes))
    try:
        _save(vault, wish.saves)
    except NrmError as error:
        say(f"FAULT {error.code}")
    vault.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--saves", type=int, default=1_000_000)
    parser.add_argument("--file-bytes", type=int, default=0)
    parser.add_argument("--memory-mb", type=int, default=0)
    parser.add_argument("--wal-pages", type=int, default=WAL_PAGES)
    parser.add_argument("--engine", choices=sorted(WEAK), default="strong")
    return parser


def weaken(name: str) -> None:
    """Put settings that are known to be bad in place of the engine's own, in this process."""
    engine._SETTINGS = weak_settings(name)


def weak_settings(name: str) -> tuple:
    """The engine's settings with those that are known to be bad."""
    changed = WEAK[name]
    return tuple(
        replace(each, set=f"{each.read}={changed[each.read]}", wanted=changed[each.read])
        if each.read in changed
        else each
        for each in engine._SETTINGS
    )


def _save(vault: OpenVault, saves: int) -> None:
    scope = newest_case(vault)
    first = highest(vault) + 1
    for number in range(first, first + saves):
        if scope is None or number % CASE_EVERY == 0:
            scope = vault.handle(OpenCase(child=NOT_ASKED))[0].scope
            say("CASE")
        record = RecordId(vault.context.random(16))
        key = DraftKey(vault.context.user, scope, record)
        words = ((REFERENCE, 0, str(number), 0),)
        vault.handle(KeepDraft(draft=Draft(key, FORM, words, number)))
        say(f"DRAFT {number}")
        answer = CellAnswer(record, REFERENCE, answered(str(number)))
        new = NewRecord(record, FORM)
        vault.handle(SaveAnswers(scope=scope, answers=(answer,), opens=(new,), draft=key))
        say(f"ACK {number}")


def shell_in(folder: Path) -> Shell:
    """A shell whose anchors lie beside the vault folder and nowhere else."""
    return build_shell(folder / "vault", anchors=folder / "anchors")


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def saved_numbers(vault: OpenVault) -> list[int]:
    """Every number that stands in an answer, of all cases."""

    def read(unit):
        return [
            int(each.answer.value)
            for scope in _scopes(vault)
            for cell in unit.cells(scope, FORM)
            for each in cell.standing
        ]

    return sorted(vault.work.run(read))


def drafted_numbers(vault: OpenVault) -> set[int]:
    """Every number that is kept as a draft."""
    drafts = vault.reader.drafts(vault.context.user)
    return {int(text) for draft in drafts for _, _, text, _ in draft.fields}


def highest(vault: OpenVault) -> int:
    """The last number of the runs before, which a new run never uses again."""
    return max(*saved_numbers(vault), *drafted_numbers(vault), 0, 0)


def newest_case(vault: OpenVault) -> ScopeId | None:
    scopes = _scopes(vault)
    return scopes[0] if scopes else None


def _scopes(vault: OpenVault) -> list[ScopeId]:
    query = "SELECT scope FROM scope_line WHERE code IS NOT NULL ORDER BY changed DESC"
    return vault.database.read(lambda db: [ScopeId(row[0]) for row in db.execute(query)]).result()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
