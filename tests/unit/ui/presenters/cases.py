"""Cases as the reader gives them, made by hand."""

from tests.fakes.runner import SCOPE

from nrm_desktop.app.queries import (
    CaseRow,
    CaseView,
    CellView,
    ConsentCounts,
    DirectoryRow,
    RecordView,
    RegisterView,
    Version,
)
from nrm_desktop.domain.ids import FieldId, OpId, RecordId
from nrm_desktop.domain.values import answered

ROOT = RecordId(b"r" * 16)
OFFICE = "a" * 32


def row(**changes) -> CaseRow:
    plain = {
        "scope": SCOPE,
        "code": "YE7T-9BRZ",
        "state": "open",
        "child": "open",
        "support": "contact",
        "changed_ms": 5,
        "conflicts": 0,
        "consents": ConsentCounts(),
    }
    return CaseRow(**{**plain, **changes})


def version(value, number: int = 1, **changes) -> Version:
    plain = {"user": "P-01", "device": "Laptop 1", "at_ms": 7}
    answer = None if value is None else answered(value)
    return Version(OpId(bytes([number]) * 16, 0), answer, **{**plain, **changes})


def cell(field: str, *versions: Version, record: RecordId = ROOT, form: str = "screening"):
    return CellView(
        field,
        record,
        form,
        FieldId(field),
        1,
        versions[0],
        versions[1:],
        tuple(each.op for each in versions),
    )


def view(*cells: CellView, records=()) -> CaseView:
    return CaseView(row(), (RecordView(ROOT, "screening", None, 1), *records), cells, ())


def office(**changes) -> DirectoryRow:
    plain = {
        "entry": OFFICE,
        "kind": "shelter",
        "name": "House Seven",
        "contact": "",
        "is_verified": False,
        "has_card": False,
    }
    return DirectoryRow(**{**plain, **changes})


class Reader:
    """Answers what a test puts in."""

    def __init__(self, **answers) -> None:
        self.answers = {
            "case": None,
            "asked_to_stop": (),
            "closed_days": (),
            "drafts": (),
            "directory": (office(),),
            "conflicts": (),
            "joined": (),
            "register": RegisterView(),
            **answers,
        }

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *_: self.answers[name]
