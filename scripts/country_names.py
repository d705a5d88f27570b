"""Writes data/hotlines/country_names.yml from CLDR; needs Babel, and only when names are renewed."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import yaml
from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# What each country is called in the languages of help. Unicode CLDR by way of Babel {version}
# (Unicode licence v3); written by scripts/country_names.py. Names in countries.yml count first.
"""


def main() -> None:
    """Write the names of every country of countries.yml."""
    folder = ROOT / "data" / "hotlines"
    codes = list(yaml.safe_load((folder / "countries.yml").read_text(encoding="utf-8")))
    names = {}
    for language in ("en", "es", "fr", "de", "pt", "it"):
        territories = Locale(language).territories
        names[language] = {code: territories[code] for code in codes}
    text = HEAD.format(version=version("Babel")) + yaml.safe_dump(names, allow_unicode=True, sort_keys=False)
    (folder / "country_names.yml").write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(codes)} countries\n")


if __name__ == "__main__":
    main()
