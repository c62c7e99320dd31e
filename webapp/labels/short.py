"""Short words for the five domains, where a column or a small band leaves no room for the whole name."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from content.terms import Domain

DOMAINS: Mapping[Domain, LazyString] = {
    Domain.ETHICS: _l("Ethos"),
    Domain.TEACHING: _l("Teach"),
    Domain.EVALUATION: _l("Assess"),
    Domain.CLASSROOM: _l("Class"),
    Domain.DIGITAL: _l("Digital"),
}


def short(domain: Domain) -> str:
    """The short word of a domain in the reader's language."""
    return str(DOMAINS[domain])
