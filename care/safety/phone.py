"""Numbers as they are dialled, and the links that a phone opens with one tap."""

from __future__ import annotations

import re
from urllib.parse import quote

import phonenumbers

_WRITTEN = re.compile(r"(?:(?P<word>[A-Z]+) to )?(?P<number>.*?)(?: (?P<then>ext|then) (?P<more>\d+))?")
_WHATSAPP = " (WhatsApp)"
_SHORTEST, _LONGEST_SHORT_CODE = 2, 6


def is_dialled(contact: str, country: str) -> bool:
    """Whether a contact holds an E.164 number, a national one of the country, or a short code."""
    number = _parts(contact)["number"]
    plain = _digits(number)
    if number.startswith("*") or _SHORTEST <= len(plain) <= _LONGEST_SHORT_CODE:
        return True
    return _international(number, country) is not None


def link(kind: str, contact: str, country: str) -> str:
    """What to tap: ``tel:``, ``sms:``, ``https://wa.me/`` or the web address itself."""
    if kind in {"chat", "web"}:
        return contact
    parts = _parts(contact)
    number = _international(parts["number"], country) or _digits(parts["number"])
    if contact.endswith(_WHATSAPP):
        return f"https://wa.me/{number.lstrip('+')}"
    if kind == "sms":
        return f"sms:{number}" + (f"?body={quote(parts['word'])}" if parts["word"] else "")
    more = {"ext": ";ext=", "then": ","}.get(parts["then"], "")
    return f"tel:{number}{more}{parts['more']}"


def _parts(contact: str) -> dict[str, str]:
    found = _WRITTEN.fullmatch(contact.removesuffix(_WHATSAPP))
    return {name: value or "" for name, value in found.groupdict().items()} if found else {"number": contact}


def _digits(number: str) -> str:
    return re.sub(r"[^\d*+]", "", number)


def _international(number: str, country: str) -> str | None:
    """E.164 for a number of full length; None for a short code."""
    if not number.startswith("+") and len(_digits(number)) <= _LONGEST_SHORT_CODE:
        return None
    try:
        read = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(read):
        return None
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
