"""Our own readable JSON of a referral: for programs of others, and for people without ours.

This module decides the shape that `docs/schemas/referral.schema.json` publishes. It says what the
sheet says and nothing else, in the order of the forms; codes stand beside their words.

Source: standards.md sections 1 and 7.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from nrm_desktop.app.referral_ports import ReferralSheet, SheetRecord
from nrm_desktop.domain.disclosure import Included, Item
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.values import Answer, FieldType, Mark, Source, Value
from nrm_desktop.domain.withholding import part_text, withheld_by_part

FORMAT: Final = "nrm-referral"
VERSION: Final = 0
Json = dict[str, object]
_DATES: Final = frozenset({FieldType.DATE, FieldType.DATETIME})


def readable(sheet: ReferralSheet, forms: FormSet) -> bytes:
    """Write a sheet as UTF-8 JSON. Shape: keys in a fixed order, the same bytes each time."""
    return json.dumps(as_json(sheet, forms), ensure_ascii=False, indent=1).encode()


def as_json(sheet: ReferralSheet, forms: FormSet) -> Json:
    """A sheet as plain data."""
    disclosure = sheet.disclosure
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": sheet.referral.hex(),
        "reference": sheet.reference,
        "case_code": sheet.case_code,
        "sender": sheet.sender,
        "recipient": sheet.recipient_name,
        "purpose": sheet.purpose,
        "ground": disclosure.request.ground,
        "consents": [str(op) for op in sheet.consents],
        "language": sheet.language,
        "prepared_on": sheet.prepared_on,
        "expires_on": sheet.expires_on,
        "practice": sheet.is_practice,
        "packs": [{"id": pack.id, "version": pack.version} for pack in forms.packs],
        "records": [_record(each) for each in sheet.records],
        "included": [_included(each, forms, sheet) for each in disclosure.included],
        "withheld": [
            _withheld(part, reason, forms, sheet.language)
            for part, reason in withheld_by_part(forms, disclosure)
        ],
    }


def _record(one: SheetRecord) -> Json:
    parent = None if one.parent is None else one.parent.hex()
    return {"record": one.record.hex(), "form": one.form, "parent": parent, "order": one.order}


def _included(given: Included, forms: FormSet, sheet: ReferralSheet) -> Json:
    item, answer = given.item, given.item.answer
    field = forms.field(item.field)
    shown: Json = {
        **_named(item, forms, sheet.language),
        "record": item.record.hex(),
        "rule": given.rule.partition(":")[0],
        "state": answer.state.word,
    }
    if answer.source is not Source.NOT_STATED:
        shown["source"] = answer.source.word
    if answer.asked_on:
        shown["asked_on"] = answer.asked_on
    if answer.marks & Mark.OWN_WORDS:
        shown["own_words"] = True
    if answer.is_answered:
        shown |= _value(answer, field)
        words = _words(answer.value, field, forms, sheet)
        if words:
            shown["words"] = words
    if item.additions:
        shown["additions"] = [
            {"record": one.record.hex(), "on": one.on, "words": one.text} for one in item.additions
        ]
    return shown


def _withheld(part: str, reason: str, forms: FormSet, language: str) -> Json:
    label = forms.text(part_text(part), language)
    message = forms.text(f"withheld.{reason}", language)
    return {"part": part, "label": label, "reason": reason, "message": message}


def _named(item: Item, forms: FormSet, language: str) -> Json:
    label = forms.find_text(f"{item.field}.label", language) or item.field
    return {"field": item.field, "label": label, "compartment": item.compartment.word}


def _value(answer: Answer, field: Field) -> Json:
    value = answer.value
    if field.type in _DATES and isinstance(value, tuple):
        about: Json = {"about": True} if value[1] else {}
        calendar: Json = {"calendar": value[2]} if len(value) > 2 else {}  # noqa: PLR2004 - a triple
        return {"value": value[0], **about, **calendar}
    return {"value": _plain(value)}


def _plain(value: Value) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _words(value: Value, field: Field, forms: FormSet, sheet: ReferralSheet) -> object:
    """The words for codes and names for ids, as a person would read them."""
    names: Mapping[str, str] = dict(sheet.names)
    if isinstance(value, str) and value in names:
        return names[value]
    codes = forms.codes_of(field)
    if codes is None:
        return None
    given = value if isinstance(value, tuple) else (value,)
    chosen = [code for code in given if isinstance(code, str)]
    found = [forms.find_text(f"codelist.{codes.id}.{code}", sheet.language) for code in chosen]
    words = [text for text in found if text]
    return words if isinstance(value, tuple) else (words[0] if words else None)
