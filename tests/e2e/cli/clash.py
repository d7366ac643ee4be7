"""What two laptops released without knowing of each other, entered into one vault."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.cli.conftest import PASSPHRASE

from nrm_desktop.app.commands import NewRecord
from nrm_desktop.app.records import Saving
from nrm_desktop.app.releasing import FILE, FORM, read_ledger
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.shell import build_shell


def plant_twin(place: Path, sign: str) -> tuple[str, str]:
    """Enter the newest release once more with another smallest cell; give both hashes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        vault = open_vault(build_shell(place / "vault"), PASSPHRASE, sign)
        try:
            context = vault.context

            def plant(uow) -> tuple[str, str]:
                rows = read_ledger(uow, context).rows
                twin = rows[-1].data.replace(b"smallest_cell,10,", b"smallest_cell,12,")
                saving = Saving(uow, context, context.organisation)
                record = saving.begin(NewRecord(context.new_record(), FORM))
                saving.enter(record, FILE, twin)
                saving.finish()
                (other,) = (
                    one.sha256 for one in read_ledger(uow, context).rows if one.data == twin
                )
                return rows[-1].sha256, other

            return vault.work.run(plant)
        finally:
            vault.close()
