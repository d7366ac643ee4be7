"""What a run of the exchange did, for people: attachments, and what others put."""

from tests.unit.ui.presenters.test_exchange_page import Stick

from nrm_desktop.app.sync_report import LeftForLater, Received, SyncReport
from nrm_desktop.ui.presenters.exchange import ExchangePresenter, result_lines


def test_a_run_says_what_became_of_attachments_and_of_what_others_put(desk):
    report = SyncReport(store="", received=Received(chunks=3), passed_on=1)

    text = "\n".join(result_lines(desk.say, report))

    assert "3 pieces of attachments have arrived." in text
    assert "1 file of others was put there to travel along." in text


def test_a_run_says_that_new_forms_came(desk):
    came = SyncReport(store="", received=Received(forms=1))

    text = "\n".join(result_lines(desk.say, came))

    assert "New forms have arrived. They are there when it is opened next time." in text
    assert "New forms" not in "\n".join(result_lines(desk.say, SyncReport(store="")))


def test_attachments_that_wait_for_a_faster_line_can_be_sent_all_the_same(view, desk):
    stick = Stick()
    exchange = ExchangePresenter(view, desk, stick, lambda: None)
    stick.report = SyncReport(store="", left_for_later=LeftForLater(2, 900_000))

    exchange.run("webdavs://office.example/nrm")

    done, waiting = view.last("show_banners")
    assert "done and checked" in done.text
    assert "2 attachments wait for a faster line." in waiting.text
    assert (done.action, waiting.action) == ("", "Send attachments now")
    exchange.agree(1)
    assert stick.runs == [
        "webdavs://office.example/nrm",
        "webdavs://office.example/nrm with attachments",
    ]
