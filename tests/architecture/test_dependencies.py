"""What the program stands on: pinned, named in NOTICE, and out of the domain's reach (T25)."""

import re
import tomllib
from pathlib import Path

import pytest
from tests.architecture.source import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("run", "test")
IMPORT_NAMES = {"pyside6-essentials": "PySide6", "pillow": "PIL"}  # where it is not the package's
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def lock_text(kind: str) -> str:
    return (ROOT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")


def pins(kind: str) -> dict[str, str]:
    return {found["name"]: found["version"] for found in PIN.finditer(lock_text(kind))}


def package_name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def direct(*groups: str) -> set[str]:
    """Names in `dependencies` and in these groups; a group that includes another is followed."""
    wanted = [*SETTINGS["project"]["dependencies"]]
    for group in groups:
        wanted += [
            each for each in SETTINGS["dependency-groups"][group] if not isinstance(each, dict)
        ]
    return {package_name(each) for each in wanted}


def contract(name: str) -> dict:
    listed = SETTINGS["tool"]["importlinter"]["contracts"]
    return next(each for each in listed if each["id"] == name)


def manifests() -> list[Path]:
    return sorted((ROOT / "resources").glob("*/**/MANIFEST.toml"))


def licences_in(manifest: Path) -> set[str]:
    """Every `licence` in a manifest, at the top or in a table, split into its identifiers."""
    found = re.findall(r'^licence = "([^"]+)"', manifest.read_text(encoding="utf-8"), re.MULTILINE)
    return {part for each in found for part in re.split(r" AND | OR ", each)}


@pytest.mark.threat("T25")
def test_everything_that_is_asked_for_is_pinned():
    assert direct("build") <= pins("run").keys()
    assert direct("build", "dev") <= pins("test").keys()


@pytest.mark.threat("T25")
def test_program_and_tests_run_on_the_same_versions():
    assert pins("run").items() <= pins("test").items()


@pytest.mark.threat("T25")
@pytest.mark.parametrize("kind", LOCKS)
def test_every_pin_carries_hashes(kind):
    blocks = re.split(r"^(?=[a-z0-9-]+==)", lock_text(kind), flags=re.MULTILINE)[1:]

    assert len(blocks) == len(pins(kind))
    assert [block.partition("==")[0] for block in blocks if not HASH.search(block)] == []


@pytest.mark.threat("T25")
@pytest.mark.parametrize("kind", LOCKS)
def test_a_lock_says_what_and_never_from_where(kind):
    lines = lock_text(kind).splitlines()

    assert [line for line in lines if "://" in line or "@" in line] == []
    assert [line for line in lines if line.strip().startswith("-") and not HASH.search(line)] == []


def test_the_domain_may_import_no_runtime_dependency():
    forbidden = set(contract("pure-domain")["forbidden_modules"])
    names = direct()

    assert {IMPORT_NAMES.get(name, name) for name in names} <= forbidden


def test_the_toolkit_is_held_at_the_version_that_loses_no_references():
    """Only tests/unit/test_pyside_refcount.py decides about lifting this pin (ADR 0003)."""
    assert "PySide6-Essentials>=6.11.3,<6.12" in SETTINGS["project"]["dependencies"]


@pytest.mark.parametrize("name", sorted(pins("run")))
def test_the_notice_names_every_installed_package_with_its_licence(name):
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")

    assert re.search(rf"^{name} +\S", notice, re.MULTILINE)


@pytest.mark.parametrize(
    "manifest", manifests(), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_the_work_of_others_has_a_licence_its_text_and_a_line_in_the_notice(manifest):
    folder = manifest.parent.relative_to(ROOT).as_posix()
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    line = re.search(rf"^{re.escape(folder)}\s.*(?:\n +.*)*", notice, re.MULTILINE)

    assert licences_in(manifest), "a manifest without a licence does not ship"
    assert line, f"NOTICE has no line for {folder}"
    for licence in licences_in(manifest):
        assert licence in line[0]
    text = re.search(
        r'^licence_file = "([^"]+)"', manifest.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert text, "a manifest names the file with the licence's text"
    assert (manifest.parent / text[1]).stat().st_size > 500


def test_fonts_icons_and_word_lists_each_have_a_manifest():
    shipped = [ROOT / "resources" / name for name in ("fonts", "icons", "words")]

    assert {each for each in shipped if each.is_dir()} <= {each.parent for each in manifests()}
