"""Loads packs: from texts to the effective forms, or one refusal with every problem.

The order is always the same: read the base, join it, then each country pack onto it, then check
the whole. Nothing of a pack is used before all of it passed.

Packs with the same content are loaded once: a window that is unlocked again, and whoever checks a
pack that has arrived, meet the same files within minutes, and the forms that come out never change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from nrm_desktop.domain.forms.check import check
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.overlay import EMPTY, join
from nrm_desktop.domain.forms.own_ids import note_shared_ids
from nrm_desktop.domain.forms.parse import PACK_FILE, PackFiles, parse_pack
from nrm_desktop.domain.forms.problems import PackProblem, Place, ProblemLog

_FINGERPRINT_LABEL = b"nrm1/forms"
_LENGTH_BYTES = 8
_KEPT = 3
"""Those of the program, those that have arrived, and those that are being checked."""


@dataclass(frozen=True, slots=True)
class LoadedPacks:
    """The effective forms, and what a person should look at though it works."""

    forms: FormSet
    warnings: tuple[PackProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Content:
    """Packs, told apart by what they are called and what is in them."""

    names: tuple[str, ...]
    fingerprint: bytes
    packs: tuple[PackFiles, ...] = field(compare=False)


def load_packs(packs: Sequence[PackFiles]) -> LoadedPacks:
    """Load a base and the country packs that extend it.

    Shape: `packs` base first.
    Raises: PackRefused with all problems of all files.
    """
    names = tuple(files.name for files in packs)
    return _loaded(_Content(names, fingerprint(packs), tuple(packs)))


@lru_cache(maxsize=_KEPT)
def _loaded(content: _Content) -> LoadedPacks:
    log = ProblemLog()
    forms = EMPTY
    for files in content.packs:
        pack = parse_pack(files, log, forms)
        if pack is None:
            continue
        known = {info.id for info in forms.packs}
        if (pack.info.extends or "") not in (known or {""}) or pack.info.id in known:
            log.add(
                Place(f"{pack.info.id}/{PACK_FILE}").at("extends"),
                "unknown_pack",
                f"The pack extends `{pack.info.extends}`, which is not loaded before it.",
                "A country pack extends the base; a base extends nothing.",
            )
            continue
        if pack.info.extends:
            note_shared_ids(forms, pack, log)
        forms = join(forms, pack, log)
    if not forms.packs and not log.problems:
        log.add(Place(PACK_FILE), "missing_file", "There is no pack.", "Choose a folder with one.")
    if forms.packs:
        check(forms, log)
    log.refuse_if_any()
    found = replace(forms, fingerprint=content.fingerprint)
    return LoadedPacks(found, tuple(log.warnings))


def fingerprint(packs: Sequence[PackFiles]) -> bytes:
    """Name the content of packs: SHA-256 over every path and text, each with its length.

    Line ends do not count: a checkout on Windows has the same forms.
    """
    digest = hashlib.sha256(_FINGERPRINT_LABEL + b"\0")
    for files in packs:
        for path, text in sorted(files.texts.items()):
            for part in (path, text.replace("\r\n", "\n")):
                raw = part.encode()
                digest.update(len(raw).to_bytes(_LENGTH_BYTES, "big") + raw)
    return digest.digest()
