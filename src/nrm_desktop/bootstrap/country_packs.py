"""Which country packs a laptop works with: kept beside the safe, as forms are shown locked too.

What is missing or cannot be read means the base alone. The file says which country a laptop is in
and nothing else; who changes it can choose among packs that came with the program or were taken in
with their signature, and no answer is lost by that. A pack that was taken in lies in the database,
so while locked it is not there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from nrm_desktop.app.file_faults import told_as_faults
from nrm_desktop.domain.errors import Phrase, Usage
from nrm_desktop.domain.forms.block import is_short_id

NAME: Final = "packs.json"
_MOST: Final = 8
_BYTES: Final = 4096


def countries_of(folder: Path) -> tuple[str, ...]:
    """Give the country packs that were chosen for a data folder."""
    try:
        with (folder / NAME).open("rb") as file:
            found = json.loads(file.read(_BYTES))
    except (OSError, ValueError):
        return ()
    names = found.get("countries") if isinstance(found, dict) else None
    if not isinstance(names, list) or len(names) > _MOST:
        return ()
    return tuple(one for one in names if isinstance(one, str) and is_short_id(one))


def choose_countries(folder: Path, countries: Sequence[str]) -> None:
    """Keep the choice. Raises: EnvironmentFault where the folder cannot be written."""
    with told_as_faults("storage.medium"):
        text = json.dumps({"countries": list(countries)})
        (folder / NAME).write_text(text + "\n", encoding="utf-8")


def must_have_room(folder: Path, country: str) -> None:
    """Raises: Usage `usage.bad_value` where one more country would be too many."""
    if len({*countries_of(folder), country}) > _MOST:
        raise Usage(
            "usage.bad_value", what="countries", allowed=Phrase("{most} countries", most=_MOST)
        )


def add_country(folder: Path, country: str) -> None:
    """Work with one more country. Raises: EnvironmentFault where the folder cannot be written."""
    chosen = countries_of(folder)
    if country not in chosen:
        choose_countries(folder, (*chosen, country))
