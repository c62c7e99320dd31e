"""Words for the errors of study: code -> sentence that says what is wrong and what to do."""

from collections.abc import Mapping

from flask_babel import LazyString

WORDS: Mapping[str, LazyString] = {}
