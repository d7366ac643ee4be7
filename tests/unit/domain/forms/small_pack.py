"""A small base pack and a small country pack: they load, and are easy to break in one place."""

from __future__ import annotations

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.parse import PackFiles
from nrm_desktop.domain.forms.problems import PackProblem, PackRefused

PACK = """
[pack]
id = "base"
version = "0.1.0"
language = "en"
forms = ["screening", "quick", "referral", "consent_register"]
layouts = ["referral"]
"""

SCREENING = """
[form]
id = "screening"
repeats = true

[[section]]
id = "setting"
compartment = "core"

[[section]]
id = "person"
compartment = "identity"
closed_until = { any = [
  { field = "screening.consent_talk", answered = true },
  { fact = "observation_only" },
] }

[[section]]
id = "situation"
compartment = "account"
repeats = true

[[field]]
id = "screening.started_at"
section = "setting"
type = "datetime"
required_for = [{ act = "interview.finish" }]

[[field]]
id = "screening.consent_talk"
section = "setting"
type = "one"
codes = ["yes", "partly", "no"]

[[field]]
id = "screening.seen_alone"
section = "setting"
type = "yesno"

[[field]]
id = "screening.danger_now"
section = "setting"
type = "yesno"
compartment = "support"
remark = true
consent_groups = ["risk"]
required_for = ["referral.send"]

[[field]]
id = "screening.others_present"
section = "setting"
type = "group"
compartment = "account"
visible_when = { field = "screening.seen_alone", equals = false }
  [[field.field]]
  id = "role"
  type = "one"
  codelist = "others_role"
  [[field.field]]
  id = "can_hear"
  type = "yesno"
  visible_when = { field = "screening.others_present.role", in = ["partner", "police"] }

[[field]]
id = "screening.given_name"
section = "person"
type = "text"
consent_groups = ["identity"]
purposes = ["refer", "health"]
erase = "alone"

[[field]]
id = "screening.age_status"
section = "person"
type = "one"
compartment = "core"
merge = "protective:child"
codes = ["documented", "stated"]

[[field]]
id = "screening.child_signs"
section = "person"
type = "many"
compartment = "core"
codelist = "child_sign"

[[field]]
id = "screening.control"
section = "situation"
type = "many"
codes = ["debt", "threats", "other"]

[[field]]
id = "screening.debt"
section = "situation"
type = "number"
visible_when = { field = "screening.control", equals = "debt" }

[[field]]
id = "screening.places"
section = "situation"
type = "group"
  [[field.field]]
  id = "town"
  type = "place"
  htcds = "hte_City"
"""

QUICK = """
[form]
id = "quick"
repeats = true
same_record_as = "screening"

[[section]]
id = "q"
compartment = "core"

[[field]]
id = "quick.q_danger"
section = "q"
same_as = "screening.danger_now"

[[field]]
id = "quick.q_kept"
section = "q"
type = "yesno"
"""

REFERRAL = """
[form]
id = "referral"
repeats = true

[[section]]
id = "envelope"
compartment = "core"

[[section]]
id = "need"
compartment = "support"
repeats = true
compartment_by = "referral.domain"

[[field]]
id = "referral.to_org"
section = "envelope"
type = "ref"
ref = "service"
required_for = ["referral.send"]

[[field]]
id = "referral.urgency"
section = "envelope"
type = "one"
codes = ["now", "planned"]
required_for = ["referral.send"]

[[field]]
id = "referral.absence_contact"
section = "envelope"
type = "text"
required_for = [
  { act = "referral.send", when = { not = { field = "referral.urgency", equals = "now" } } },
  { act = "referral.send", hint = true },
]

[[field]]
id = "referral.domain"
section = "need"
type = "one"
codelist = "need_domain"

[[field]]
id = "referral.need_now"
section = "need"
type = "long"
own_words = true
required_for = ["referral.send"]
"""

REGISTER = """
[form]
id = "consent_register"
repeats = true

[[section]]
id = "row"
compartment = "core"

[[field]]
id = "consent_register.cr_answer"
section = "row"
type = "one"
codes = ["yes", "no", "not_now"]
merge = "protective:consent_answer"
"""

