"""Questions to the read models that need more than one page."""

from __future__ import annotations

from typing import Final

from nrm_desktop.app.ports import Reader
from nrm_desktop.app.queries import CaseFilter

_PAGE: Final = 500


def count_cases(reader: Reader) -> int:
    """Count the cases of a vault, page by page: a list never comes whole."""
    count, token = 0, None
    while True:
        page = reader.cases(CaseFilter(), _PAGE, token)
        count, token = count + len(page.rows), page.next_token
        if token is None:
            return count
