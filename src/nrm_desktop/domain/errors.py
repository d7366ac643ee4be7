"""The error tree: errors are told apart by who can do something about them.

Each error carries a stable `code` (the `error.code` of cli.md) and parameters that never hold
answer text. Message and remedy for people are looked up by code in the catalogue; this module
holds no screen text. It does not know exit codes either: `cli.output` maps the roots.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self


class Phrase(str):
    """A parameter that is a phrase with numbers in it.

    Shape: as a text it is English, which is what the command line says; `template` is the key of
    the phrase in the catalogue of every other language, `numbers` fill its places.
    """

    __slots__ = ("numbers", "template")
    template: str
    numbers: Mapping[str, object]

    def __new__(cls, template: str, /, **numbers: object) -> Self:
        """Make the English phrase, and keep what it is made of."""
        made = super().__new__(cls, template.format(**numbers))
        made.template, made.numbers = template, numbers
        return made


class NrmError(Exception):
    """Root of everything this program raises on purpose.

    Shape: `code` like `consent.missing`; `params` are short facts for the sentence (a count, a
    field id, a limit), never the content of an answer, a name or a place. A parameter that is a
    word of English is a key of the catalogue (`[word.what]`), one with numbers in it a `Phrase`.
    """

    default_code: ClassVar[str] = "program.fault"

    def __init__(self, code: str | None = None, /, **params: object) -> None:
        self.code = code or self.default_code
        self.params = params
        super().__init__(self.code)


class Locked(NrmError):
    """No passphrase, a wrong one, or a waiting time. Remedy: unlock, or the recovery groups."""

    default_code = "vault.wrong_passphrase"


class Usage(NrmError):
    """The request itself is wrong: unknown field, bad value, no such case."""

    default_code = "usage.bad_value"


class Refused(NrmError):
    """A rule says no: policy, consent, role or form. The error names the one step that helps."""

    default_code = "policy.role"


class EnvironmentFault(NrmError):
    """Disk, stick, network, clock or a missing library. Remedy: put it right and try again."""

    default_code = "storage.medium"


class HostileInput(NrmError):
    """Anything wrong in data from outside: the one family, caught per object, never fatal."""

    default_code = "integrity.format"


class IntegrityFault(NrmError):
    """Our own data contradicts itself. Remedy: read-only work, export, restore beside."""

    default_code = "integrity.database"


class ProgramFault(NrmError):
    """A defect of the program itself."""

    default_code = "program.fault"
