"""Reading `tokens.toml`: the one home of colours, sizes and fonts.

This module decides what the file must contain and how sizes are scaled. It draws nothing and
knows no widget.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.ui.widgets.look import Scheme

_PERCENT = 100
_WHOLE_NUMBERS = frozenset({"wide_from", "pane_from", "rail_from", "popup_rows"})
"""Sizes that are compared with the window's width divided by the scale, or are counts."""


@dataclass(frozen=True, slots=True)
class ContrastPair:
    """A colour on a ground, and the least ratio it must reach."""

    front: str
    ground: str
    least: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """The content of the file.

    Shape: `colours` maps a name to its three values by scheme; `types` maps a role to points and
    weight; `sizes_hc` replaces sizes in high contrast; `first_families` is by script.
    Units: pixels and points at scale 100.
    """

    colours: Mapping[str, Mapping[Scheme, str]]
    pairs: tuple[ContrastPair, ...]
    sizes: Mapping[str, int]
    sizes_hc: Mapping[str, int]
    types: Mapping[str, tuple[float, bool]]
    families: tuple[str, ...]
    first_families: Mapping[str, str]
    steps: tuple[int, ...]

    def families_of(self, script: str) -> tuple[str, ...]:
        """The chain of fonts for a window in a script; its own family comes first."""
        first = self.first_families.get(script, self.families[0])
        return (first, *(family for family in self.families if family != first))

    def sizes_at(self, scheme: Scheme, scale: int) -> dict[str, int]:
        """Sizes in a scheme, scaled and rounded; what is not nothing stays at least one pixel."""
        named = {**self.sizes, **(self.sizes_hc if scheme is Scheme.HIGH_CONTRAST else {})}
        return {
            name: size if name in _WHOLE_NUMBERS else _scaled(size, scale)
            for name, size in named.items()
        }


@cache
def read_tokens(path: Path) -> Tokens:
    """Read the file.

    Raises: EnvironmentFault `install.damaged` where it is missing or something in it is.
    """
    try:
        return _tokens(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault("install.damaged", file=path.name) from error


def _tokens(data: Mapping[str, Any]) -> Tokens:
    types = dict(data["type"])
    families = tuple(types.pop("families"))
    first_families = dict(types.pop("first"))
    return Tokens(
        colours={
            name: {scheme: str(values[scheme.value]) for scheme in Scheme}
            for name, values in data["colour"].items()
        },
        pairs=tuple(
            ContrastPair(entry["front"], ground, float(entry["least"]))
            for entry in data["contrast"]
            for ground in entry["on"]
        ),
        sizes={name: int(size) for name, size in data["size"].items()},
        sizes_hc={name: int(size) for name, size in data["size_hc"].items()},
        types={name: (float(one["points"]), bool(one["bold"])) for name, one in types.items()},
        families=families,
        first_families=first_families,
        steps=tuple(int(step) for step in data["scale"]["steps"]),
    )


def _scaled(size: int, scale: int) -> int:
    return max(1, round(size * scale / _PERCENT)) if size else 0
