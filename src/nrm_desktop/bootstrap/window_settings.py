"""How the window looks: language, scheme, size of text. No case data, so it lies outside the safe.

A file that cannot be read means the defaults; nothing here may keep anybody from unlocking.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from nrm_desktop.texts import SOURCE_LANGUAGE, spoken_languages
from nrm_desktop.ui.presenters.choice import Choice
from nrm_desktop.ui.presenters.wording import Say
from nrm_desktop.ui.qt.languages import language_of
from nrm_desktop.ui.views.look_choices import LookChoiceList
from nrm_desktop.ui.widgets.look import Scheme

NAME: Final = "window.json"
SYSTEM: Final = "system"
SCHEMES: Final = (SYSTEM, *(scheme.value for scheme in Scheme))
SCALES: Final = (90, 100, 115, 130, 150, 175)


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """What a person chose. Shape: `scheme` is `system` or a scheme. Units: scale in percent."""

    language: str = SOURCE_LANGUAGE
    scheme: str = SYSTEM
    scale: int = 100

    def scheme_for(self, *, is_dark: bool) -> Scheme:
        """The scheme that holds on a system that is dark or not."""
        if self.scheme == SYSTEM:
            return Scheme.DARK if is_dark else Scheme.LIGHT
        return Scheme(self.scheme)

    def lists(self, say: Say, resources: Path) -> tuple[LookChoiceList, ...]:
        """What may be chosen, in words. Shape: `resources` hold the languages, in `texts`."""
        spoken = spoken_languages(resources / "texts")
        languages = tuple(Choice(tag, language_of(tag).own_name) for tag in spoken)
        schemes = (
            Choice(SYSTEM, say("Colours of the system")),
            Choice(Scheme.LIGHT, say("Light")),
            Choice(Scheme.DARK, say("Dark")),
            Choice(Scheme.HIGH_CONTRAST, say("High contrast")),
        )
        scales = tuple(Choice(str(scale), f"{scale} %") for scale in SCALES)
        return (
            LookChoiceList(say("Language"), languages, self.language),
            LookChoiceList(say("Colours"), schemes, self.scheme),
            LookChoiceList(say("Size of text"), scales, str(self.scale)),
        )

    def changed(self, number: int, code: str) -> WindowSettings:
        """The settings with another choice in one of the lists."""
        if number == 0:
            return replace(self, language=code)
        return replace(self, scheme=code) if number == 1 else replace(self, scale=int(code))


def read_settings(folder: Path, resources: Path) -> WindowSettings:
    """Read the settings of a data folder; what is missing or wrong has its default.

    Shape: `resources` say which languages there are.
    """
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return WindowSettings()
    plain = WindowSettings()
    if not isinstance(found, dict):
        return plain
    language, scheme = str(found.get("language")), str(found.get("scheme"))
    scale = found.get("scale")
    return WindowSettings(
        language if language in spoken_languages(resources / "texts") else plain.language,
        scheme if scheme in SCHEMES else plain.scheme,
        scale if isinstance(scale, int) and scale in SCALES else plain.scale,
    )


def write_settings(folder: Path, settings: WindowSettings) -> None:
    """Keep the settings; a folder that does not exist or cannot be written keeps none."""
    if not folder.is_dir():
        return
    try:
        (folder / NAME).write_text(json.dumps(asdict(settings)), encoding="utf-8")
    except OSError:
        return
