"""Languages: Chinese first, English second. Each area keeps its own catalogue of words (``translations/zh``).

Message ids are the English words; the Chinese ones stand in ``LC_MESSAGES/<area>.po``. The compiled
catalogues are made by ``build_assets.py`` and are not committed.
"""

from datetime import date, datetime
from pathlib import Path

from babel.dates import format_date, format_datetime
from flask import Flask, request
from flask_babel import Babel, get_locale

from learning.engine.days import ZONE
from webapp import charts
from webapp.labels import label, message_words, reason_words

TRANSLATIONS = Path(__file__).parent / "translations"
LOCALES = {"zh_CN": "中文", "en": "English"}


def choose_locale() -> str:
    """The reader's language: what they chose, else what their account says, else Chinese."""
    chosen = request.cookies.get("locale") if request else None
    if chosen in LOCALES:
        return chosen
    return "zh_CN"


def shown_locale() -> str:
    """The language of the page, as a key of LOCALES."""
    return "zh_CN" if str(get_locale()).startswith("zh") else "en"


def day(value: date | datetime | None) -> str:
    """A day in the reader's language; a moment is taken to its day in China."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    return format_date(value, "y年M月d日" if str(get_locale()).startswith("zh") else "d MMM y", locale=get_locale())


def moment(value: datetime | None) -> str:
    """A moment in the reader's language, in Chinese time."""
    if value is None:
        return ""
    shown = "y年M月d日 HH:mm" if str(get_locale()).startswith("zh") else "d MMM y, HH:mm"
    return format_datetime(value.astimezone(ZONE), shown, locale=get_locale())


def units(hundredths: int) -> str:
    """Hours or credit kept in hundredths, as people write them: 1200 -> "12", 1250 -> "12.5"."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up, for showing lengths."""
    return -(-seconds // 60)


def init_words(app: Flask) -> None:
    """Wire languages, labels and formats into the application and its templates."""
    areas = sorted(path.stem for path in (TRANSLATIONS / "zh" / "LC_MESSAGES").glob("*.po"))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join([str(TRANSLATIONS)] * max(1, len(areas)))
    app.config["BABEL_DOMAIN"] = ";".join(areas or ["home"])
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, locale_selector=choose_locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters.update(
        label=label, day=day, moment=moment, units=units, minutes=minutes,
        reason=reason_words, message=message_words,
    )  # fmt: skip
    app.context_processor(
        lambda: {"locales": LOCALES, "locale": shown_locale(), "charts": charts, "is_demo": app.config["IS_DEMO"]}
    )
