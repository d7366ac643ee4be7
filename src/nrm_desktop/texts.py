"""The words of the program: catalogues per language, and the translator that reads from them.

Catalogues are gettext `.po` files in `resources/texts/<language>/`, read as they are: nothing is
compiled and no build step can be forgotten. Source strings are English and stand in the code.
Errors have words of their own, by code (`error_texts`); packs carry theirs. Which languages the
program speaks is decided by what lies there (`spoken_languages`), and by no list in the code.

Rules:
- A text that is missing falls back to English; nothing is ever shown empty.
- A text whose `{names}` differ from the source's is refused at load: it would break on screen.
- In the window a parameter that runs against its sentence stands in an isolate. Documents, which
  ask a line of no words for its direction, set their isolates themselves.
- Fuzzy entries are not used. A catalogue that nobody has reviewed says so (`is_reviewed`).
"""

from __future__ import annotations

import ast
import gettext
import re
import string
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.scripts import is_from_the_right, isolated

SOURCE_LANGUAGE = "en"
_CATALOGUES = ("ui.po", "documents.po")
_REVIEWED = "X-Reviewed-By"
_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d+)\])?)\s+(".*")')
_PLURALS = re.compile(r"plural\s*=\s*([^;]+);")
_LETTERS_FROM_THE_RIGHT = frozenset({"R", "AL"})
_FORMATTER = string.Formatter()

