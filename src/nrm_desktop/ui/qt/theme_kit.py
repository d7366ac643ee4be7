"""Makes the kit of a window: tokens, fonts, icons and words, joined for one look."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.ui.presenters.date_entry import date_vocabulary
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.qt.key_positions import place_reader
from nrm_desktop.ui.qt.locale import LocaleDates, direction_of, language_of
from nrm_desktop.ui.qt.theme import Writing, apply_look, load_fonts, make_look
from nrm_desktop.ui.qt.theme_tokens import read_tokens
from nrm_desktop.ui.widgets.icon import Icons
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.look import Scheme

_NORMAL = 100


@dataclass(frozen=True, slots=True)
class LookChoice:
    """What a person chose in the settings. Units: scale in percent, one of the tokens' steps."""

    scheme: Scheme = Scheme.LIGHT
    scale: int = _NORMAL


def load_shipped_fonts(resources: Path) -> None:
    """Load the fonts that the tokens name, once after the start of the application.

    Raises: EnvironmentFault `install.damaged` or `install.font` where one is missing.
    """
    load_fonts(resources / "fonts", read_tokens(resources / "tokens.toml").families)


def dress(app: QApplication, resources: Path, say: Say, choice: LookChoice) -> Kit:
    """Dress the application for a language and a look, and give the kit for its widgets.

    Raises: EnvironmentFault `install.damaged` where a resource is missing.
    """
    tokens = read_tokens(resources / "tokens.toml")
    language = language_of(say.language)
    writing = Writing(language.script, language.is_rtl)
    look = make_look(tokens, choice.scheme, choice.scale, writing)
    app.setLayoutDirection(direction_of(say.language))
    apply_look(app, look, _read(resources / "look.qss"))
    folder = resources / "icons"
    icons = Icons(folder, mirrored_icons(folder), look, app.devicePixelRatio())
    dates = LocaleDates(say)
    return Kit(
        look=look,
        icons=icons,
        say=say,
        dates=dates,
        date_words=date_vocabulary(say, dates),
        place_of=place_reader(app.platformName()),
    )


def mirrored_icons(folder: Path) -> frozenset[str]:
    """Names of the icons that are turned round from right to left.

    Raises: EnvironmentFault `install.damaged` where the manifest cannot be read.
    """
    try:
        return frozenset(tomllib.loads(_read(folder / "MANIFEST.toml"))["manifest"]["mirrored"])
    except (ValueError, KeyError) as error:
        raise EnvironmentFault("install.damaged", file="icons/MANIFEST.toml") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise EnvironmentFault("install.damaged", file=path.name) from error
