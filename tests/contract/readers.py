"""What the reader tests share: a lens over two fields, and cases to look at."""

from tests.contract.vaults import CORE, LANGUAGE, value, write

from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.case import CHILD, CODE, STATE, once_record
from nrm_desktop.domain.case import SUPPORT as TRACK
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field, Form, FormScope, PackInfo, SearchRole, Section
from nrm_desktop.domain.ids import FieldId, FormId, RecordId, ScopeId
from nrm_desktop.domain.ops import OpenRecord
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import FieldType
from nrm_desktop.storage.lens import Lens

ORGANISATION = ScopeId(b"orga" * 4)
ALL = Sight(frozenset(range(1, 11)))
ONLY_CORE = Sight(frozenset({CORE}))
SHELTER = FieldId("needs.shelter")
DANGER = FieldId("screening.danger")
GIVEN = FieldId("screening.given_name")
FAMILY = FieldId("screening.family_name")
BIRTH = FieldId("screening.birth_date")
NATION = FieldId("screening.citizenship")
NOTE = FieldId("screening.note")
JOIN = RecordId(b"join" * 4)


def lens() -> Lens:
    fields = (
        Field(LANGUAGE, "s", FieldType.TEXT, Compartment.CORE),
        Field(DANGER, "s", FieldType.YESNO, Compartment.CORE, merge="protective:life_risk"),
        _person(GIVEN, SearchRole.NAME),
        _person(FAMILY, SearchRole.NAME),
        _person(BIRTH, SearchRole.BIRTH, FieldType.DATE),
        _person(NATION, SearchRole.NATIONALITY, FieldType.COUNTRY),
        Field(NOTE, "s", FieldType.LONG, Compartment.SUPPORT),
    )
    form = Form(
        FormId("screening"),
        FormScope.CASE,
        (Section("s", FormId("screening"), Compartment.CORE, fields),),
        repeats=True,
    )
    forms = FormSet((PackInfo("base", "1", "en", ("en",)),), {"screening": form})
    return Lens(forms, ORGANISATION, lambda one: one.hex()[:4], lambda one: one.hex()[:4])


def _person(name, role, kind=FieldType.TEXT):
    return Field(name, "s", kind, Compartment.IDENTITY, search=role)


def open_case(vault, by, scope, code, *, state="open", child=True):
    record = once_record(scope, "case")
    fields = {CODE: code, STATE: state, CHILD: child, TRACK: "contact"}
    ops = [value(said, field=field, record=record) for field, said in fields.items()]
    by.clock.move(1000)
    return write(vault, by, *ops, scope=scope)


def scopes(count):
    return [ScopeId(bytes([number]) * 16) for number in range(1, count + 1)]


def join(vault, by, scope, other: str, leads: str, record: RecordId = JOIN) -> RecordId:
    """One half of a join, as it stands in one file."""
    said = {"jn_other": other, "jn_leads": leads}
    ops = [
        value(text, field=FieldId(f"joined.{name}"), record=record) for name, text in said.items()
    ]
    write(vault, by, OpenRecord(record, "joined", None, 1), *ops, scope=scope)
    return record


def part(vault, by, scope, record: RecordId) -> None:
    """The join is taken back in one file."""
    said = value(("2026-11-24T10:00:00Z", "P-01"), field=FieldId("joined.jn_parted"), record=record)
    write(vault, by, said, scope=scope)
