"""The shipped fonts: what they are, what they cover, how they shape."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.documents import samples

from nrm_desktop.documents.fonts import load_fonts
from nrm_desktop.documents.renderer import unprintable
from nrm_desktop.domain.errors import EnvironmentFault

ROOT = Path(__file__).parents[3]
MIRRORS = Path("/usr/share/unicode/BidiMirroring.txt")


def test_the_shipped_files_are_those_of_the_manifest():
    tool = ROOT / "tools/fetch_fonts.py"
    done = subprocess.run(
        [sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_a_missing_font_names_the_file(tmp_path):
    (tmp_path / "MANIFEST.toml").write_text(
        '[[font]]\nstyle = "Regular"\nfile = "Gone.ttf"\n', encoding="utf-8"
    )

    with pytest.raises(EnvironmentFault) as raised:
        load_fonts(tmp_path)

    assert (raised.value.code, raised.value.params) == ("resources.missing", {"file": "Gone.ttf"})


@pytest.mark.parametrize("name", samples.ALL)
def test_every_character_of_the_sample_documents_has_a_glyph(fonts, name):
    assert unprintable(samples.ALL[name], fonts) == ()


def test_every_character_of_the_packs_and_catalogues_has_a_glyph(fonts):
    missing = {(path.name, fonts.missing(set("".join(texts)))) for path, texts in shipped_texts()}

    assert {entry for entry in missing if entry[1]} == set()


def shipped_texts() -> Iterator[tuple[Path, list[str]]]:
    for path in sorted((ROOT / "resources").rglob("*.toml")):
        yield path, list(strings(tomllib.loads(path.read_text(encoding="utf-8"))))
    for path in sorted((ROOT / "resources").rglob("*.po")):
        yield path, [path.read_text(encoding="utf-8")]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def test_what_no_font_can_show_is_named_before_it_is_printed(fonts):
    content = dataclasses.replace(samples.UKRAINIAN, recipient="王芳, Kyiv")

    assert unprintable(content, fonts) == ("王", "芳")


def test_a_character_without_a_glyph_is_replaced_but_keeps_its_text(fonts):
    (glyph,) = fonts.regular[0].shape("王", is_rtl=False, language="en")
    (replacement,) = fonts.regular[0].shape("\ufffd", is_rtl=False, language="en")

    assert (glyph.number, glyph.text) == (replacement.number, "王")


@pytest.mark.skipif(not MIRRORS.exists(), reason="BidiMirroring.txt is missing: unicode-data")
def test_brackets_of_right_to_left_text_are_mirrored_as_unicode_says(fonts):
    face = fonts.regular[0]
    pairs = re.findall(r"^([0-9A-F]{4}); ([0-9A-F]{4})", MIRRORS.read_text("utf-8"), re.MULTILINE)
    covered = [
        (chr(int(one, 16)), chr(int(other, 16)))
        for one, other in pairs
        if face.covers(chr(int(one, 16))) and face.covers(chr(int(other, 16)))
    ]

    wrong = [
        one
        for one, other in covered
        if face.shape(one, is_rtl=True, language="ar")[0].number
        != face.shape(other, is_rtl=False, language="ar")[0].number
    ]

    assert wrong == []
    assert len(covered) > 20


def test_arabic_letters_are_joined_and_not_set_one_by_one(fonts):
    face = fonts.regular[1]

    joined = [glyph.number for glyph in face.shape("محمد", is_rtl=True, language="ar")]
    alone = [face.shape(each, is_rtl=True, language="ar")[0].number for each in reversed("محمد")]

    assert len(joined) == 4
    assert all(one != other for one, other in zip(joined[1:], alone[1:], strict=True))


@pytest.mark.parametrize("letter", "ښېځێڵ")
def test_letters_of_pashto_and_sorani_join_like_any_other(fonts, letter):
    face = fonts.regular[1]

    (alone,) = face.shape(letter, is_rtl=True, language="ps")
    word = face.shape(f"ب{letter}ب", is_rtl=True, language="ps")

    assert alone.number != next(glyph.number for glyph in word if glyph.text == letter)
    assert all(glyph.number for glyph in word)
