"""The whole story through the command line, as `make run` plays it: no display, no network."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from nrm_desktop.documents.preview import page_pictures

SCHEMAS = Path(__file__).parent / "cli" / "schemas"
STEPS = (
    *("vault", "cases", "screening", "consent", "preview", "pdf", "packet", "packet_import"),
    *("receipt", "bundle_out", "bundle_in", "conflict", "resolve", "bundle_back"),
    *("backup", "verify"),
)
PROGRAM = (sys.executable, "-m", "nrm_desktop")


def start(state: Path, *words: object, stdin: str = "") -> subprocess.CompletedProcess:
    """A real process that knows no display."""
    environment = {k: v for k, v in os.environ.items() if "DISPLAY" not in k}
    environment |= {"XDG_STATE_HOME": str(state), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [*PROGRAM, *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )


def schema(name: str) -> Draft202012Validator:
    text = (SCHEMAS / f"{name}.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    place = tmp_path_factory.mktemp("story")
    told = start(place / "state", "--json", "practice", "--headless", "--out", place / "out")
    assert told.returncode == 0, told.stderr
    return place, json.loads(told.stdout)


@pytest.fixture
def out(story) -> Path:
    return story[0] / "out"


@pytest.fixture
def data(story) -> dict:
    return story[1]["data"]


def test_the_story_ends_well_and_says_so_in_one_object(story):
    schema("practice").validate(story[1])


def test_every_step_has_shown_what_it_had_to_in_this_order(data):
    assert tuple(step["name"] for step in data["steps"]) == STEPS
    assert all(step["ok"] for step in data["steps"])
    assert data["cases"] == 12


def test_both_devices_hold_the_same(data):
    assert len({device["head_digest"] for device in data["devices"]}) == 1
    assert data["converged"] is True


def test_every_file_is_there_and_is_what_was_said(data, out):
    for one in data["files"]:
        content = (out / one["path"]).read_bytes()
        assert len(content) == one["bytes"]
        assert hashlib.sha256(content).hexdigest() == one["sha256"]

    assert {one["kind"] for one in data["files"]} == {"pdf", "card", "packet", "receipt", "pack"}


def test_the_referral_is_a_document_with_ink_on_every_page(data, out):
    path = next(one["path"] for one in data["files"] if one["kind"] == "pdf")

    pages = page_pictures((out / path).read_bytes(), 40)

    assert len(pages) > 1
    assert all(len(set(page.rgba)) > 8 for page in pages)


@pytest.mark.rule("N5")
def test_nothing_on_the_stick_tells_a_case_or_a_person(data, out):
    names = [path.name for path in (out / "stick").rglob("*")]
    carried = b"".join(path.read_bytes() for path in (out / "stick").rglob("*.nrm*"))

    assert not any(data["example_code"].replace("-", "") in name.upper() for name in names)
    assert data["example_code"].encode() not in carried
    assert "Олена".encode() not in carried


def test_the_screens_were_drawn(data, out):
    assert data["screenshots"]
    for name in data["screenshots"]:
        assert (out / name).read_bytes().startswith(b"\x89PNG")


def test_the_pack_files_are_good_inside_and_out(tmp_path, out):
    vault = ("--data-dir", out / "device-b", "--passphrase-file", out / "passphrase.txt")

    told = start(tmp_path, "--json", *vault, "bundle", "verify", out / "stick")

    said = json.loads(told.stdout)["data"]
    assert told.returncode == 0, told.stderr
    assert said["level"] == "full"
    assert any(all(one["checks"].values()) for one in said["files"]), "commits among them"
    assert all(one["checks"]["aead"] for one in said["files"]), "every one opens"


def test_a_practice_vault_keeps_its_mark_and_its_passphrase_to_the_owner(story, out):
    assert (out / "passphrase.txt").stat().st_mode & 0o077 == 0
    assert not list((story[0] / "state").rglob("*")), "nothing of it is kept elsewhere"


def test_a_folder_that_is_not_empty_is_left_alone(story, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    told = start(tmp_path / "state", "practice", "--headless", "--out", tmp_path)

    assert told.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_self_test_is_one_object_and_all_of_it_is_good(tmp_path):
    told = start(tmp_path / "state", "selftest")

    said = json.loads(told.stdout)
    schema("selftest").validate(said)
    assert [one["name"] for one in said["checks"] if not one["ok"]] == []
    assert told.returncode == 0
