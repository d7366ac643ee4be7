"""A small base pack and a small country pack: they load, and are easy to break in one place.

The files lie in `packs/` beside this module; texts are made up as they are needed.
"""

from __future__ import annotations

from pathlib import Path

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.parse import PackFiles
from nrm_desktop.domain.forms.problems import PackProblem, PackRefused

_FOLDER = Path(__file__).parent / "packs"
_BASE_ORDER = (
    "pack.toml",
    "forms/screening.toml",
    "forms/quick.toml",
    "forms/referral.toml",
    "forms/consent_register.toml",
    "codelists/lists.toml",
    "compartments.toml",
    "facts.toml",
    "layouts/referral.toml",
)


def _read(path: str) -> str:
    return (_FOLDER / path).read_text(encoding="utf-8")


BASE = {path: _read(f"base/{path}") for path in _BASE_ORDER}
PACK = BASE["pack.toml"]
SCREENING = BASE["forms/screening.toml"]
QUICK = BASE["forms/quick.toml"]
REFERRAL = BASE["forms/referral.toml"]
REGISTER = BASE["forms/consent_register.toml"]
LISTS = BASE["codelists/lists.toml"]
ROLES = BASE["compartments.toml"]
FACTS = BASE["facts.toml"]
LAYOUT = BASE["layouts/referral.toml"]
COUNTRY_PACK = _read("gb/pack.toml")
COUNTRY_SCREENING = _read("gb/forms/screening.toml")


def base_files(**changed: str) -> dict[str, str]:
    """The files of the base; name a file to replace it, for example `screening=...`."""
    # Where a form and a layout have one name, the form is meant.
    by_name = {path.rpartition("/")[2].removesuffix(".toml"): path for path in reversed(BASE)}
    return {**BASE, **{by_name.get(name, name): text for name, text in changed.items()}}


def country_files(screening: str = COUNTRY_SCREENING, **more: str) -> dict[str, str]:
    """The files of the country pack."""
    return {"pack.toml": COUNTRY_PACK, "forms/screening.toml": screening, **more}


def with_texts(files: dict[str, str], *countries: dict[str, str]) -> dict[str, str]:
    """Add every text that the packs want, so that a test fails for its own reason only."""
    problems = problems_of(files, *countries)
    keys = [one.message.split("`")[1] for one in problems if one.code == "missing_text"]
    return {**files, "texts/en.toml": "\n".join(f'"{key}" = "text of {key}"' for key in keys)}


def problems_of(files: dict[str, str], *countries: dict[str, str]) -> tuple[PackProblem, ...]:
    """Load and give the problems; none if the packs are good."""
    try:
        _load(files, *countries)
    except PackRefused as refused:
        return refused.problems
    return ()


def codes_of(files: dict[str, str], *countries: dict[str, str]) -> set[str]:
    """The codes of all problems besides missing texts."""
    return {problem.code for problem in problems_of(files, *countries)} - {"missing_text"}


def small_forms(*countries: dict[str, str]) -> FormSet:
    """The small packs, loaded."""
    return _load(with_texts(base_files(), *countries), *countries)


def _load(files: dict[str, str], *countries: dict[str, str]) -> FormSet:
    packs = [PackFiles("base", files), *(PackFiles("gb", texts) for texts in countries)]
    return load_packs(packs).forms
