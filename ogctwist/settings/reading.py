# -*- test-case-name: tests.test_settings -*-
"""Options, environment, file and defaults to one Settings."""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ogctwist.settings.definition import Limits, Settings
from ogctwist.settings.values import Setting, SettingsError, snakeCase

_PREFIX = "OGCTWIST_"
#: Never shown on a status page.
_SECRET = ("pg_connections",)


@dataclass(frozen=True)
class KnownSetting:
    """
    @ivar name: the attribute of L{Settings}, or of its C{limits} after C{limits.}.
    @ivar key: its name in its section of the file.
    """

    name: str
    key: str
    variable: str
    default: Any
    about: Setting


def knownSettings() -> Iterator[KnownSetting]:
    """All settings, in the order of the sample configuration."""
    for owner, prefix in ((Settings, ""), (Limits, "limits.")):
        defaults = owner()
        for field in dataclasses.fields(owner):
            about = field.metadata.get("setting")
            if about is None:
                continue
            key = snakeCase(field.name)
            variable = about.variable or _PREFIX + snakeCase(prefix + field.name).replace(".", "_").upper()
            yield KnownSetting(prefix + field.name, key, variable, getattr(defaults, field.name), about)


def readSettings(
    options: Mapping[str, Any] = MappingProxyType({}),
    environment: Mapping[str, str] = MappingProxyType({}),
    configFile: str = "",
    directory: str = "",
) -> Settings:
    """
    The settings of a server: an option goes before the environment, that
    before the file, and that before the default.

    @param options: names of settings to text or lists of text, only those that
        were given.
    @param configFile: the path of a TOML file; its relative paths start at its
        own directory.
    @param directory: where the relative paths of options and environment
        start; '' for the working directory.
    @raise SettingsError: a value is wrong, the file cannot be read, or has
        what no setting is called.
    """
    directory = directory or os.getcwd()
    configFile = os.path.join(directory, configFile) if configFile else ""
    file = _readFile(configFile) if configFile else {}
    _refuseUnknown(file, environment, configFile)
    values: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for known in knownSettings():
        found = _find(known, options, environment, file, configFile, directory)
        if found is None:
            origins[known.name] = "default"
            continue
        value, origins[known.name] = found
        if known.name.startswith("limits."):
            limits[known.name.partition(".")[2]] = value
        else:
            values[known.name] = value
    return Settings(
        **values, limits=Limits(**limits), origins=MappingProxyType(origins), configFile=configFile
    )


def shownSettings(settings: Settings) -> dict[str, dict[str, Any]]:
    """Names of settings to value and origin, for a status page: without passwords."""
    shown: dict[str, dict[str, Any]] = {}
    for known in knownSettings():
        owner: Any = settings.limits if known.name.startswith("limits.") else settings
        value = getattr(owner, known.name.rpartition(".")[2])
        if known.key.endswith(_SECRET):
            value = "set" if value else ""
        elif isinstance(value, Mapping):
            value = dict(value)
        shown[known.name] = {"value": value, "origin": settings.origins.get(known.name, "default")}
    return shown


def _find(
    known: KnownSetting,
    options: Mapping[str, Any],
    environment: Mapping[str, str],
    file: Mapping[str, Any],
    configFile: str,
    directory: str,
) -> tuple[Any, str] | None:
    """The value and where it is from, or None for the default."""
    kind = known.about.kind
    option = options.get(known.name)
    if option is not None:
        flag = {"projectsRoots": "projects-root"}.get(known.name, known.key.replace("_", "-"))
        read = kind.fromText if isinstance(option, str) else kind.fromToml
        return _checked(known, read, option, directory, f"option --{flag}"), f"option --{flag}"
    if known.variable in environment:
        origin = f"environment {known.variable}"
        return _checked(known, kind.fromText, environment[known.variable], directory, origin), origin
    section = file.get(known.about.section, {})
    if known.key in section:
        origin = f"{known.key} in section [{known.about.section}] of {configFile}"
        base = os.path.dirname(configFile)
        return _checked(known, kind.fromToml, section[known.key], base, origin), "file"
    return None


def _checked(known: KnownSetting, read: Any, raw: Any, base: str, origin: str) -> Any:
    shown = str(raw)[:100]
    try:
        value = read(raw, base)
    except ValueError:
        raise SettingsError(f"{origin}: '{shown}' is not {known.about.kind.name}") from None
    try:
        known.about.check(value)
    except ValueError as error:
        raise SettingsError(f"{origin}: '{shown}': {error}") from None
    return value


def _readFile(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"The configuration {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The configuration {path} is not TOML: {error}") from None


def _refuseUnknown(file: Mapping[str, Any], environment: Mapping[str, str], path: str) -> None:
    sections: dict[str, set[str]] = {}
    variables = set()
    for known in knownSettings():
        sections.setdefault(known.about.section, set()).add(known.key)
        variables.add(known.variable)
    for name, content in file.items():
        if name not in sections or not isinstance(content, dict):
            raise SettingsError(f"{path}: there is no section [{name}]{_meant(name, sections)}")
        for key in content:
            if key not in sections[name]:
                raise SettingsError(f"{path}: section [{name}] has no {key}{_meant(key, sections[name])}")
    for variable in environment:
        if variable.startswith(_PREFIX) and variable not in variables and not _isBuildVariable(variable):
            raise SettingsError(f"There is no setting {variable}{_meant(variable, variables)}")


def _isBuildVariable(variable: str) -> bool:
    """Variables of the package that are no settings of the server."""
    return variable in ("OGCTWIST_NO_KERNEL",)


def _meant(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"; did you mean {near[0]}?" if near else ""
