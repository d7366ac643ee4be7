"""The same line, set by us and by Qt's own layout: the same glyphs at the same places."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QTextLayout

from nrm_desktop.documents.fonts import load_fonts
from nrm_desktop.documents.lines import Typesetter

FONTS = Path(__file__).parents[2] / "resources/fonts"
FAMILIES = ["Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic"]
EM = 1000
LINES = {
    "english": "The person said (twice): “I am afraid”, 23-11-2026.",
    "ukrainian": "Її сестра (Ґалина, 24 р.) живе в Києві; тел. +380 44 000-00-00",
    "arabic": "السلام عليكم (مرحبا) بتاريخ 23 نوفمبر 2026، بَلاد لا إله",
    "arabic with ukrainian": "اسم الأخت Олена (Київ) ورقمها 24",
    "arabic with brackets in brackets": "الدواء [Insulin (100 IU/ml)] كل يوم",
    "arabic with a telephone number": "رقم +44 20 7946 0000 صباحًا",
    "persian": "سن ۱۲۳ سال (بیست و سه) می\u200cخواهم",
    "pashto and sorani": "ښ ې ځ ښځې ێ ڵ",
    "urdu": "عمر تقریباً ۲۴ سال، زبان: اردو",
    "ukrainian with arabic": "Брат علي محمد (12) живе у Києві, тел. 044",
    "english with a right-to-left isolate": "abc \u2067عربي (x) 12\u2069 def",
    "english with an isolate that asks its content": "code \u2068دار 12\u2069: (34)",
    "arabic with an isolated code": "الرمز \u2066R-7F3K-22 (A)\u2069 صالح",
    "arabic with an embedding": "قال \u202ahello (12)\u202c ثم ذهب",
    "tigrinya": "ትግርኛ፡ ዓረብኛ (العربية)፡ ቁሩብ English 24።",
    "vietnamese": "Tiếng Việt: ‘được’ (đã kiểm tra)",
    "brackets around nothing but numbers": "علي (12) [34] {56}",
}


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter(load_fonts(FONTS), "en")


@pytest.fixture
def qt_font(qapp) -> QFont:
    for file in FONTS.glob("*-Regular.ttf"):
        QFontDatabase.addApplicationFont(str(file))
    font = QFont(FAMILIES)
    font.setPixelSize(EM)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def by_qt(text: str, font: QFont) -> list[tuple[int, str, int]]:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(1e7)
    layout.endLayout()
    glyphs = [
        (place.x(), run.rawFont().familyName(), number)
        for run in line.glyphRuns(-1, -1, QTextLayout.GlyphRunRetrievalFlag.RetrieveAll)
        for number, place in zip(run.glyphIndexes(), run.positions(), strict=True)
    ]
    return from_the_left(glyphs)


def by_us(text: str, typesetter: Typesetter) -> list[tuple[int, str, int]]:
    (line,) = typesetter.lines(text, 1e6, EM, is_bold=False)
    glyphs = []
    x = 0
    for piece in line.pieces:
        family = FAMILIES[
            ["NotoSans", "NotoSansArabic", "NotoSansEthiopic"].index(
                piece.face.name.removesuffix("-Regular")
            )
        ]
        for glyph in piece.glyphs:
            glyphs.append((x + glyph.dx, family, glyph.number))
            x += glyph.advance
    return from_the_left(glyphs)


def from_the_left(glyphs: list[tuple[float, str, int]]) -> list[tuple[int, str, int]]:
    """Order by place; a blank has no ink, and Qt also lists the marks that only steer."""
    first = min(x for x, _, _ in glyphs)
    blanks = {("Noto Sans", 3), ("Noto Sans Arabic", 3), ("Noto Sans Ethiopic", 407)}
    return sorted(
        (round(x - first), family, number)
        for x, family, number in glyphs
        if (family, number) not in blanks
    )


@pytest.mark.parametrize("name", LINES)
def test_a_line_has_the_glyphs_and_the_order_that_qt_gives_it(name, qt_font, typesetter):
    text = LINES[name]

    assert by_us(text, typesetter) == by_qt(text, qt_font)


def test_the_comparison_would_see_reversed_numbers(qt_font, typesetter):
    assert by_us("سن ۱۲۳", typesetter) != by_qt("سن ۳۲۱", qt_font)
