"""The shipped fonts: which face has a character, and how a piece of text becomes glyphs.

Only fonts below `resources/fonts` are used, never those of the machine: paper must look the same
everywhere. The manifest's order is the fallback chain. This module decides nothing about lines.

Units: everything is measured in 1/1000 of the font size.
"""

from __future__ import annotations

import struct
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uharfbuzz as hb

from nrm_desktop.domain.errors import EnvironmentFault

EM: Final = 1000
REPLACEMENT: Final = "\ufffd"
_POSTSCRIPT_NAME: Final = 6
_LAYOUT_TABLES: Final = ("GSUB", "GPOS", "GDEF", "OS/2", "STAT", "cmap", "gasp", "name", "post")
"""What a reader does not need of a font whose glyphs are already chosen."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph of a face and where it stands.

    Shape: `text` holds the characters that it shows; the further glyphs of a character have none.
    Units: 1/1000 of the font size; `dx` and `dy` move the glyph, not what follows.
    """

    number: int
    advance: int
    dx: int
    dy: int
    text: str


class FontFace:
    """One font file: its characters, its shaping, and parts of it for embedding."""

    def __init__(self, data: bytes) -> None:
        self._face = hb.Face(hb.Blob(data))
        self._font = hb.Font(self._face)
        self._font.scale = (EM, EM)
        self._characters = frozenset(self._face.unicodes)
        self.name: str = self._face.get_name(_POSTSCRIPT_NAME)

    @property
    def ascent(self) -> int:
        """How far letters reach above the base line."""
        return int(self._font.get_font_extents("ltr").ascender)

    @property
    def descent(self) -> int:
        """How far letters reach below the base line; negative."""
        return int(self._font.get_font_extents("ltr").descender)

    @property
    def bounds(self) -> tuple[int, ...]:
        """The box that holds every glyph. Shape: left, bottom, right, top."""
        raw = struct.unpack_from(">4h", self._face.reference_table("head").data, 36)
        return tuple(round(edge * EM / self._face.upem) for edge in raw)

    def covers(self, character: str) -> bool:
        """True if the font has a glyph for the character."""
        return ord(character) in self._characters

    def advance(self, number: int) -> int:
        """How wide a glyph is by itself."""
        return int(self._font.get_glyph_h_advance(number))

    def shape(self, text: str, *, is_rtl: bool, language: str) -> tuple[Glyph, ...]:
        """Choose and place the glyphs of a piece of text that runs in one direction.

        Shape: glyphs from left to right; a character that the face lacks is shown as U+FFFD and
        keeps its own text. Brackets of right-to-left text come out mirrored (UAX 9, rule L4): the
        shaper does that by Unicode's own table.
        """
        buffer = hb.Buffer()
        buffer.add_str("".join(each if self.covers(each) else REPLACEMENT for each in text))
        buffer.direction = "rtl" if is_rtl else "ltr"
        buffer.language = language
        buffer.guess_segment_properties()
        hb.shape(self._font, buffer)
        infos = buffer.glyph_infos
        shown = _characters_by_glyph([info.cluster for info in infos], text, is_rtl=is_rtl)
        return tuple(
            Glyph(info.codepoint, at.x_advance, at.x_offset, at.y_offset, characters)
            for info, at, characters in zip(infos, buffer.glyph_positions, shown, strict=True)
        )

    def subset(self, numbers: Iterable[int]) -> tuple[bytes, Mapping[int, int]]:
        """Cut the outlines of some glyphs out of the font.

        Shape: the bytes of a small TrueType font, and the new number of each old one.
        """
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(numbers)
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        dropped = wanted.sets(hb.SubsetInputSets.DROP_TABLE_TAG)
        dropped.update(int.from_bytes(tag.encode(), "big") for tag in _LAYOUT_TABLES)
        plan = hb.SubsetPlan(self._face, wanted)
        return bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping)


@dataclass(frozen=True, slots=True)
class FontSet:
    """The fallback chains of the shipped fonts, first choice first."""

    regular: tuple[FontFace, ...]
    bold: tuple[FontFace, ...]

    def chain(self, *, is_bold: bool) -> tuple[FontFace, ...]:
        """The faces to ask in order."""
        return self.bold if is_bold else self.regular

    def missing(self, characters: Collection[str]) -> tuple[str, ...]:
        """List the visible characters that no shipped font can show, by code point."""
        visible = {character for character in characters if character.isprintable()}
        return tuple(
            sorted(
                character
                for character in visible
                if not any(face.covers(character) for face in self.regular)
            )
        )


def load_fonts(folder: Path) -> FontSet:
    """Open the fonts that the manifest of a folder names.

    Raises: EnvironmentFault `resources.missing` when a file is not there.
    """
    try:
        manifest = tomllib.loads((folder / "MANIFEST.toml").read_text(encoding="utf-8"))
        faces = [
            (entry["style"], FontFace((folder / entry["file"]).read_bytes()))
            for entry in manifest["font"]
        ]
    except FileNotFoundError as missing:
        raise EnvironmentFault("resources.missing", file=Path(missing.filename).name) from missing
    return FontSet(
        regular=tuple(face for style, face in faces if style == "Regular"),
        bold=tuple(face for style, face in faces if style == "Bold"),
    )


def _characters_by_glyph(clusters: list[int], text: str, *, is_rtl: bool) -> list[str]:
    """Hand each cluster's characters to its base glyph, which marks follow; they show none."""
    starts = sorted(set(clusters))
    end_by_start = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    shown = [""] * len(clusters)
    for at in reversed(range(len(clusters))) if is_rtl else range(len(clusters)):
        end = end_by_start.pop(clusters[at], clusters[at])
        shown[at] = text[clusters[at] : end]
    return shown
