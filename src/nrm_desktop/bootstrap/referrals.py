"""Joins the referral desk and the post room with documents, packets and the medium.

The document and packet modules are loaded when the first sheet is made: starting and unlocking
never pay for a PDF library (architecture.md section 3, named lazy imports).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from nrm_desktop.app.arrived_post import ArrivedPost
from nrm_desktop.app.corresponding import PostRoom, PostTools
from nrm_desktop.app.noticing import NoticeRoom
from nrm_desktop.app.ports import ScopeKeys
from nrm_desktop.app.referral_ports import PacketMaker, PortableCopy, SheetRenderer
from nrm_desktop.app.referring import Tools
from nrm_desktop.bootstrap.session import Session
from nrm_desktop.sync.medium import FolderMedium


def referral_tools(session: Session) -> Tools:
    """Make the tools of the referral desk; nothing heavy is loaded yet."""

    def renderer() -> SheetRenderer:
        made: SheetRenderer = import_module("nrm_desktop.bootstrap.sheets").renderer_of(session)
        return made

    def packets() -> PacketMaker:
        made: PacketMaker = import_module("nrm_desktop.bootstrap.packets").packets_of(session)
        return made

    def portable() -> PortableCopy:
        made: PortableCopy = import_module("nrm_desktop.exchange.own_copy").portable_copy_of(
            session.context.forms
        )
        return made

    return Tools(renderer, packets, portable, FolderMedium(session.safe.shell.files))


def post_room(session: Session, keys: ScopeKeys) -> PostRoom:
    """Make the post room; the exchange is loaded with the first card, packet or receipt."""
    return PostRoom(session.work, session.context, keys, _post_tools(session))


def notice_room(session: Session) -> NoticeRoom:
    """Make the desk of sealed notices; the exchange is loaded with the first."""
    return NoticeRoom(session.work, session.context, _post_tools(session))


def arrived_post(session: Session) -> ArrivedPost:
    """Make what looks into files of others, for one look."""
    return ArrivedPost(session.work, session.context, _post_tools(session))


def _post_tools(session: Session) -> Callable[[], PostTools]:
    def tools() -> PostTools:
        made: PostTools = import_module("nrm_desktop.bootstrap.packets").post_tools(session)
        return made

    return tools
