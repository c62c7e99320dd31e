"""The one family of errors that a person can cause and mend.

    DomainError
    ├── NotFound     it does not exist, or not for this actor        -> HTTP 404
    ├── NotAllowed   it exists, and this actor may not do this to it -> HTTP 403
    ├── Conflict     the world moved on: look again, then decide     -> HTTP 409
    └── Invalid      what was given cannot be accepted: mend it      -> HTTP 422

Every error carries a stable ``code`` (words for people stand in ``webapp/labels.py``) and the
figures those words need. Programming errors stay ``ValueError`` and become a 500.
"""


class DomainError(Exception):
    """Base of the family: a stable code, and the figures its words need."""

    def __init__(self, code: str, /, **figures: object) -> None:
        super().__init__(code, figures)
        self.code = code
        self.figures = figures

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.figures.items())
        return f"{self.code} ({shown})" if shown else self.code


class NotFound(DomainError):
    """It does not exist, or not for this actor; the two look alike on purpose."""


class NotAllowed(DomainError):
    """It exists and is visible, but this act is not this actor's to do."""


class Conflict(DomainError):
    """The state changed under the actor: show the present state and let them decide again."""


class Invalid(DomainError):
    """What was given cannot be accepted as it stands; the figures say where and how to mend it."""
