"""Errors in words: for each stable code one sentence and the step that helps next.

The words are data (`texts/errors/<language>.toml`): `[code]` with `message` and `remedy`, in which
`{name}` stands for a parameter of the error. A code without words falls back to its family
(`storage` of `storage.full`) and then to a sentence that says only that it was refused; it never
shows a parameter that the words did not ask for.

The window explains in the language that was chosen for it; the command line stays English, because
others script against it.

In a language that runs from the right, each parameter stands in an isolate.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from string import Formatter

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.scripts import is_from_the_right, isolated

FALLBACK = "en"
_LAST_RESORT = "other"
_PLAIN = "plain"
"""Words of a code for whoever raises it without what its remedy would name."""
_FROM_THE_RIGHT = frozenset({"R", "AL"})
_ISOLATED = "\u2068{}\u2069"
"""With the direction of its own first letter, whatever stands around it (UAX 9: FSI, PDI)."""


class ErrorTexts:
    """Explains errors in one language.

    Shape: `root` is the folder of resources; a missing language falls back to English.
    """

    def __init__(self, root: Path, language: str = FALLBACK) -> None:
        self._root = root
        self._language = language

    @cached_property
    def _texts(self) -> Mapping[str, Mapping[str, str]]:
        """Read when the first error is explained: most starts have none."""
        texts = _load(self._root, FALLBACK)
        return texts if self._language == FALLBACK else texts | _load(self._root, self._language)

    def explain(self, error: NrmError) -> tuple[str, str]:
        """Give message and remedy of an error."""
        words = self._words(error)
        params = {name: self._shown(value) for name, value in error.params.items()}
        return _filled(words["message"], params), _filled(words["remedy"], params)

    def _words(self, error: NrmError) -> Mapping[str, str]:
        """The words of a code, of its family, or none; plainer ones where a parameter lacks."""
        family = error.code.partition(".")[0]
        keys = (error.code, family, _LAST_RESORT)
        words = next(self._texts[key] for key in keys if key in self._texts)
        plain = self._texts.get(f"{error.code}.{_PLAIN}")
        if plain is not None and not _names_in(words["remedy"]) <= error.params.keys():
            return plain
        return words

    def _shown(self, value: object) -> str:
        many = value if isinstance(value, list | tuple | frozenset | set) else (value,)
        text = ", ".join(str(each) for each in many)
        return isolated(text) if is_from_the_right(self._language) else text

    def codes(self) -> frozenset[str]:
        """Every code that has words of its own."""
        return frozenset(self._texts)


class _Params(dict[str, str]):
    """Parameters of a sentence; a missing one is left out rather than failing the message."""

    def __missing__(self, key: str) -> str:
        return "…"


def _names_in(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _filled(text: str, params: Mapping[str, str]) -> str:
    return text.format_map(_Params(params))


def _load(root: Path, language: str) -> dict[str, Mapping[str, str]]:
    file = root / "texts" / "errors" / f"{language}.toml"
    if not file.is_file():
        return {}
    return dict(_flat(tomllib.loads(file.read_text(encoding="utf-8")), ""))


def _flat(table: Mapping[str, object], prefix: str) -> list[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    if "message" in table:
        found.append((prefix, {part: str(table.get(part, "")) for part in ("message", "remedy")}))
    for key, inner in table.items():
        if isinstance(inner, dict):
            found += _flat(inner, f"{prefix}.{key}" if prefix else key)
    return found
