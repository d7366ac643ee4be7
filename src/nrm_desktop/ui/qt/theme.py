"""The theme: tokens become a palette, a style sheet, fonts and a focus ring.

Rules:
- Only shipped fonts are used, and a missing one is an error: on a bare machine the system's own
  fonts have no Ethiopic and poor Arabic, and an unreadable consent text is no consent.
- The style is Fusion on every platform; the system's own colours are not asked.
- A theme is applied before the window is built; another theme builds the window anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import MappingProxyType

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.ui.qt.theme_tokens import Tokens
from nrm_desktop.ui.widgets.focus_ring import FocusRing
from nrm_desktop.ui.widgets.look import Look, Scheme

_PERCENT = 100
_RING_NAME = "focus-ring"


def load_fonts(folder: Path, families: tuple[str, ...]) -> None:
    """Load the shipped fonts into the running application, once after its start.

    Raises: EnvironmentFault `install.font` where a file cannot be used, or a family is missing.
    """
    loaded: set[str] = set()
    for path in sorted(folder.rglob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        if number < 0:
            raise EnvironmentFault("install.font", file=path.name)
        loaded.update(QFontDatabase.applicationFontFamilies(number))
    missing = [family for family in families if family not in loaded]
    if missing:
        raise EnvironmentFault("install.font", family=missing[0])


@dataclass(frozen=True, slots=True)
class Writing:
    """How the language of the window is written. Shape: `script` as in the tokens, or empty."""

    script: str = ""
    is_rtl: bool = False


def make_look(tokens: Tokens, scheme: Scheme, scale: int, writing: Writing) -> Look:
    """Take the tokens of a scheme at a scale. Units: scale in percent."""
    return Look(
        scheme=scheme,
        scale=scale,
        is_rtl=writing.is_rtl,
        colours=MappingProxyType(
            {name: QColor(values[scheme]) for name, values in tokens.colours.items()}
        ),
        sizes=MappingProxyType(tokens.sizes_at(scheme, scale)),
        fonts=MappingProxyType(
            {
                name: _font(tokens.families_of(writing.script), points * scale / _PERCENT, is_bold)
                for name, (points, is_bold) in tokens.types.items()
            }
        ),
    )


def _font(families: tuple[str, ...], points: float, is_bold: bool) -> QFont:  # noqa: FBT001 - a weight
    font = QFont()
    font.setFamilies(list(families))
    font.setPointSizeF(points)
    font.setBold(is_bold)
    return font


def apply_look(app: QApplication, look: Look, rules: str) -> None:
    """Dress the application: style, palette, font, style sheet, focus ring.

    Shape: `rules` is the text of `resources/look.qss`.
    """
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette_of(look))
    app.setFont(look.font("body"))
    app.setStyleSheet(style_sheet(look, rules))
    old = app.findChild(FocusRing, _RING_NAME)
    if old is not None:
        old.retire()
    FocusRing(app, look).setObjectName(_RING_NAME)


def style_sheet(look: Look, rules: str) -> str:
    """Fill the tokens into the rules.

    Raises: KeyError where a rule names a token that does not exist.
    """
    names: dict[str, object] = {name: colour.name() for name, colour in look.colours.items()}
    inset = look.px("scroll") // 4
    names |= look.sizes
    names |= {"scroll_inset": inset, "scroll_round": (look.px("scroll") - 2 * inset) // 2}
    return Template(rules).substitute(names)


def palette_of(look: Look) -> QPalette:
    """Map the tokens to Qt's roles; `PlaceholderText` is the colour of secondary text."""
    role = QPalette.ColorRole
    palette = QPalette(look.colour("surface"), look.colour("bg"))
    for name, colour in (
        (role.Window, "bg"),
        (role.WindowText, "text"),
        (role.Base, "surface"),
        (role.AlternateBase, "side"),
        (role.Text, "text"),
        (role.PlaceholderText, "mute"),
        (role.Button, "surface"),
        (role.ButtonText, "text"),
        (role.BrightText, "bad"),
        (role.Highlight, "sel"),
        (role.HighlightedText, "text"),
        (role.Link, "acc"),
        (role.LinkVisited, "acc"),
        (role.Accent, "acc"),
        (role.ToolTipBase, "surface"),
        (role.ToolTipText, "text"),
        (role.Light, "surface"),
        (role.Midlight, "side"),
        (role.Mid, "line"),
        (role.Dark, "ctl"),
        (role.Shadow, "ctl"),
    ):
        palette.setColor(name, look.colour(colour))
    for disabled in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, disabled, look.colour("mute"))
    return palette
