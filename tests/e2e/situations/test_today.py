"""The list of today on a real laptop: every source of it, codes and no names."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.app.timing import Due
from nrm_desktop.app.today import Source, Today, gather, source_of
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap import today
from nrm_desktop.bootstrap.intake import write_box
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered

NAME = "Plantedname"


def look(worker) -> Today:
    vault = worker.laptop.vault
    return gather(today.readings(vault, vault.sight, 7))


def sources(found: Today) -> set[Source]:
    return {source_of(one) for one in found.lines}


@pytest.fixture
def team(tmp_path):
    """Ana's case with something for every source; Boris wrote beside her in the same field."""
    room = tmp_path
    with workers(room, 2) as [ana, boris]:
        case = ana.opens_a_case()
        items = ana.writes_at(
            case,
            {"screening[+1].given_name": NAME, "letters[+1].le_last": "2020-01-15"},
        )
        everybody_meets(room / "stick", ana, boris)
        screening = f"screening[{items['screening[+1]']}]"
        ana.writes_at(case, {f"{screening}.place_type": "airport"})
        boris.writes_at(case, {f"{screening}.place_type": "port"})
        everybody_meets(room / "stick", ana, boris)
        clinic = ana.knows_a_service("health", "Clinic")
        ana.asks(case, clinic, needs="yes")
        ana.writes_at(
            case,
            {
                "referral[+1].urgency": "planned",
                "referral[+1].referral_type": "health",
            },
        )
        ana.writes_at(
            case, {"referral[+2].urgency": "now", "referral[+2].sent_at": "2020-01-15T10:00"}
        )
        shell = ana.laptop.vault.session.safe.shell
        box = ((FieldId("quick.q_danger"), answered(value=True)),)
        write_box(shell, BoxContent("quick", shell.clock.now_ms(), box))
        yield ana, boris, case


def test_every_part_of_the_screen_has_its_line_and_none_has_a_name(team):
    ana, _, case = team
    found = look(ana)
    code = ana.sees(case).row.code

    assert found.failures == ()
    wanted = {Source.DUE, Source.REFERRALS, Source.CONFLICTS, Source.WRITTEN_LOCKED, Source.BACKUP}
    assert wanted <= sources(found)
    assert {one.code for one in found.lines if isinstance(one, Due)} == {code}
    assert [(one.code, one.count) for one in found.waiting() if one.source is Source.CONFLICTS] == [
        (code, 1)
    ]
    assert NAME not in repr(found)
