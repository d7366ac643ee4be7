"""The consent registers of all files of a person as one list: each row with its file.

This module decides which rows are shown beside those of a file, and says how far each reaches. It
must not decide what may leave: `domain.consent_of_files` does, and says the same.

Source: docs/adr/0045.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nrm_desktop.app.consent_register import register_from_cells
from nrm_desktop.app.ends import passed_events
from nrm_desktop.app.person_files import OtherFile, PersonFiles
from nrm_desktop.app.queries import ConsentRow
from nrm_desktop.domain.consent import ConsentRecord
from nrm_desktop.domain.consent_of_files import Acts, Registers, acts_of, heard_elsewhere, unread
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.storage.lens import Lens
from nrm_desktop.storage.register_views import (
    SUPERSEDED,
    consent_rows,
    records_of,
    register_cells,
)


def consents_of_person(
    lens: Lens, own: OtherFile, files: PersonFiles, today: str
) -> list[ConsentRow]:
    """Every row of every file that can be read here, oldest first.

    Shape: `own` is the file that is asked about, under an empty code; `today` an ISO date.
    """
    if not files.standing.others:
        return _rows(lens, own, today)
    found = [
        row for file in (own, *files.here) for row in _of_file(lens, (file, own), files, today)
    ]
    return sorted(found, key=lambda row: (row.at_ms, row.file, row.consent_id))


def _of_file(
    lens: Lens, asked: tuple[OtherFile, OtherFile], files: PersonFiles, today: str
) -> Iterator[ConsentRow]:
    """The rows of one file as they act. Shape: `asked` is that file, and the one on the page."""
    file, own = asked
    heard = [
        row
        for other in (own, *files.here)
        if other is not file
        for row in heard_elsewhere(_register(other), passed_events(other.cells, today))
    ]
    registers = Registers(tuple(_register(file)), (*heard, *map(unread, files.unread)))
    reach = acts_of(registers, today, passed_events(file.cells, today))
    for row in _rows(lens, file, today):
        acts = reach.get(RecordId(bytes.fromhex(row.consent_id)), Acts.ALL_FILES)
        state = SUPERSEDED if acts is Acts.NOTHING else row.state
        yield replace(row, state=state, file=file.code, acts=acts.value)


def _rows(lens: Lens, file: OtherFile, today: str) -> list[ConsentRow]:
    cells = register_cells(file.cells)
    return consent_rows(records_of(cells, lens), today, file.closed)


def _register(file: OtherFile) -> list[ConsentRecord]:
    return register_from_cells(file.cells, file.closed)
