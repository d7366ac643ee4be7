"""The stage of the practice story: folders, two devices, a second organisation, a stick.

This module decides where everything lies and how it is opened and closed. What happens on it is
`practice_story`. Nothing here touches a real data folder.
"""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from nrm_desktop.app.events import ReferralIssued, ReferralTakenIn
from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.app.handlers.referrals import Decided
from nrm_desktop.app.system_ports import WallClock
from nrm_desktop.bootstrap.comparing import english_words
from nrm_desktop.bootstrap.headless import Founder, OpenVault, found_vault
from nrm_desktop.bootstrap.practice_cases import PracticeWorld, Table
from nrm_desktop.bootstrap.session import PRACTICE_MARK
from nrm_desktop.bootstrap.shell import Shell, SystemClock, build_shell
from nrm_desktop.domain.errors import IntegrityFault, Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.paths import resource_root
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.security.vault.generator import generate
from nrm_desktop.storage.form_packs import FormPacks

_Thing = TypeVar("_Thing")
USER: Final = "P-01"
COLLEAGUE: Final = "P-02"
ROLE: Final = "coordinator_intake"
PASSPHRASE_FILE: Final = "passphrase.txt"  # noqa: S105 - the name of a file
FOLDERS: Final = ("stick", "device-a", "device-b", "partner", "backup", "screenshots")
OURS: Final = "Practice organisation"
THEIRS: Final = "House Seven"


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file of the story. Shape: `path` is relative to the folder of the story."""

    path: str
    kind: str
    size: int
    sha256: str


@dataclass(slots=True)
class Stage:
    """Where the story plays, and what earlier steps leave for later ones.

    `close` closes whatever is open.
    """

    out: Path
    count: int
    passphrase: str = field(repr=False)
    forms: FormSet = field(repr=False)
    clock: WallClock = field(default_factory=SystemClock)
    closing: ExitStack = field(default_factory=ExitStack, repr=False)
    files: list[MadeFile] = field(default_factory=list)
    world: PracticeWorld | None = None
    told: Table | None = field(default=None, repr=False)
    previewed: Decided | None = field(default=None, repr=False)
    issued: ReferralIssued | None = None
    taken: ReferralTakenIn | None = None
    vaults: dict[str, OpenVault] = field(default_factory=dict)

    @property
    def stick(self) -> Path:
        """The folder that stands for the stick."""
        return self.out / "stick"

    @property
    def ours(self) -> OpenVault:
        """The first device of the organisation of the story."""
        return self.vaults["device-a"]

    @property
    def second(self) -> OpenVault:
        """The second device of the same organisation."""
        return self.vaults["device-b"]

    @property
    def partner(self) -> OpenVault:
        """The other organisation."""
        return self.vaults["partner"]

    def shell(self, name: str) -> Shell:
        """What works while the vault of a folder is locked."""
        anchors = self.out / "anchors"
        return build_shell(
            self.out / name, anchors=anchors, is_practice=True, load_forms=lambda: self.forms
        )

    def found(self, name: str, organisation: str, badge: str) -> OpenVault:
        """Make a vault with an organisation of its own, at the least cost that is allowed."""
        founder = Founder(
            organisation=organisation,
            badge=badge,
            role=ROLE,
            passphrase=self.passphrase,
            cost=FLOOR,
            device_label=name,
        )
        return self.keep(name, found_vault(self.shell(name), founder))

    def note_file(self, path: Path, kind: str) -> None:
        """Take note of a file that the story has made."""
        data = path.read_bytes()
        relative = path.relative_to(self.out).as_posix()
        self.files.append(MadeFile(relative, kind, len(data), sha256(data).hexdigest()))

    def keep(self, name: str, vault: OpenVault) -> OpenVault:
        """Take charge of an open vault and mark it: it keeps the mark wherever it is opened."""
        vault.work.run(lambda unit: unit.set_setting(PRACTICE_MARK, b"1"))
        self.vaults[name] = vault
        self.closing.callback(vault.close)
        return vault

    def close(self) -> None:
        """Close every vault, the last one first."""
        self.closing.close()


def known(found: _Thing | None) -> _Thing:
    """Give what an earlier step has left. Raises: IntegrityFault `integrity.practice`."""
    if found is None:
        raise IntegrityFault("integrity.practice", what="order")
    return found


def must(condition: object, what: str) -> None:
    """Check something that the story has to show.

    Raises: IntegrityFault `integrity.practice` with `what`.
    """
    if not condition:
        raise IntegrityFault("integrity.practice", what=what)


def prepare_stage(out: Path, count: int) -> Stage:
    """Make the folders and the passphrase of a story.

    Raises: Usage `usage.not_empty` if the folder holds anything; EnvironmentFault.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Usage("usage.not_empty", what=out.name)
    passphrase = generate(english_words(resource_root()), secrets.token_bytes)
    with told_as_faults():
        for name in FOLDERS:
            (out / name).mkdir(parents=True, mode=0o700)
        path = out / PASSPHRASE_FILE
        path.touch(mode=0o600)
        path.write_text(f"{passphrase}\n", encoding="utf-8", newline="\n")
    return Stage(out, count, passphrase, FormPacks(resource_root() / "packs").load().forms)
