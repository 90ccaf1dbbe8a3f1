# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""The entries of a project: read by scope and key; what is written is served to the request."""

from __future__ import annotations

from typing import Any

from ogctwist.project.model import Project
from ogctwist.project.properties import PropertyReader
from ogctwist.qgiscompat.wrapper import Wrapper


class ProjectEntries(Wrapper):
    """readEntry and its like: each answers the value, and whether there was one of that type."""

    _q_project: Project

    def _q_setProperties(self, properties: dict[str, Any]) -> None:
        raise NotImplementedError

    def _q_entry(self, scope: str, key: str) -> tuple[str, Any]:
        path = "/".join(part for part in (scope, *key.split("/")) if part)
        return path, self._q_project.properties.get(path)

    def readEntry(self, scope: str, key: str, default: str = "") -> tuple[str, bool]:
        """Text."""
        path, value = self._q_entry(scope, key)
        if value is None or isinstance(value, tuple):
            return default, False
        return PropertyReader({path: value}).text(path), True

    def readListEntry(self, scope: str, key: str, default: Any = ()) -> tuple[list[str], bool]:
        """A list of text."""
        _, value = self._q_entry(scope, key)
        if isinstance(value, tuple):
            return list(value), True
        return list(default), False

    def readNumEntry(self, scope: str, key: str, default: int = 0) -> tuple[int, bool]:
        """A whole number."""
        path, value = self._q_entry(scope, key)
        if value is None or isinstance(value, tuple):
            return default, False
        return PropertyReader({path: value}).integer(path, default), True

    def readDoubleEntry(self, scope: str, key: str, default: float = 0.0) -> tuple[float, bool]:
        """A number."""
        path, value = self._q_entry(scope, key)
        if value is None or isinstance(value, tuple):
            return default, False
        return PropertyReader({path: value}).number(path, default), True

    def readBoolEntry(self, scope: str, key: str, default: bool = False) -> tuple[bool, bool]:
        """True or false."""
        path, value = self._q_entry(scope, key)
        if value is None or isinstance(value, tuple):
            return default, False
        return PropertyReader({path: value}).flag(path, default), True

    def writeEntry(self, scope: str, key: str, value: Any) -> bool:
        """Set an entry, as long as the request lasts."""
        path, _ = self._q_entry(scope, key)
        made = tuple(map(str, value)) if isinstance(value, (list, tuple)) else value
        self._q_setProperties({**self._q_project.properties, path: made})
        return True

    writeEntryBool = writeEntryDouble = writeEntry

    def removeEntry(self, scope: str, key: str) -> bool:
        """Remove an entry, and those below it."""
        path, _ = self._q_entry(scope, key)
        left = {
            k: v for k, v in self._q_project.properties.items() if k != path and not k.startswith(f"{path}/")
        }
        self._q_setProperties(left)
        return True

    def entryList(self, scope: str, key: str) -> list[str]:
        """The names of the entries right below."""
        path, _ = self._q_entry(scope, key)
        return [k for k in PropertyReader(self._q_project.properties).below(path) if "/" not in k]

    def subkeyList(self, scope: str, key: str) -> list[str]:
        """The names of what has entries below."""
        path, _ = self._q_entry(scope, key)
        below = PropertyReader(self._q_project.properties).below(path)
        return list(dict.fromkeys(k.partition("/")[0] for k in below if "/" in k))
