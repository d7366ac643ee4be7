"""One vault header for the whole run: key derivation is dear, so it is made once and copied."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.fakes.clock import Seconds

from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.vault.copies import COPY_NAMES, HeaderCopies
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.delays import Delays
from nrm_desktop.security.vault.opening import Unlocked, VaultDoor, create_vault
from nrm_desktop.security.vault.passphrase import passphrase_bytes

PASSPHRASE = passphrase_bytes("an invented passphrase of Ana")


@dataclass(frozen=True)
class Vault:
    """A vault folder of one test, and the keys it had when it was made."""

    folder: Path
    made: Unlocked
    clock: Seconds

    @property
    def copies(self) -> HeaderCopies:
        return HeaderCopies(SystemFiles(), self.folder)

    @property
    def door(self) -> VaultDoor:
        return VaultDoor(self.copies, Delays(SystemFiles(), self.folder, self.clock))

    def path(self, copy: int) -> Path:
        return self.folder / COPY_NAMES[copy]


@pytest.fixture(scope="session")
def made_vault(tmp_path_factory: pytest.TempPathFactory) -> Unlocked:
    folder = tmp_path_factory.mktemp("vault")
    return create_vault(SystemFiles(), folder, PASSPHRASE, FLOOR, secrets.token_bytes)


@pytest.fixture
def vault(tmp_path: Path, made_vault: Unlocked) -> Vault:
    for name in COPY_NAMES:
        (tmp_path / name).write_bytes(made_vault.copy.sound.raw)
    return Vault(tmp_path, made_vault, Seconds())