LISTS = """
[[codelist]]
id = "others_role"
  [[codelist.code]]
  code = "partner"
  [[codelist.code]]
  code = "police"
  [[codelist.code]]
  code = "other"

[[codelist]]
id = "child_sign"
codes_are = 1
"""

LISTS = (
    LISTS.replace("codes_are = 1\n", '[[codelist.code]]\ncode = "says_so"\n')
    + """
[[codelist]]
id = "need_domain"
  [[codelist.code]]
  code = "shelter"
  [[codelist.code]]
  code = "physical_health"
  compartment = "health"

[[codelist]]
id = "data_group"
  [[codelist.code]]
  code = "identity"
  [[codelist.code]]
  code = "risk"

[[codelist]]
id = "consent_purpose"
  [[codelist.code]]
  code = "refer"
  [[codelist.code]]
  code = "health"
  [[codelist.code]]
  code = "statistics"
"""
)

ROLES = """
[[role]]
id = "outreach"
[role.cells]
core = "W"
identity = "W"
location = "W"
support = "W"
account = "o"
rights = "W"
health = "o a"

[[role]]
id = "shelter"
cells = { core = "or", identity = "r", support = "W", account = "o" }

[[role]]
id = "health"
cells = { core = "or", health = "W", identity = "c", location = "p" }

[[preset]]
id = "shelter_night"
roles = ["shelter", "outreach"]

[fills]
screening = ["outreach"]
quick = ["outreach", "shelter"]
referral = ["outreach"]

[recipient_kind]
health = "health"

[purposes]
default = ["refer", "health"]

[[act]]
id = "interview.finish"
hint = true

[[act]]
id = "referral.send"
lone = true
track = "support"
"""

FACTS = """
[[fact]]
id = "observation_only"

[[fact]]
id = "child_pathway"
when = { any = [
  { field = "screening.age_status", state = "unknown" },
  { field = "screening.child_signs", answered = true },
] }
"""

LAYOUT = """
[layout]
id = "referral"
form = "referral"

[[part]]
id = "envelope"
fields = ["referral.to_org", "referral.urgency"]
"""

COUNTRY_PACK = """
[pack]
id = "gb"
version = "0.1.0"
language = "en"
extends = "base"
forms = ["screening"]
"""

COUNTRY_SCREENING = """
[form]
id = "screening"

[[section]]
id = "gb"
compartment = "identity"
after = "screening.setting"

[[field]]
id = "screening.gb_birthplace"
section = "gb"
type = "text"
uk = "birthplace"

[[field]]
id = "screening.gb_trade"
section = "setting"
type = "text"
after = "screening.started_at"

[[change]]
field = "screening.given_name"
purposes = ["refer"]
uk = "pv-name-first-name"

[[change]]
field = "screening.age_status"
hide = true
"""


def base_files(**changed: str) -> dict[str, str]:
    """The files of the base; name a file to replace it, for example `screening=...`."""
    files = {
        "pack.toml": PACK,
        "forms/screening.toml": SCREENING,
        "forms/quick.toml": QUICK,
        "forms/referral.toml": REFERRAL,
        "forms/consent_register.toml": REGISTER,
        "codelists/lists.toml": LISTS,
        "compartments.toml": ROLES,
        "facts.toml": FACTS,
        "layouts/referral.toml": LAYOUT,
    }
    by_name = {path.rpartition("/")[2].removesuffix(".toml"): path for path in reversed(files)}
    for name, text in changed.items():
        files[by_name.get(name, name)] = text
    return files


def country_files(screening: str = COUNTRY_SCREENING, **more: str) -> dict[str, str]:
    """The files of the country pack."""
    return {"pack.toml": COUNTRY_PACK, "forms/screening.toml": screening, **more}


def with_texts(files: dict[str, str], *countries: dict[str, str]) -> dict[str, str]:
    """Add every text that the packs want, so that a test fails for its own reason only."""
    problems = problems_of(files, *countries)
    keys = [p.message.split("`")[1] for p in problems if p.code == "missing_text"]
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
