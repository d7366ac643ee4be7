"""Checks the joined packs: everything that one block says about something outside itself.

What is refused here would let something out that should stay, ask what must not be asked, block a
saving, or leave a question that nobody can see or read. `check_conditions` and `check_texts` hold
the rest; `check` runs all of them and reports to the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nrm_desktop.domain.forms.authorities import KINDS, check_authorities
from nrm_desktop.domain.forms.check_conditions import check_conditions
from nrm_desktop.domain.forms.check_counter import check_counter
from nrm_desktop.domain.forms.check_keeping import check_keeping
from nrm_desktop.domain.forms.check_layouts import check_layouts
from nrm_desktop.domain.forms.check_signs import check_signs
from nrm_desktop.domain.forms.check_statistics import check_statistics
from nrm_desktop.domain.forms.check_texts import check_texts
from nrm_desktop.domain.forms.check_times import check_times
from nrm_desktop.domain.forms.conditions import fields_of
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.places import field_place, section_place
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import (
    Field,
    Form,
    FormScope,
    RequiredFor,
    Section,
)
from nrm_desktop.domain.forms.wording import check_wording
from nrm_desktop.domain.protective import MERGE_RULES
from nrm_desktop.domain.scopes import CASE_COMPARTMENTS, ORGANISATION_COMPARTMENTS, Compartment
from nrm_desktop.domain.values import FieldType

_SCREENING = "screening"
_REGISTER = "consent_register"
_NOT_ASKED_AT_SCREENING = re.compile(
    r"sexual_act|intimate|hiv|client|immigration|family_members|family_at_home|relatives|religio"
    r"|politic|other_cases|not_escape|passport|(document|identity|id|card)_(no|nr|number)"
    r"|fingerprint|photo|medical_exam"
)
"""Source: forms.md section 3 and nrm.md section 9.2: these questions do not exist there (N20)."""
_SUPPORT = "support"
_NOT_FOR_SUPPORT = frozenset({Compartment.LEGAL, Compartment.LIAISON})
_WORDS = frozenset({FieldType.TEXT, FieldType.LONG})


def check(forms: FormSet, log: ProblemLog) -> None:
    """Report everything that is wrong in the joined packs."""
    for form in forms.forms.values():
        _check_form(form, forms, log)
        for section in form.sections:
            _check_section(form, section, log)
    for one in forms.fields():
        place = field_place(one)
        _check_names(one, place, forms, log)
        _check_place(one, place, forms, log)
        _check_banned(one, place, forms, log)
        for required in one.required_for:
            _check_required(one, required, place, forms, log)
    _check_roles(forms, log)
    check_layouts(forms, log)
    check_conditions(forms, log)
    check_times(forms, log)
    check_signs(forms, log)
    check_keeping(forms, log)
    check_wording(forms.wording, log)
    check_counter(forms, log)
    check_authorities(forms.authorities, forms.codelists.get(KINDS), log)
    check_statistics(forms, log)
    check_texts(forms, log)


def _check_form(form: Form, forms: FormSet, log: ProblemLog) -> None:
    place = Place(f"{form.pack}/forms/{form.id}.toml", (form.id,))
    shared = form.same_record_as
    if shared and (shared not in forms.forms or forms.forms[shared].scope is not form.scope):
        log.add(
            place.at("same_record_as"),
            "unknown_form",
            f"There is no form `{shared}` of the same scope.",
            "Name the form whose records are shared.",
        )
    rows = {section.id for section in form.sections if section.repeats}
    for one in (one for section in form.sections for one in section.fields if one.is_group):
        if one.key in rows:
            log.add(
                field_place(one),
                "duplicate_id",
                f"A repeating section and a group are both called `{one.key}`.",
                "Rename one: rows of both would have the same address.",
            )


def _check_section(form: Form, section: Section, log: ProblemLog) -> None:
    place = section_place(section)
    if section.compartment not in _allowed(form):
        log.add(place.at("compartment"), *_wrong_scope(section.compartment, form))
    by = section.compartment_by
    if by is None:
        return
    deciding = next((one for one in section.fields if one.id == by), None)
    if deciding is None or deciding.type is not FieldType.ONE or not section.repeats:
        log.add(
            place.at("compartment_by"),
            "bad_value",
            "`compartment_by` needs a choice of one in this section, and a section that repeats.",
            "Name such a field.",
        )


def _allowed(form: Form) -> tuple[Compartment, ...]:
    is_case = form.scope is FormScope.CASE
    return CASE_COMPARTMENTS if is_case else ORGANISATION_COMPARTMENTS


def _wrong_scope(compartment: Compartment, form: Form) -> tuple[str, str, str]:
    return (
        "unknown_compartment",
        f"A form of scope {form.scope} has no compartment `{compartment.word}`.",
        f"Use one of {', '.join(one.word for one in _allowed(form))}.",
    )


def _check_names(one: Field, place: Place, forms: FormSet, log: ProblemLog) -> None:
    if one.codelist and one.codelist not in forms.codelists:
        log.add(
            place.at("codelist"),
            "unknown_codelist",
            f"There is no code list `{one.codelist}`.",
            "Add it to a file of codelists, or correct the name.",
        )
    if one.merge not in MERGE_RULES:
        log.add(
            place.at("merge"),
            "unknown_merge",
            f"There is no merge rule `{one.merge[:60]}`.",
            f"Use one of {', '.join(sorted(MERGE_RULES))}.",
        )
    _check_codes((one.alert,) if one.alert else (), "alert_kind", place.at("alert"), forms, log)
    _check_codes(one.consent_groups, "data_group", place.at("consent_groups"), forms, log)
    _check_codes(one.purposes, "consent_purpose", place.at("purposes"), forms, log)
    known = forms.vocabulary.htcds_names
    for name in one.htcds:
        if known and name not in known:
            log.add(
                place.at("htcds"),
                "unknown_htcds",
                f"The standard has no field `{name[:60]}`.",
                "Correct the name, or leave the field without.",
            )


def _check_codes(
    codes: Iterable[str], list_id: str, place: Place, forms: FormSet, log: ProblemLog
) -> None:
    known = forms.codelists.get(list_id)
    for code in codes:
        if known is None or known.find(code) is None:
            log.add(
                place,
                "unknown_code",
                f"The list `{list_id}` has no code `{code[:60]}`.",
                "Correct the code, or add it to the list.",
            )


def _check_place(one: Field, place: Place, forms: FormSet, log: ProblemLog) -> None:
    form = forms.form(one.form)
    if one.compartment not in _allowed(form):
        log.add(place.at("compartment"), *_wrong_scope(one.compartment, form))
    fills = forms.roles.fills.get(form.id, ())
    if fills and not any(forms.roles.may_write((role,), one.compartment) for role in fills):
        log.add(
            place,
            "nobody_fills",
            f"No role that fills the form may write in `{one.compartment.word}`.",
            "Choose another compartment, or name a role in [fills].",
        )


def _check_banned(one: Field, place: Place, forms: FormSet, log: ProblemLog) -> None:
    record_form = forms.form(one.form).record_form
    if record_form == _SCREENING and _NOT_ASKED_AT_SCREENING.search(one.id.partition(".")[2]):
        log.add(
            place,
            "not_at_screening",
            f"`{one.id}` asks what is not asked at a first screening.",
            "Ask it in a later form, if the help that is wanted needs it.",
        )
    if record_form == _REGISTER and one.type in _WORDS:
        log.add(
            place,
            "text_in_register",
            "The consent register holds codes, ids and dates, and no words.",
            "Keep words in the consent form, in `rights`.",
        )


def _check_required(
    one: Field, required: RequiredFor, place: Place, forms: FormSet, log: ProblemLog
) -> None:
    act = forms.vocabulary.acts.get(required.act)
    if required.act == "save" or act is None:
        is_save = required.act == "save"
        log.add(
            place.at("required_for"),
            "required_for_saving" if is_save else "unknown_act",
            "Nothing is ever required for saving."
            if is_save
            else f"There is no act `{required.act[:60]}`.",
            "Name an act of compartments.toml, or add it there.",
        )
    elif act.track == _SUPPORT and any(_ties_support(one, required, forms)):
        log.add(
            place.at("required_for"),
            "support_tied",
            f"The act `{act.id}` of support would hang on proceedings or on the police.",
            "Leave this field out of it: help never depends on them (R2).",
        )


def _ties_support(one: Field, required: RequiredFor, forms: FormSet) -> Iterator[bool]:
    yield one.compartment in _NOT_FOR_SUPPORT
    for name in fields_of(required.when):
        other = forms.find_field(name)
        yield other is not None and other.compartment in _NOT_FOR_SUPPORT


def _check_roles(forms: FormSet, log: ProblemLog) -> None:
    table = forms.roles
    named = [
        *((preset, role) for preset, roles in table.presets.items() for role in roles),
        *((form, role) for form, roles in table.fills.items() for role in roles),
        *table.recipient_roles.items(),
    ]
    place = Place(f"{forms.packs[-1].id}/compartments.toml")
    defaults = forms.vocabulary.default_purposes
    _check_codes(defaults, "consent_purpose", place.at("default"), forms, log)
    for owner, role in named:
        if role not in table.roles:
            log.add(
                place.at(owner),
                "unknown_role",
                f"`{owner}` names the role `{role[:60]}`, which does not exist.",
                f"Use one of {', '.join(table.roles)}.",
            )
    for form in table.fills:
        if form not in forms.forms:
            log.note(
                place.at(form), "unknown_form", f"There is no form `{form}` yet.", "Add it later."
            )
