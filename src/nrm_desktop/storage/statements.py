"""Named SQL statements: one file per group of tables, so that auditors can read them as SQL.

This module decides how a file is cut into statements. It never builds SQL: values only ever go in
as parameters.

Shape of a file: comment lines, then `-- name: NAME` before each statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Final

from nrm_desktop.domain.errors import ProgramFault

_NAME: Final = "-- name: "
_FOLDER: Final = resources.files("nrm_desktop.storage") / "sql"


def load_statements(group: str) -> Mapping[str, str]:
    """Read the statements of `sql/GROUP.sql` by name.

    Raises: ProgramFault when a name stands twice.
    """
    found: dict[str, str] = {}
    text = (_FOLDER / f"{group}.sql").read_text(encoding="utf-8")
    for part in text.split(_NAME)[1:]:
        name, _, sql = part.partition("\n")
        if name in found:
            raise ProgramFault("program.fault", what=name)
        found[name] = sql.strip().removesuffix(";")
    return MappingProxyType(found)
