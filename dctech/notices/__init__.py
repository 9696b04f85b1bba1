"""Notices: what submitters and moderators are told. Failing to tell is logged and never costs what it is about."""

from dctech.notices.moderators import remind_moderators, tell_moderators
from dctech.notices.submissions import decided, received

__all__ = ["decided", "received", "remind_moderators", "tell_moderators"]
