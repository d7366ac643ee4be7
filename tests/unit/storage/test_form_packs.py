"""Pack files on disk: read within limits, regular files only, everything else refused."""

import os

import pytest
from tests.unit.domain.forms.small_pack import base_files, country_files, with_texts

from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.problems import PackRefused
from nrm_desktop.storage.form_packs import FILE_BYTES, FILES, PACK_BYTES, FormPacks


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def root(tmp_path):
    country = country_files()
    write(tmp_path / "base", with_texts(base_files(), country))
    write(tmp_path / "gb", country)
    (tmp_path / "README.md").write_text("no pack")
    return tmp_path


def refusal(load) -> str:
    with pytest.raises(PackRefused) as caught:
        load()
    return caught.value.problems[0].code


def test_the_base_and_a_country_are_loaded(root):
    packs = FormPacks(root)

    assert packs.countries() == ("gb",)
    assert [one.id for one in packs.load().forms.packs] == ["base"]
    assert [one.id for one in packs.load(["gb"]).forms.packs] == ["base", "gb"]
    assert packs.load().forms.fingerprint != packs.load(["gb"]).forms.fingerprint


def test_an_unknown_country_is_not_found(root):
    with pytest.raises(Usage) as caught:
        FormPacks(root).load(["../gb"])

    assert caught.value.code == "usage.not_found"


def test_a_folder_that_extends_the_base_is_loaded_with_it(root):
    elsewhere = write(root.parent / f"{root.name}-own", country_files())

    forms = FormPacks(root).load_folder(elsewhere).forms

    assert [one.id for one in forms.packs] == ["base", "gb"]


def test_a_folder_with_a_base_of_its_own_is_loaded_alone(root):
    assert len(FormPacks(root).load_folder(root / "base").forms.packs) == 1


def test_problems_are_told_by_the_name_of_the_pack_whatever_its_folder(root):
    folder = write(root / "draft", country_files("[form"))

    with pytest.raises(PackRefused) as caught:
        FormPacks(root).load_folder(folder)

    assert caught.value.problems[0].file == "gb/forms/screening.toml"


def test_a_folder_that_is_not_there_is_not_found(root):
    with pytest.raises(Usage) as caught:
        FormPacks(root).load_folder(root / "nothing")

    assert caught.value.code == "usage.not_found"


def test_an_empty_folder_is_no_pack(root):
    (root / "empty").mkdir()

    assert refusal(lambda: FormPacks(root).load_folder(root / "empty")) == "missing_file"


def test_a_file_that_is_no_toml_is_not_read(root):
    (root / "base" / "LICENSE").write_bytes(b"\xff" * (FILE_BYTES + 1))

    assert FormPacks(root).load().forms.forms


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_read(root):
    path = root / "base" / "texts" / "uk.toml"
    path.write_bytes(b"#" * FILE_BYTES)
    assert FormPacks(root).load().forms.forms

    path.write_bytes(b"#" * (FILE_BYTES + 1))
    assert refusal(FormPacks(root).load) == "too_large"


def test_a_pack_over_the_limit_of_all_files_is_refused(root):
    for number in range(PACK_BYTES // FILE_BYTES):
        (root / "base" / "texts" / f"x{number}.toml").write_bytes(b"#" * FILE_BYTES)

    assert refusal(FormPacks(root).load) == "too_large"


def test_too_many_files_are_refused(root):
    for number in range(FILES):
        (root / "base" / "texts" / f"x{number}.toml").touch()

    assert refusal(FormPacks(root).load) == "too_many_files"


def test_a_file_that_is_no_utf8_is_refused(root):
    (root / "base" / "facts.toml").write_bytes(b"\xff\xfe")

    assert refusal(FormPacks(root).load) == "no_utf8"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no FIFO in a folder")
def test_links_and_devices_in_a_pack_are_refused_and_not_followed(root):
    os.mkfifo(root / "base" / "pipe.toml")
    assert refusal(FormPacks(root).load) == "no_file"
    (root / "base" / "pipe.toml").unlink()

    (root / "base" / "linked").symlink_to(root / "gb", target_is_directory=True)
    assert refusal(FormPacks(root).load) == "no_file"
    (root / "base" / "linked").unlink()

    (root / "base" / "a.toml").symlink_to(root / "gb" / "pack.toml")
    assert refusal(FormPacks(root).load) == "no_file"
