"""The names of a request of the person about the own data: form, fields and codes.

Source: forms.md form l9.
"""

from __future__ import annotations

from typing import Final

from nrm_desktop.domain.ids import FieldId

FORM: Final = "access"
ROW_IN: Final = "access.ac_in"
ASKED_ON: Final = FieldId("access.ac_in.date")
KIND: Final = FieldId("access.ac_kind")
DECISION: Final = FieldId("access.ac_decision")
WHY: Final = FieldId("access.ac_why")
DECIDED: Final = FieldId("access.ac_decided")
DECIDED_BY: Final = FieldId("access.ac_decided_by")
ERASED: Final = FieldId("access.ac_erased")
ERASE: Final = "erase"
"""The kind of request that asks for erasure."""
PARTLY: Final = "partly"
REFUSED: Final = "refused"
