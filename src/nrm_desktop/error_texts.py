"""Errors in words: for each stable code one sentence and the step that helps next.

The words are data (`texts/errors/<language>.toml`): `[code]` with `message` and `remedy`, in which
`{name}` stands for a parameter of the error. A code without words falls back to its family
(`storage` of `storage.full`) and then to a sentence that says only that it was refused; it never
shows a parameter that the words did not ask for.

The window explains in the language that was chosen for it; the command line stays English, because
others script against it.

What stands in a place of a sentence is said in that language too: `[word.PLACE]` of the same file
has a translation for each English word that the program puts there. Whoever has the forms at hand
gives names of questions and tables (`NameOf`). All else is a code, and stays as it is.

In a language that runs from the right, each name and code stands in an isolate.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from string import Formatter

from nrm_desktop.domain.errors import NrmError, Phrase
from nrm_desktop.domain.scripts import is_from_the_right, isolated

FALLBACK = "en"
NameOf = Callable[[str, str], str]
"""Gives the name of what a place of a sentence holds, by place and code; empty if it has none."""
_WORDS = "word"
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
    def _tables(self) -> tuple[Mapping[str, object], ...]:
        """Read when the first error is explained: most starts have none. Shape: English first."""
        return tuple(_load(self._root, one) for one in dict.fromkeys((FALLBACK, self._language)))

    @cached_property
    def _texts(self) -> Mapping[str, Mapping[str, str]]:
        return {code: words for table in self._tables for code, words in _flat(table, "")}

    @cached_property
    def _said(self) -> Mapping[tuple[str, str], str]:
        """What is put into places of sentences, by place and English word."""
        return {key: word for table in self._tables for key, word in _placed(table)}

    def explain(self, error: NrmError, name_of: NameOf | None = None) -> tuple[str, str]:
        """Give message and remedy of an error."""
        words = self._words(error)
        params = {
            name: self._shown(name, value, name_of or _no_name)
            for name, value in error.params.items()
        }
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

    def _shown(self, place: str, value: object, name_of: NameOf) -> str:
        many = value if isinstance(value, list | tuple | frozenset | set) else (value,)
        said = [(str(each), self._word(place, each), name_of(place, str(each))) for each in many]
        if not any(word or name for _, word, name in said):
            return self._held(", ".join(code for code, _, _ in said))
        return self._comma.join(word or self._held(name or code) for code, word, name in said)

    @property
    def _is_mirrored(self) -> bool:
        return is_from_the_right(self._language)

    @property
    def _comma(self) -> str:
        return "، " if self._is_mirrored else ", "

    def _held(self, text: str) -> str:
        return isolated(text) if self._is_mirrored else text

    def _word(self, place: str, value: object) -> str:
        """What a parameter is called in this language; empty if it is a code."""
        if isinstance(value, Phrase):
            return self._said.get((place, value.template), "").format(**value.numbers)
        return self._said.get((place, str(value)), "")

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


def _no_name(_place: str, _code: str) -> str:
    return ""


def _load(root: Path, language: str) -> Mapping[str, object]:
    file = root / "texts" / "errors" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _placed(table: Mapping[str, object]) -> Iterator[tuple[tuple[str, str], str]]:
    places = table.get(_WORDS)
    for place, words in places.items() if isinstance(places, dict) else ():
        yield from (((place, key), str(word)) for key, word in words.items())


def _flat(table: Mapping[str, object], prefix: str) -> list[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    if "message" in table:
        found.append((prefix, {part: str(table.get(part, "")) for part in ("message", "remedy")}))
    for key, inner in table.items():
        if isinstance(inner, dict):
            found += _flat(inner, f"{prefix}.{key}" if prefix else key)
    return found
