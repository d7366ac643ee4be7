"""The own copy as JSON: what a person takes along to another service, for programs to read.

This module decides the shape that `docs/schemas/own-copy.schema.json` publishes. Where the case
standard of the field has a name for a question or a code, the answer stands under that name as
well, so that whoever receives it need not know our forms. It adds nothing to what the disclosure
engine let pass, and nothing that is not known is written as "no" (R21).

Source: nrm.md section 11; htcds.json and crosswalk.json of the domain pack (HTCDS 2.0).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from typing import Final

from nrm_desktop.app.referral_ports import PortableCopy, ReceivedRow, ReferralSheet
from nrm_desktop.domain.disclosure import Included
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.values import FieldType
from nrm_desktop.exchange.readable import Json, as_json

FORMAT: Final = "nrm-own-copy"
VERSION: Final = 0
STANDARD: Final = {"name": "HTCDS", "version": "2.0"}
KEPT_BY_OTHERS: Final = "kept_by_others"
"""The reason for parts that somebody else here keeps: they can be asked for too."""
OTHER_FILE: Final = "other_file"
"""The reason for another file about the person that could not be read where the copy was made."""
_OF_A_REFERRAL: Final = frozenset(
    {"format", "version", "recipient", "purpose", "ground", "consents", "expires_on", "withheld"}
)
_AS_SAID: Final = frozenset({FieldType.TEXT, FieldType.LONG, FieldType.COUNTRY, FieldType.NUMBER})


def portable_copy_of(forms: FormSet) -> PortableCopy:
    """Make what writes own copies with these forms."""
    return partial(portable_copy, forms=forms)


def portable_copy(sheet: ReferralSheet, forms: FormSet) -> bytes:
    """Write a sheet as UTF-8 JSON. Shape: keys in a fixed order, the same bytes each time."""
    return json.dumps(copy_as_json(sheet, forms), ensure_ascii=False, indent=1).encode()


def copy_as_json(sheet: ReferralSheet, forms: FormSet) -> Json:
    """A sheet as plain data."""
    said = {key: value for key, value in as_json(sheet, forms).items() if key not in _OF_A_REFERRAL}
    return {
        "format": FORMAT,
        "version": VERSION,
        **said,
        "standard": STANDARD,
        "in_standard": list(_in_standard(sheet.disclosure.included, forms)),
        "passed_on": [_passed_on(row, forms, sheet.language) for row in sheet.received],
        "other_files": list(sheet.other_files),
        "not_in_this_copy": [
            *_kept(sheet, forms),
            *_hidden(sheet, forms),
            *_missing(sheet, forms),
        ],
    }


def _in_standard(given: Iterable[Included], forms: FormSet) -> Iterable[Json]:
    """Answers under the names of the standard; with codes only where the standard has the code."""
    for one in given:
        field, answer = forms.field(one.item.field), one.item.answer
        if not field.htcds or not answer.is_answered:
            continue
        value, is_whole = _value(field, answer.value, forms)
        if value is None:
            continue
        shown: Json = {"record": one.item.record.hex(), "names": list(field.htcds), "value": value}
        yield shown if is_whole else {**shown, "loss": True}


def _value(field: Field, value: object, forms: FormSet) -> tuple[object, bool]:
    """The value in words of the standard, and whether nothing was lost by it."""
    codes = forms.codes_of(field)
    if codes is None or field.type is FieldType.COUNTRY:
        if field.type in (FieldType.DATE, FieldType.DATETIME) and isinstance(value, tuple):
            return value[0], not value[1]
        return (value, True) if field.type in _AS_SAID else (None, False)
    chosen = value if isinstance(value, tuple) else (value,)
    known = [codes.find(str(code)) for code in chosen]
    words = [word for code in known if code is not None for word in code.htcds]
    is_whole = all(code is not None and len(code.htcds) == 1 for code in known)
    return (words or None), is_whole


def _passed_on(row: ReceivedRow, forms: FormSet, language: str) -> Json:
    """Something that was passed on: a code beside its words."""

    def told(codes: str, code: str) -> Json:
        return {"code": code, "words": forms.find_text(f"codelist.{codes}.{code}", language) or ""}

    return {
        "at": row.at,
        "to": row.recipient_name,
        "to_the_person": row.is_the_person,
        "purpose": told("consent_purpose", row.purpose),
        "ground": told("ground", row.ground),
        "way": told("way", row.way),
        "questions": [
            {"field": name, "label": forms.find_text(f"{name}.label", language) or name}
            for name in row.fields
        ],
    }


def _kept(sheet: ReferralSheet, forms: FormSet) -> Iterable[Json]:
    """What stays here, of each form once: that a question was answered may be what others said."""
    kept = sheet.disclosure.told_to_stay
    told = {(one.item.field.partition(".")[0], one.reason): None for one in kept}
    for form, reason in told:
        yield {
            "part": forms.find_text(f"{form}.title", sheet.language) or form,
            "reason": reason,
            "message": forms.text(f"withheld.{reason}", sheet.language),
        }


def _hidden(sheet: ReferralSheet, forms: FormSet) -> Iterable[Json]:
    """Parts of the file that whoever made the copy cannot see."""
    for one in sheet.hidden:
        yield {
            "part": forms.text(f"compartment.{one.word}", sheet.language),
            "reason": KEPT_BY_OTHERS,
            "message": forms.text(f"withheld.{KEPT_BY_OTHERS}", sheet.language),
        }


def _missing(sheet: ReferralSheet, forms: FormSet) -> Iterable[Json]:
    """Other files about the person that could not be read here."""
    for code in sheet.missing_files:
        yield {
            "part": code,
            "reason": OTHER_FILE,
            "message": forms.text(f"withheld.{OTHER_FILE}", sheet.language),
        }
