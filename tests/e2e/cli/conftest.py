"""Vaults for the tests of the command line: one template, copied for each test that writes."""

import io
import json
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from nrm_desktop.cli import output
from nrm_desktop.cli.main import main
from nrm_desktop.storage.form_packs import FormPacks

PASSPHRASE = "seven quiet lanterns over the harbour"
SECOND = "twelve copper bells below the meadow"
COST = "64:3:1"
ROLE = "coordinator_intake"


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    lines: tuple[str, ...] = ()
    """What it says to people, also where it was asked for JSON."""

    @property
    def said(self) -> dict:
        """The one object on standard output."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self.out + self.err
        return json.loads(lines[0])

    @property
    def data(self) -> dict:
        assert self.code in {0, 5}, self.err
        return self.said["data"]

    @property
    def error(self) -> str:
        assert self.said["error"]["exit"] == self.code
        return self.said["error"]["code"]


class TypesGroups(io.StringIO):
    """Somebody who reads on standard error which two groups are asked for, and types them.

    Shape: `groups` of the sheet; without them they are read where they are shown. `slips` answers
    are wrong first.
    """

    def __init__(self, groups: Sequence[str] = (), slips: int = 0) -> None:
        super().__init__()
        self.groups = tuple(groups)
        self.slips = slips

    def readline(self, size: int = -1, /) -> str:
        told = sys.stderr.getvalue()
        shown = re.findall(r"\d+ ([0-9A-Z]{4})\b", told)
        groups = self.groups or shown
        asked = [int(each) for each in re.findall(r"\d+", told.splitlines()[-1])]
        self.slips -= 1
        return "0000 0000\n" if self.slips >= 0 else f"{' '.join(groups[n - 1] for n in asked)}\n"


Typed = str | TypesGroups


@dataclass
class Cli:
    """Runs the command line in this process, on one vault folder."""

    place: Path
    patch: pytest.MonkeyPatch
    vault: str = "vault"
    user: str = ""

    def __call__(
        self, *words: object, typed: Typed = "", is_locked: bool = False, is_plain: bool = False
    ) -> Ended:
        out, err = io.StringIO(), io.StringIO()
        secret = [] if is_locked else ["--passphrase-file", str(self.place / "passphrase")]
        form = [] if is_plain else ["--json"]
        who = ["--user", self.user] if self.user else []
        line = [*form, "--data-dir", str(self.place / self.vault), *secret, *who, *map(str, words)]
        outcomes: list[output.Outcome] = []
        with self.patch.context() as patch:
            patch.setattr(output, "print_outcome", _seen_by(outcomes, output.print_outcome))
            patch.setenv("XDG_STATE_HOME", str(self.place / "state"))
            patch.setattr(sys, "stdin", io.StringIO(typed) if isinstance(typed, str) else typed)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = main(line)
        lines = tuple(line for one in outcomes for line in one.lines)
        return Ended(code, out.getvalue(), err.getvalue(), lines)

    def other(self, vault: str) -> "Cli":
        """The same place, another vault folder."""
        return Cli(self.place, self.patch, vault)

    def file(self, name: str, text: str | bytes) -> Path:
        """Write a file beside the vault."""
        path = self.place / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


def _seen_by(outcomes: list[output.Outcome], printing):
    """Print as ever, and keep what was printed."""

    def print_and_keep(command, outcome, **how):
        outcomes.append(outcome)
        return printing(command, outcome, **how)

    return print_and_keep


def new_place(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "passphrase").write_text(f"{PASSPHRASE}\n{SECOND}\n", encoding="utf-8")
    (folder / "passphrase").chmod(0o600)
    (folder / "stick").mkdir()
    return folder


def copy_place(template: Path, folder: Path) -> Path:
    """Copy a place with its anchors: a vault without its anchor counts as moved."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def packs_read_once():
    """The shipped packs do not change while tests run; reading them takes a third of a command."""
    read = cache(lambda root, countries: load(FormPacks(root), countries))
    load = FormPacks.load
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FormPacks, "load", lambda packs, wanted=(): read(packs._root, tuple(wanted)))
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    """A founded vault with one case, an interview, a consent and a recipient."""
    place = new_place(tmp_path_factory.mktemp("template"))
    with pytest.MonkeyPatch.context() as patch:
        run = Cli(place, patch)
        run("--user", "P-01", "init", "--org", "Test office", "--role", ROLE, "--kdf", COST)
        code = run("case", "new", "--child", "no").data["code"]
        entries = [
            ("screening.language", "uk Ukrainian"),
            ("screening.danger_now", "no"),
            ("screening.given_name", "Plantedname"),
            ("screening.gender", "woman"),
            ("screening.safe_contact[+1].contact_value", "Plantedstreet 5"),
            ("screening.condition", ["tired", "hungry"]),
        ]
        answers = [{"field": field, "value": value} for field, value in entries]
        file = run.file("answers.json", json.dumps({"pack": "base", "answers": answers}))
        assert run("answer", "import", code, file).code == 0
        office = {"id": "0a" * 16, "kind": "shelter", "name": "Shelter A", "contact": "desk"}
        directory = {"format": 1, "entries": [{**office, "verified": False}]}
        assert run("directory", "import", run.file("offices.json", json.dumps(directory))).code == 0
        groups = "identity,needs,risk"
        consent = ("--purpose", "refer", "--recipient", "Shelter A", "--groups", groups)
        assert run("consent", "record", code, *consent, "--answer", "yes").code == 0
        (place / "code").write_text(code, encoding="utf-8")
    return place


@pytest.fixture
def cli(template, tmp_path, monkeypatch) -> Cli:
    """A copy of the template, to be changed."""
    return Cli(copy_place(template, tmp_path / "place"), monkeypatch)


@pytest.fixture
def code(template) -> str:
    """The code of the case in the template."""
    return (template / "code").read_text(encoding="utf-8")


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Cli:
    """A place without a vault."""
    return Cli(new_place(tmp_path / "empty"), monkeypatch)


@pytest.fixture(scope="session")
def world(template, tmp_path_factory):
    """Two devices and a partner after every command has run once."""
    from tests.e2e.cli.world import World, live  # noqa: PLC0415 - it is made of what stands here

    place = copy_place(template, tmp_path_factory.mktemp("world"))
    with pytest.MonkeyPatch.context() as patch:
        ours = Cli(place, patch)
        code = (place / "code").read_text(encoding="utf-8")
        world = World(ours, ours.other("second"), ours.other("partner"), code)
        live(world)
        yield world
