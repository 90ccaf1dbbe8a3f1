# -*- test-case-name: tests.test_settings -*-
"""
The sample configuration, written from the settings:
C{python -m ogctwist.settings.sample > conf/ogctwist.toml}.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import Any

from ogctwist.settings.reading import knownSettings

_HEAD = """\
# Configuration of ogctwist: twistd ogcserver --config ogctwist.toml
#
# Every setting is here with its default, commented out.  An option of the
# command goes before an environment variable, that before this file, and that
# before the default.  Relative paths start at the directory of this file.
"""
_ABOUT = {
    "server": "What is served, and where.",
    "web": "Clients, proxies, logs.",
    "network": "What the server itself may contact.  Nothing, unless it is listed here.",
    "pools": "Threads of each worker.",
    "caches": "Memory of each worker, in bytes.",
    "qgis": "What QGIS Server calls by the same names.",
    "limits": "What one request may cost.  Sizes are in bytes, times in seconds.",
}


def sampleConfiguration() -> str:
    """A TOML document with all settings, commented out."""
    parts = [_HEAD]
    section = ""
    for known in knownSettings():
        about = known.about
        if about.section != section:
            section = about.section
            parts.append(f"\n[{section}]\n# {_ABOUT[section]}\n")
        doc = about.doc + (f"  One of: {', '.join(about.choices)}." if about.choices else "")
        comment = textwrap.fill(doc, 98, initial_indent="# ", subsequent_indent="# ")
        parts.append(f"\n{comment}\n# Environment: {known.variable}\n#{known.key} = {toml(known.default)}\n")
    return "".join(parts)


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{json.dumps(name)} = {toml(item)}" for name, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return "[" + ", ".join(toml(item) for item in value) + "]"


if __name__ == "__main__":
    print(sampleConfiguration(), end="")
