"""E-mail copies of messages: who gets which letter when, what stands in it, and the way out of the house."""

from webapp.mail.delivery import deliver

__all__ = ["deliver"]
