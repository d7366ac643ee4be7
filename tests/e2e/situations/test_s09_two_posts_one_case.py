"""S9: two posts write into one case for a week without a road; also days, which people wait for."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers


@pytest.mark.rule("S9")
@pytest.mark.rule("R25")
def test_two_dates_of_one_decision_stand_side_by_side_and_the_later_end_protects(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        begun = ana.writes_at(
            case,
            {"reflection[+1].decision": "granted", "reflection[+1].start": "2026-11-01"},
        )["reflection[+1]"]
        everybody_meets(tmp_path / "stick", ana, boris)
        ana.writes_at(case, {f"reflection[{begun}].start": "2026-11-10"})
        boris.writes_at(case, {f"reflection[{begun}].start": "2026-11-20"})
        everybody_meets(tmp_path / "stick", ana, boris)

        assert [one.due(case)["reflection_floor"] for one in (ana, boris)] == ["2026-12-20"] * 2
        both = [cell for cell in ana.sees(case).cells if cell.field == "reflection.start"]
        said = {both[0].acting.answer.value[0], *(one.answer.value[0] for one in both[0].others)}
        assert said == {"2026-11-10", "2026-11-20"}


@pytest.mark.rule("S9")
@pytest.mark.rule("R25")
def test_the_earlier_last_day_of_a_letter_is_the_one_people_are_told(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        begun = ana.writes_at(case, {"letters[+1].le_from": "court"})["letters[+1]"]
        everybody_meets(tmp_path / "stick", ana, boris)
        ana.writes_at(case, {f"letters[{begun}].le_last": "2026-12-20"})
        boris.writes_at(case, {f"letters[{begun}].le_last": "2026-12-04"})
        everybody_meets(tmp_path / "stick", ana, boris)

        assert [one.due(case)["letter_day"] for one in (ana, boris)] == ["2026-12-04"] * 2


@pytest.mark.rule("S9")
def test_events_of_both_posts_are_one_series_whichever_arrives_first(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        everybody_meets(tmp_path / "stick", ana, boris)
        ana.notes(case, "support_changed", "2126-11-03T10:00", ev_support="crisis")
        boris.notes(case, "support_changed", "2126-11-05T10:00", ev_support="assisted")
        ana.notes(case, "identification_declined", "2126-11-04")
        everybody_meets(tmp_path / "stick", boris, ana)

        for one in (ana, boris):
            tracks = one.tracks(case)
            assert (tracks["support"], tracks["identification"]) == ("assisted", "declined")
