"""What a run of the exchange did, in lines for people: attachments, and what others put."""

from nrm_desktop.app.sync_report import LeftForLater, Received, SyncReport
from nrm_desktop.ui.presenters.exchange import result_lines


def test_a_run_says_what_became_of_attachments_and_of_what_others_put(desk):
    report = SyncReport(
        store="",
        received=Received(chunks=3),
        left_for_later=LeftForLater(2, 900_000),
        passed_on=1,
    )

    text = "\n".join(result_lines(desk.say, report))

    assert "3 pieces of attachments have arrived." in text
    assert "2 attachments wait for a faster line. They can go on a stick instead." in text
    assert "1 file of others was put there to travel along." in text
