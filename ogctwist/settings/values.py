# -*- test-case-name: tests.test_settings -*-
"""Kinds of setting values: from the text of a variable or an option, and from TOML."""

from __future__ import annotations

import ipaddress
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_FLAGS = dict.fromkeys(("true", "1", "yes", "on"), True) | dict.fromkeys(
    ("false", "0", "no", "off", ""), False
)


class SettingsError(Exception):
    """A setting is wrong; the message is one line, for the administrator."""


@dataclass(frozen=True)
class Kind:
    """
    How a setting is read.

    @ivar name: for messages: what is expected.
    @ivar fromText: text and the directory that relative paths start from, to
        the value; ValueError when it cannot be.
    @ivar fromToml: likewise for a TOML value.
    """

    name: str
    fromText: Callable[[str, str], Any]
    fromToml: Callable[[Any, str], Any]


@dataclass(frozen=True)
class Setting:
    """
    What is known of one setting besides its name and default.

    @ivar variable: its environment variable.
    @ivar doc: one or two sentences, for the sample configuration.
    @ivar choices: the values that it may have, empty for any.
    """

    section: str
    kind: Kind
    doc: str
    variable: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()

    def check(self, value: Any) -> None:
        """@raise ValueError: it is out of bounds."""
        if self.choices and value not in self.choices:
            raise ValueError(f"one of {', '.join(self.choices)} is expected")
        if self.minimum is not None and value < self.minimum:
            raise ValueError(f"at least {self.minimum:g} is expected")
        if self.maximum is not None and value > self.maximum:
            raise ValueError(f"at most {self.maximum:g} is expected")


def setting(
    section: str,
    kind: Kind,
    default: Any,
    doc: str,
    variable: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A dataclass field with a L{Setting} in its metadata."""
    about = Setting(section, kind, doc, variable, minimum, maximum, choices)
    metadata = {"setting": about}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: MappingProxyType(dict(default)), metadata=metadata)
    return field(default=default, metadata=metadata)


def snakeCase(name: str) -> str:
    """C{wmsMaxWidth} to C{wms_max_width}, C{apiWfs3MaxLimit} to C{api_wfs3_max_limit}."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _typed(*types: type) -> Callable[[Any, str], Any]:
    def check(value: Any, _: str) -> Any:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise ValueError
        return value

    return check


def _flag(text: str, _: str) -> bool:
    try:
        return _FLAGS[text.strip().lower()]
    except KeyError:
        raise ValueError from None


def _integer(text: str, _: str) -> int:
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", text):
        raise ValueError
    return int(text)


def _number(text: str, _: str) -> float:
    return _finite(float(text), "")


def _finite(value: Any, _: str) -> float:
    number = float(_typed(int, float)(value, ""))
    if not math.isfinite(number):
        raise ValueError
    return number


def _path(text: Any, base: str) -> str:
    text = _typed(str)(text, "").strip()
    return os.path.normpath(os.path.join(base, os.path.expanduser(text))) if text else ""


def _listOf(item: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def read(values: Any, base: str) -> tuple[Any, ...]:
        if not isinstance(values, list | tuple):
            raise ValueError
        return tuple(item(value, base) for value in values)

    return read


def _split(pattern: str, item: Callable[[Any, str], Any]) -> Callable[[str, str], Any]:
    def read(text: str, base: str) -> tuple[Any, ...]:
        return tuple(item(part.strip(), base) for part in re.split(pattern, text) if part.strip())

    return read


def _aliases(value: Any, base: str) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(path, str) and path for path in value.values()):
        raise ValueError
    return MappingProxyType({name: project(path, base) for name, path in value.items()})


def _aliasesFromText(text: str, base: str) -> Mapping[str, str]:
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    if not all(name.strip() and path.strip() for name, _, path in pairs):
        raise ValueError
    return _aliases({name.strip(): path.strip() for name, _, path in pairs}, base)


def project(text: Any, base: str) -> str:
    """A project: a path, or the URI of a project in a database."""
    text = _typed(str)(text, "").strip()
    return text if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:(?![\\/](?!/))", text) else _path(text, base)


def _network(text: Any, _: str) -> str:
    text = _typed(str)(text, "").strip()
    if text != "unix":
        ipaddress.ip_network(text, strict=False)
    return text


TEXT = Kind("text", lambda text, _: text.strip(), _typed(str))
FLAG = Kind("true or false", _flag, _typed(bool))
INTEGER = Kind("an integer", _integer, _typed(int))
NUMBER = Kind("a number", _number, _finite)
PATH = Kind("a path", _path, _path)
PROJECT = Kind("the path of a project", project, project)
TEXTS = Kind("a list of texts", _split(r",", _typed(str)), _listOf(_typed(str)))
#: Endpoint strings have commas and colons: several are given as several options, or lines.
ENDPOINTS = Kind("a list of endpoints", _split(r"\n", _typed(str)), _listOf(_typed(str)))
PATHS = Kind("a list of paths", _split(r"[:;]" if os.sep == "/" else r";", _path), _listOf(_path))
#: As QGIS separates the directories of its landing page.
BARRED_PATHS = Kind("a list of paths", _split(r"\|\|", _path), _listOf(_path))
BARRED_TEXTS = Kind("a list of texts", _split(r"\|\|", _typed(str)), _listOf(_typed(str)))
NETWORKS = Kind("a list of addresses and networks", _split(r",", _network), _listOf(_network))
ALIASES = Kind("names and paths", _aliasesFromText, _aliases)
