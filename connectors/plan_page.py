"""A safety plan as one printable page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from html import escape

from care.domain.safety_plan import HELPERS, STEPS, SafetyPlan
from care.safety.reply import Contacts
from connectors.plan_texts import PlanTexts

_LOADS_NOTHING = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "@page{size:A4;margin:18mm}"
    "body{font:14pt/1.45 sans-serif;color:#000;background:#fff;max-width:174mm;margin:0 auto;padding:1em}"
    "h1{font-size:24pt;margin:0 0 .3em}h2{font-size:16pt;margin:0 0 .3em}"
    "section{border:1pt solid #000;padding:.6em .9em;margin:0 0 .7em;break-inside:avoid}"
    "ul{margin:.2em 0;padding-left:1.2em}li,p{overflow-wrap:anywhere;white-space:pre-line}"
    "p{margin:.3em 0}.strong{font-weight:bold}small{font-size:11pt}"
)


def page(plan: SafetyPlan, helpers: Contacts, texts: PlanTexts, at: datetime) -> str:
    """The whole plan as HTML that loads nothing and runs nothing."""
    steps = "\n".join(_step(number, plan, helpers, texts) for number in range(1, STEPS + 1))
    title = escape(texts.say("heading"))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(texts.language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_LOADS_NOTHING}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n{steps}\n"
        f"{_p(texts.say('updated', day=texts.day(plan.updated_at.date())))}"
        f"{_p(texts.say('page_printed', day=texts.day(at.date())))}"
        f"{_p(texts.say('page_note'))}</body></html>\n"
    )


def _step(number: int, plan: SafetyPlan, helpers: Contacts, texts: PlanTexts) -> str:
    own = plan.step(number)
    inside = _list(own) if own else _p("\u00a0" if number == HELPERS else texts.say("nothing_yet"))
    beside = _helpers(helpers, texts) if number == HELPERS else ""
    return f"<section><h2>{number}. {escape(texts.title(number))}</h2>{inside}{beside}</section>"


def _helpers(helpers: Contacts, texts: PlanTexts) -> str:
    lines = [f"{line.removeprefix('- ')} {_checked(day, texts)}" for line, day in helpers.lines]
    strong = f'<p class="strong">{escape(helpers.emergency)}</p>'
    return strong + (_p(helpers.intro) + _list(lines) if lines else "") + _p(helpers.directory)


def _checked(day: date | None, texts: PlanTexts) -> str:
    return texts.say("page_checked", day=texts.day(day)) if day else texts.say("page_undated")


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"
