"""The exchange page offers attachments over a slow line by one button, reachable by keys."""

from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.views.exchange import ExchangePage
from nrm_desktop.ui.widgets.button import Button


class Presenter:
    def __init__(self) -> None:
        self.asked: list[int] = []

    def agree(self, number: int) -> None:
        self.asked.append(number)


def test_the_button_of_the_banner_sends_attachments(kit, show):
    page, presenter = show(ExchangePage(kit)), Presenter()
    page.bind(presenter, lambda: None)
    spec = BannerSpec("2 attachments wait.", Tone.INFO, action="Send attachments now")

    (banner,) = page.show_banners((spec,))
    (button,) = banner.findChildren(Button)
    button.setFocus()
    button.click()

    assert button.text() == "Send attachments now"
    assert presenter.asked == [0]
