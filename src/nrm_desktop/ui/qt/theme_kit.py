"""Makes the kit of a window: tokens, fonts, icons and words, joined for one look."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path

from PySide6.QtWidgets import QApplication

from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.ui.presenters.wording import DateWords, Say
from nrm_desktop.ui.qt.key_positions import place_reader
from nrm_desktop.ui.qt.languages import direction_of, language_of
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
    return Kit(
        look=look,
        icons=icons,
        say=say,
        dates=_LateDates(say),
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


class _LateDates:
    """Dates in a language (fulfils `DateWords`), loaded when the first one is shown.

    The locked screen shows none, and the names of all months and languages take a while to load.
    """

    def __init__(self, say: Say) -> None:
        self._say = say

    @cached_property
    def _dates(self) -> DateWords:
        dates: DateWords = import_module("nrm_desktop.ui.qt.locale").LocaleDates(self._say)
        return dates

    @property
    def months(self) -> tuple[tuple[str, ...], ...]:
        return self._dates.months

    def show(self, date: PartialDate) -> str:
        return self._dates.show(date)

    def clock(self, at_ms: int) -> str:
        return self._dates.clock(at_ms)

    def day(self, at_ms: int) -> str:
        return self._dates.day(at_ms)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise EnvironmentFault("install.damaged", file=path.name) from error