Key = tuple[str, str]
"""Context, source. The context is empty for most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a catalogue. Shape: several `forms` for a plural, in the language's order."""

    context: str
    source: str
    plural: str
    forms: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """An entry while its lines are being read."""

    parts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False
    last: str = ""

    def made(self) -> Entry | None:
        if "msgid" not in self.parts or self.is_fuzzy:
            return None
        numbered = sorted(key for key in self.parts if key.startswith("msgstr"))
        return Entry(
            self.parts.get("msgctxt", ""),
            self.parts["msgid"],
            self.parts.get("msgid_plural", ""),
            tuple(self.parts[key] for key in numbered),
        )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language, of one or several files."""

    entries: Mapping[Key, tuple[str, ...]]
    plural_form: Callable[[int], int]
    is_reviewed: bool


class Translator:
    """Words in one language (fulfils `Say` of the screens and what documents need)."""

    def __init__(self, language: str, catalogue: Catalogue, *, isolates: bool = False) -> None:
        self._language = language
        self._own = catalogue
        self._isolates = isolates

    @property
    def language(self) -> str:
        """Language tag."""
        return self._language

    @property
    def is_reviewed(self) -> bool:
        """True if a native-speaking practitioner has read the catalogue."""
        return self._own.is_reviewed

    def __call__(self, source: str, /, **params: object) -> str:
        """The text in this language, its `{names}` filled in."""
        return self._filled(self._find("", source), params)

    def of(self, context: str, source: str, /, **params: object) -> str:
        """A word that means several things, told apart by a context."""
        return self._filled(self._find(context, source), params)

    def plural(self, one: str, many: str, count: int, /, **params: object) -> str:
        """The form that fits `count`, which fills `{count}`."""
        forms = self._own.entries.get(("", one))
        if forms:
            text = forms[min(self._own.plural_form(count), len(forms) - 1)]
        else:
            text = one if count == 1 else many
        return self._filled(text, {"count": count, **params})

    def _find(self, context: str, source: str) -> str:
        forms = self._own.entries.get((context, source))
        return forms[0] if forms and forms[0] else source

    def _filled(self, text: str, params: Mapping[str, object]) -> str:
        if self._isolates:
            params = {name: self._apart(value) for name, value in params.items()}
        return text.format(**params)

    def _apart(self, value: object) -> object:
        """A word that runs from the right, or stands in a sentence that does, in an isolate."""
        if not isinstance(value, str):
            return value
        has_to = is_from_the_right(self._language) or _has_letters_from_the_right(value)
        return isolated(value) if has_to else value


def spoken_languages(texts: Path) -> tuple[str, ...]:
    """Languages that the program speaks: that of the source, then by tag all that are whole.

    One without words for the window, for papers or for errors is not offered: half of a screen in
    a language that somebody does not read helps nobody.

    Shape: `texts` is the folder `resources/texts`.
    """
    tags = sorted(catalogue.parent.name for catalogue in texts.glob(f"*/{_CATALOGUES[0]}"))
    return (SOURCE_LANGUAGE, *(tag for tag in tags if _is_whole(texts, tag)))


def load_translator(texts: Path, language: str, *, isolates: bool = False) -> Translator:
    """Read the catalogues of a language.

    Shape: `texts` is the folder `resources/texts`; a language without a folder speaks English.
    With `isolates`, parameters cannot turn the words around them.
    Raises: EnvironmentFault `install.damaged` where a catalogue cannot be read.
    """
    return Translator(language, load_catalogue(texts / language), isolates=isolates)


def load_catalogue(folder: Path) -> Catalogue:
    """Join the files of one language.

    Raises: EnvironmentFault `install.damaged` where one cannot be read.
    """
    entries: dict[Key, tuple[str, ...]] = {}
    head = ""
    for path in sorted(folder.glob("*.po")):
        try:
            found = list(read_po(path.read_text(encoding="utf-8")))
            head = next((entry.forms[0] for entry in found if not entry.source), head)
            entries |= {(one.context, one.source): one.forms for one in found if one.source}
        except (OSError, ValueError) as error:
            name = f"{folder.name}/{path.name}"
            raise EnvironmentFault("install.damaged", file=name) from error
    return Catalogue(MappingProxyType(entries), _plural_form(head), _is_reviewed(head))


def read_po(text: str) -> Iterator[Entry]:
    """Read the entries of a `.po` file; the one with an empty source is its head.

    Raises: ValueError naming the line where it is no `.po`, or where names in braces differ.
    """
    draft = _Draft()
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        starts_new = line.startswith(("msgctxt", "msgid ", "#")) and "msgid" in draft.parts
        if not line.strip() or (starts_new and draft.last.startswith("msgstr")):
            entry = draft.made()
            if entry is not None:
                _check_names(entry, number)
                yield entry
            draft = _Draft()
        _read_line(line.strip(), draft, number)


def names_in(text: str) -> frozenset[str]:
    """The names in braces of a text."""
    return frozenset(name for _, name, _, _ in _FORMATTER.parse(text) if name)


def _has_letters_from_the_right(text: str) -> bool:
    return any(unicodedata.bidirectional(one) in _LETTERS_FROM_THE_RIGHT for one in text)


def _is_whole(texts: Path, tag: str) -> bool:
    files = [texts / tag / name for name in _CATALOGUES]
    return all(file.is_file() for file in (*files, texts / "errors" / f"{tag}.toml"))


def _read_line(line: str, draft: _Draft, number: int) -> None:
    if not line:
        return
    if line.startswith("#"):
        draft.is_fuzzy = draft.is_fuzzy or (line.startswith("#,") and "fuzzy" in line)
        return
    if match := _LINE.fullmatch(line):
        draft.last = match[1]
        draft.parts[draft.last] = _unquoted(match[3], number)
    elif line.startswith('"') and draft.last:
        draft.parts[draft.last] += _unquoted(line, number)
    else:
        raise ValueError(f"line {number} is no line of a catalogue")


def _unquoted(quoted: str, number: int) -> str:
    try:
        value = ast.literal_eval(quoted)
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"line {number} is not quoted well") from error
    if not isinstance(value, str):
        raise ValueError(f"line {number} is not quoted well")  # noqa: TRY004 - one error for all
    return value


def _check_names(entry: Entry, number: int) -> None:
    if not entry.source:
        return
    allowed = names_in(entry.source) | names_in(entry.plural)
    for form in entry.forms:
        if form and not names_in(form) <= allowed:
            raise ValueError(f"the text before line {number} has other names in braces")


def _plural_form(head: str) -> Callable[[int], int]:
    match = _PLURALS.search(head)
    return gettext.c2py(match[1].strip() if match else "n != 1")


def _is_reviewed(head: str) -> bool:
    lines = (line.partition(":") for line in head.splitlines())
    return any(name == _REVIEWED and value.strip() for name, _, value in lines)
