"""The shipped fonts, opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from nrm_desktop.documents.fonts import FontSet, load_fonts

FONTS = Path(__file__).parents[3] / "resources/fonts"


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    return load_fonts(FONTS)
