"""Breaking strips into sheets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.documents.flow import Strip, gap, paginate, without_orphans

LINE = Strip(10)


def heights(sheets):
    return [[strip.height for strip in sheet] for sheet in sheets]


def test_strips_fill_a_sheet_and_go_on_with_the_next():
    assert heights(paginate([LINE] * 5, 25)) == [[10, 10], [10, 10], [10]]


def test_a_heading_does_not_stay_behind_without_its_text():
    heading = Strip(9, keeps_next=True)

    assert heights(paginate([LINE, heading, LINE], 25)) == [[10], [9, 10]]


def test_a_gap_is_left_out_at_the_head_of_a_sheet_and_where_it_does_not_fit():
    assert heights(paginate([gap(5), LINE, gap(5), LINE, gap(20)], 20)) == [[10, 5], [10]]


def test_a_group_that_is_higher_than_a_sheet_is_broken_after_all():
    tied = [Strip(10, keeps_next=True)] * 4

    assert heights(paginate([LINE, *tied], 25)) == [[10], [10, 10], [10, 10]]


def test_neither_one_line_alone_at_the_foot_nor_one_at_the_head():
    assert [strip.keeps_next for strip in without_orphans([LINE] * 4)] == [
        True,
        False,
        True,
        False,
    ]
    assert [strip.keeps_next for strip in without_orphans([LINE])] == [False]


@given(
    st.lists(
        st.builds(
            Strip,
            height=st.integers(1, 60),
            keeps_next=st.booleans(),
            is_gap=st.just(value=False),
        )
    )
)
def test_no_strip_is_lost_and_no_sheet_is_fuller_than_it_may_be(strips):
    sheets = paginate(strips, 50)

    assert [strip for sheet in sheets for strip in sheet] == strips
    assert all(sum(each.height for each in sheet) <= 50 or len(sheet) == 1 for sheet in sheets)
