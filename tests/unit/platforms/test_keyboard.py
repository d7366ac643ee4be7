"""Whether Caps Lock is on, as the system shows it."""

import sys

import pytest

from nrm_desktop.platforms.keyboard import caps_lock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the lights are files on Linux")


def light(folder, name: str, content: str) -> None:
    (folder / name).mkdir()
    (folder / name / "brightness").write_text(content, encoding="ascii")


def test_a_lit_key_of_any_keyboard_means_that_it_is_on(tmp_path):
    light(tmp_path, "input3::capslock", "0\n")
    assert caps_lock(tmp_path) is False

    light(tmp_path, "input7::capslock", "1\n")
    light(tmp_path, "input7::numlock", "1\n")
    assert caps_lock(tmp_path) is True


def test_a_system_without_such_a_light_does_not_tell(tmp_path):
    light(tmp_path, "input3::numlock", "1\n")
    light(tmp_path, "odd::capslock", "bright")

    assert caps_lock(tmp_path) is None
    assert caps_lock(tmp_path / "missing") is None
