"""Where resources and the user's folders are found (architecture.md 6)."""

from pathlib import Path

import pytest

from nrm_desktop import paths
from nrm_desktop.domain.errors import EnvironmentFault


def make_checkout(root: Path, *, marked: bool = True) -> Path:
    package = root / "src" / "nrm_desktop"
    package.mkdir(parents=True)
    (root / "resources").mkdir()
    if marked:
        (root / "resources" / paths.MARKER).touch()
    return package


def make_wheel(site_packages: Path) -> Path:
    package = site_packages / "nrm_desktop"
    (package / "_resources").mkdir(parents=True)
    (package / "_resources" / paths.MARKER).touch()
    return package


def test_a_checkout_uses_the_resources_at_its_root(tmp_path):
    package = make_checkout(tmp_path)

    assert paths.locate_resources(package) == tmp_path / "resources"


def test_an_installed_wheel_uses_the_resources_inside_the_package(tmp_path):
    package = make_wheel(tmp_path / "site-packages")

    assert paths.locate_resources(package) == package / "_resources"


def test_resources_inside_the_package_win_over_a_folder_that_happens_to_lie_above(tmp_path):
    package = make_wheel(tmp_path / "lib" / "site-packages")
    (tmp_path / "lib" / "resources").mkdir()
    (tmp_path / "lib" / "resources" / paths.MARKER).touch()

    assert paths.locate_resources(package) == package / "_resources"


def test_a_folder_without_the_marker_is_not_taken_and_both_places_are_named(tmp_path):
    package = make_checkout(tmp_path, marked=False)

    with pytest.raises(paths.ResourcesMissing) as caught:
        paths.locate_resources(package)

    assert isinstance(caught.value, EnvironmentFault)
    assert str(package / "_resources") in str(caught.value)
    assert str(tmp_path / "resources") in str(caught.value)


def test_this_very_program_finds_its_resources():
    assert (paths.resource_root() / paths.MARKER).is_file()


def test_no_folder_on_the_disk_tells_what_the_program_is_for():
    for folder in (paths.data_dir(), paths.config_dir(), paths.state_dir()):
        assert folder.is_absolute()
        below_home = str(folder).removeprefix(str(Path.home())).lower()
        assert not [word for word in ("nrm", "traffick", "victim", "case") if word in below_home]
