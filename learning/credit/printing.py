"""Certificates and statements on paper: words set by typst in the packaged font, with a code that leads to the proof.

Papers are Chinese documents (the certificate with an English line), whatever language the reader's screen is in.
"""

import io
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from content.terms import DeliveryMode
from learning.credit.glyphs import check_printable
from learning.credit.models import Certificate

TEMPLATES = Path(__file__).parent.parent / "data"
FONT = "NotoSansSC-Regular.ttf"
BRAND = "师程"
MODES = {DeliveryMode.ONLINE: "在线", DeliveryMode.F2F: "线下集中", DeliveryMode.SCHOOL_BASED: "校本"}
MODES_EN = {DeliveryMode.ONLINE: "online", DeliveryMode.F2F: "face-to-face", DeliveryMode.SCHOOL_BASED: "school-based"}
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0f6b63" fill-opacity="0.045" '
    'd="M6 24V9.5c3.6-1.6 6.9-1.4 10 .5 3.100-1.900 6.400-2.100 10-.5V24c-3.600-1.400-6.900-1.100-10 .8'
    'C12.900 22.900 9.600 22.600 6 24Z"/></svg>'
)


def certificate_pdf(certificate: Certificate, *, base_url: str, font_dir: Path) -> bytes:
    """The certificate as a PDF; refused, naming the character, when the font cannot print it in full."""
    facts = certificate.facts
    address = f"{base_url}/verify/{certificate.public_code}"
    by_mode = [(DeliveryMode(mode), hundredths) for mode, hundredths in facts["by_mode"].items()]
    kinds = "，".join(f"{MODES[mode]} {amount(hundredths)} 学时" for mode, hundredths in by_mode)
    kinds_en = ", ".join(f"{amount(hundredths)} {MODES_EN[mode]}" for mode, hundredths in by_mode)
    words = {
        "brand": BRAND,
        "title": "结业证书",
        "title_en": "Certificate of Completion",
        "serial": certificate.serial,
        "holder": facts["holder"],
        "school": facts["school"],
        "course": facts["course"],
        "lead": f"于{chinese_day(facts['started_on'])}至{chinese_day(facts['completed_on'])}修完课程",
        "rest": "的全部内容，经核定计",
        "hours": amount(facts["hours_hundredths"]),
        "unit": f"学时（{kinds}）",
        "grant": "特发此证。",
        "english": f"has completed the course and earned {amount(facts['hours_hundredths'])} training hours of "
        f"45 minutes ({kinds_en}), {facts['started_on']} to {facts['completed_on']}.",
        "provider": facts["provider"],
        "issued": chinese_day(facts["issued_on"]),
        "facts": [
            ["证书编号", certificate.serial],
            ["课程编号", f"{facts['course_code']}（第 {facts['course_version']} 版）"],
            ["其中实践", f"{amount(facts['practice_hundredths'])} 学时"],
            ["认定规则", f"{facts['rules']['name']} · 第 {facts['rules']['version']} 版"],
        ],
        "scan": "扫码核验",
        "verify": address,
        "digest": certificate.digest,
        "qr": _code(address),
        "mark": MARK,
    }
    return _set("certificate.typ", words, font_dir, int(certificate.issued_at.timestamp()))


def amount(hundredths: int) -> str:
    """Hundredths as people write them: 1200 -> "12", 1250 -> "12.5"."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def chinese_day(day: date | str) -> str:
    """A day as a Chinese document writes it."""
    written = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{written.year}年{written.month}月{written.day}日"


def statement_sheet(words: Mapping[str, Any], *, font_dir: Path, printed_at: int) -> bytes:
    """A statement's words on paper."""
    return _set("statement.typ", {"brand": BRAND, **words}, font_dir, printed_at)


def _set(template: str, words: Mapping[str, Any], font_dir: Path, moment: int) -> bytes:
    data = json.dumps(words, ensure_ascii=False)
    shown = {name: value for name, value in words.items() if name not in ("qr", "mark")}
    check_printable(json.dumps(shown, ensure_ascii=False), font_dir / FONT)
    return typst.compile(
        _template(template), font_paths=_fonts(font_dir), format="pdf", sys_inputs={"data": data}, timestamp=moment
    )


@cache
def _fonts(font_dir: Path) -> typst.Fonts:
    """The packaged fonts, read once a process; the machine's own are left out."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_dir)])


@cache
def _template(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()


def _code(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=0, dark="#0a4f49", xmldecl=False)
    return drawn.getvalue().decode()
