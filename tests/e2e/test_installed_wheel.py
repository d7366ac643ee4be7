"""The installed program is whole: built, put into an empty environment, run from elsewhere."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from nrm_desktop.paths import resource_root

ROOT = Path(__file__).resolve().parents[2]


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_"))}
    return subprocess.run(
        [str(each) for each in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def count_by_suffix(root: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    for path in root.rglob("*"):
        if path.is_file():
            counts[path.suffix] = counts.get(path.suffix, 0) + 1
    return counts


def build(kind: str, source: Path, out: Path) -> Path:
    """Build without a network and without isolation: the build back end is in the lock."""
    built = run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", out, cwd=source)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(out.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


def names_in(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """An environment with the wheel alone; libraries are read from the one that runs the tests.

    Shape: the folder of its programs.
    """
    root = tmp_path_factory.mktemp("environment")
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(root)
    programs = root / ("Scripts" if os.name == "nt" else "bin")
    pip = (sys.executable, "-m", "pip", "--python", root, "install", "--no-index", "--no-deps")
    done = run(*pip, wheel, cwd=root)
    assert done.returncode == 0, done.stderr
    packages = Path(sysconfig.get_path("purelib", vars={"base": root, "platbase": root}))
    borrow = f"import sys; sys.path.append({sysconfig.get_path('purelib')!r})\n"
    (packages / "borrowed.pth").write_text(borrow, encoding="utf-8")
    return programs


def test_the_wheel_ships_the_resources_and_the_licences(wheel):
    names = names_in(wheel)

    assert "nrm_desktop/_resources/MANIFEST.toml" in names
    assert {"LICENSE", "NOTICE"} <= {name.rpartition("/")[2] for name in names}
    assert not [name for name in names if name.startswith(("tests", "tools", "bench"))]


def test_a_wheel_made_from_the_source_package_holds_the_same_files(wheel, tmp_path):
    source = build("sdist", ROOT, tmp_path)
    run("tar", "-xzf", source, cwd=tmp_path)

    second = build("wheel", tmp_path / source.name.removesuffix(".tar.gz"), tmp_path)

    assert names_in(second) == names_in(wheel)


def test_the_installed_program_finds_as_many_resources_as_the_checkout(installed, tmp_path):
    asked = "from nrm_desktop.paths import resource_root; print(resource_root())"

    told = run(installed / "python", "-c", asked, cwd=tmp_path)

    place = Path(told.stdout.strip())
    assert place.is_relative_to(installed.parent), told.stderr
    assert count_by_suffix(place) == count_by_suffix(resource_root())


def test_the_installed_program_passes_its_self_test_from_another_folder(installed, tmp_path):
    told = run(installed / "nrm-desktop", "selftest", cwd=tmp_path)

    assert told.returncode == 0, told.stdout + told.stderr
    assert json.loads(told.stdout)["ok"] is True
