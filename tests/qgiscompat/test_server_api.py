"""
Every class and method of qgis.server, as PyQGIS 3.22 has them and as they came to it since.

The names and parameters are in tests/data/qgis_server_api.json; docs/qgis_server_api.md is written
from the same walk.
"""

from __future__ import annotations

import inspect
import json
from enum import IntEnum
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.qgiscompat import server

API: dict[str, Any] = json.loads(
    Path(__file__).resolve().parents[1].joinpath("data", "qgis_server_api.json").read_text()
)


def missing(path: str, function: Any, overloads: list[list[str]], isStatic: bool) -> list[str]:
    """
    What is wrong with a function.

    @param overloads: names of the parameters, those that may be left out with an equals sign.
    """
    parameters = list(inspect.signature(function).parameters.values())
    if not isStatic and parameters and parameters[0].name == "self":
        parameters = parameters[1:]
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    takesAny = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    required = sum(1 for p in parameters if p.default is p.empty and p.name in names)
    wrong = []
    for overload in overloads:
        least = sum(1 for name in overload if not name.endswith("="))
        if required > least:
            wrong.append(f"{path} cannot be called with {least} arguments")
        if len(overload) > len(names) and not takesAny:
            wrong.append(f"{path} cannot be called with {len(overload)} arguments")
    if len(overloads) == 1 and not takesAny:
        wanted = [name.rstrip("=") for name in overloads[0]]
        if names[: len(wanted)] != wanted:
            wrong.append(f"{path} has parameters {names}, not {wanted}")
    return wrong


class WalkTests(SynchronousTestCase):
    def test_everyClassIsThere(self) -> None:
        self.assertEqual([name for name in API if not hasattr(server, name)], [])
        self.assertEqual(len(API), 40)
        self.assertEqual(set(API) - set(server.__all__), set())

    def test_everyMethodIsThereWithItsParameters(self) -> None:
        wrong = []
        count = 0
        for name, described in API.items():
            cls = getattr(server, name)
            for method, form in described["methods"].items():
                count += 1
                path = f"{name}.{method}"
                function = getattr(cls, method, None)
                if not callable(function):
                    wrong.append(f"{path} is missing")
                    continue
                isStatic = form.get("static", False)
                if isStatic and not isinstance(inspect.getattr_static(cls, method), staticmethod):
                    wrong.append(f"{path} is not static")
                if form["overloads"]:
                    wrong += missing(path, function, form["overloads"], isStatic)
        self.assertEqual("\n".join(wrong), "")
        self.assertGreater(count, 420)

    def test_inheritedMethodsAreThere(self) -> None:
        wrong = [
            f"{name}.{method}"
            for name, described in API.items()
            for method in described["inherited"]
            if not callable(getattr(getattr(server, name), method, None))
        ]
        self.assertEqual("\n".join(wrong), "")

    def test_constructors(self) -> None:
        wrong: list[str] = []
        for name, described in API.items():
            make = getattr(getattr(server, name), "_make", None)
            if make is not None:
                wrong += missing(name, make, described["constructors"], False)
        self.assertEqual([each for each in wrong if "has parameters" not in each], [])

    def test_enumerations(self) -> None:
        wrong = []
        for name, described in API.items():
            cls = getattr(server, name)
            for enum, members in described.get("enums", {}).items():
                scoped = getattr(cls, enum)
                self.assertTrue(issubclass(scoped, IntEnum), f"{name}.{enum}")
                for member, value in members.items():
                    if getattr(scoped, member) != value or getattr(cls, member) != value:
                        wrong.append(f"{name}.{enum}.{member}")
                    self.assertIsInstance(getattr(cls, member), int)
        self.assertEqual("\n".join(wrong), "")

    def test_exceptions(self) -> None:
        for name, described in API.items():
            if described.get("exception"):
                self.assertTrue(issubclass(getattr(server, name), Exception), name)

    def test_permissionsHaveTheirAttributes(self) -> None:
        attributes = API["QgsAccessControlFilter"]["nested"]["LayerPermissions"]["attributes"]
        permissions = server.QgsAccessControlFilter.LayerPermissions()
        self.assertEqual({name: getattr(permissions, name) for name in attributes},
                         dict.fromkeys(attributes, False))  # fmt: skip

    def test_theStarGivesQtCoreToo(self) -> None:
        self.assertIn("QtCore", server.__all__)
        self.assertTrue(hasattr(server.QtCore, "QByteArray"))

    def test_everythingIsDocumented(self) -> None:
        bare = [
            f"{name}.{method}"
            for name, described in API.items()
            for method in described["methods"]
            if described["methods"][method]["overloads"]
            and not (getattr(getattr(server, name), method).__doc__ or "").strip()
        ]
        self.assertEqual(bare, [])


class DocumentTests(SynchronousTestCase):
    def test_thePageIsInStep(self) -> None:
        from tests.qgiscompat.compatibility import document

        page = Path(__file__).resolve().parents[2] / "docs" / "qgis_server_api.md"
        self.assertEqual(page.read_text(encoding="utf-8"), document())
