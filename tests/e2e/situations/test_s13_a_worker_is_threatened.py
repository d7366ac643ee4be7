"""S13: a worker is threatened. What leaves the organisation names a badge and never a worker."""

import subprocess
from pathlib import Path

import pytest
from tests.e2e.situations.people import workers

pytestmark = [pytest.mark.rule("S13"), pytest.mark.rule("N10")]
WORKER = "Qvxzworker"


def test_no_paper_and_no_answer_that_leaves_names_a_worker(tmp_path, tool):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, {"screening[+1].still_in": "yes", "screening[+1].danger_now": "no"})
        ana.writes_at(case, {"incident[+1].inc_what": f"They followed {WORKER} home."})
        shelter = ana.knows_a_service("shelter", "House by the lake")
        ana.asks(case, shelter, needs="yes", risk="yes", account_summary="yes", identity="yes")

        found = ana.would_pass(case, shelter).disclosure
        told = [repr(given.item.answer.value) for given in found.included]
        assert not [value for value in told if WORKER in value]
        assert not [g.item.field for g in found.included if g.item.field.startswith("incident.")]
        sent = ana.passes(case, shelter, tmp_path / "out")

        text = subprocess.run(
            [tool("pdftotext"), sent.path, "-"], check=True, capture_output=True, text=True
        ).stdout
        assert WORKER not in text
        assert WORKER.encode() not in Path(sent.path).read_bytes()
        assert "P-01" in text, "the badge says whom to ask"
