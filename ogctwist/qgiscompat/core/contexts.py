# -*- test-case-name: tests.qgiscompat.core.test_expression -*-
"""Expression contexts: scopes of variables, one above the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ogctwist.expression import ExpressionContext
from ogctwist.qgiscompat.core.enums import VERSION, VERSION_INT
from ogctwist.qgiscompat.core.values import fromVariant, toVariant
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsExpressionContextScope(Wrapper):
    """Variables, and perhaps a feature."""

    def _make(self, name: Any = "") -> None:
        self._q_variables: dict[str, Any] = {}
        self._q_feature: Any = None
        self._q_geometry: Any = None
        self._q_name = ""
        if isinstance(name, QgsExpressionContextScope):
            self._q_variables.update(name._q_variables)
            self._q_feature, self._q_name = name._q_feature, name._q_name
        else:
            self._q_name = str(name)

    def name(self) -> str:
        """Its name."""
        return self._q_name

    def setVariable(self, name: str, value: Any, isStatic: bool = False) -> None:
        """Set a variable."""
        self._q_variables[name] = value

    def addVariable(self, variable: StaticVariable) -> None:
        """Set a variable."""
        self._q_variables[variable.name] = variable.value

    def removeVariable(self, name: str) -> bool:
        """Whether there was one."""
        return self._q_variables.pop(name, self) is not self

    def variable(self, name: str) -> Any:
        """Its value, None without."""
        return self._q_variables.get(name)

    def hasVariable(self, name: str) -> bool:
        """Whether there is one."""
        return name in self._q_variables

    def variableNames(self) -> list[str]:
        """All names."""
        return list(self._q_variables)

    def variableCount(self) -> int:
        """How many."""
        return len(self._q_variables)

    def setFeature(self, feature: Any) -> None:
        """Set the feature."""
        self._q_feature = feature

    def feature(self) -> Any:
        """The feature; an empty one without."""
        from ogctwist.qgiscompat.core.feature import QgsFeature

        return QgsFeature() if self._q_feature is None else self._q_feature

    def hasFeature(self) -> bool:
        """Whether there is one."""
        return self._q_feature is not None

    def setFields(self, fields: Any) -> None:
        """Set the fields that features are to have."""
        self._q_variables["_fields_"] = fields

    def setGeometry(self, geometry: Any) -> None:
        """Set the geometry."""
        self._q_geometry = geometry

    def addFunction(self, name: str, function: Any) -> None:
        """Functions are known everywhere here: register it instead."""
        from ogctwist.qgiscompat.core import foreignfunctions

        foreignfunctions.register(function)


class StaticVariable(Wrapper):
    """A variable for L{QgsExpressionContextScope.addVariable}."""

    def _make(
        self,
        name: str = "",
        value: Any = None,
        readOnly: bool = False,
        isStatic: bool = False,
        description: str = "",
    ) -> None:
        self.name, self.value, self.readOnly = name, value, readOnly
        self.isStatic, self.description = isStatic, description


QgsExpressionContextScope.StaticVariable = StaticVariable  # type: ignore[attr-defined]


class QgsExpressionContext(Wrapper):
    """Scopes; of the same name, the variable of the last one counts."""

    EXPR_FIELDS = "_fields_"
    EXPR_ORIGINAL_VALUE = "value"

    def _make(self, scopes: Any = ()) -> None:
        known = scopes._q_scopes if isinstance(scopes, QgsExpressionContext) else scopes
        self._q_scopes: list[QgsExpressionContextScope] = list(known)

    @classmethod
    def _q_of(cls, context: ExpressionContext) -> QgsExpressionContext:
        scope = QgsExpressionContextScope()
        scope._q_variables.update((name, toVariant(value)) for name, value in context.variables.items())
        return cls([scope])

    def _q_context(self) -> ExpressionContext:
        variables = {
            name: fromVariant(value)
            for scope in self._q_scopes
            for name, value in scope._q_variables.items()
            if name != "_fields_"
        }
        return ExpressionContext(variables=variables)

    def _q_feature(self) -> Any:
        return next((s._q_feature for s in reversed(self._q_scopes) if s._q_feature is not None), None)

    def appendScope(self, scope: Any) -> None:
        """Put a scope above the others; None is left out."""
        if scope is not None:
            self._q_scopes.append(scope)

    def appendScopes(self, scopes: Iterable[Any]) -> None:
        """Put scopes above the others."""
        for scope in scopes:
            self.appendScope(scope)

    def popScope(self) -> Any:
        """Take the last one away."""
        return self._q_scopes.pop() if self._q_scopes else None

    def lastScope(self) -> Any:
        """The last one; a new one when there is none."""
        if not self._q_scopes:
            self._q_scopes.append(QgsExpressionContextScope())
        return self._q_scopes[-1]

    def scope(self, index: int) -> Any:
        """One of them."""
        return self._q_scopes[index]

    def scopes(self) -> list[Any]:
        """All of them."""
        return list(self._q_scopes)

    def scopeCount(self) -> int:
        """How many."""
        return len(self._q_scopes)

    def variable(self, name: str) -> Any:
        """Its value, None without."""
        return next((s.variable(name) for s in reversed(self._q_scopes) if s.hasVariable(name)), None)

    def hasVariable(self, name: str) -> bool:
        """Whether there is one."""
        return any(scope.hasVariable(name) for scope in self._q_scopes)

    def variableNames(self) -> list[str]:
        """All names."""
        return list(self.variablesToMap())

    def variablesToMap(self) -> dict[str, Any]:
        """All variables."""
        return {name: value for scope in self._q_scopes for name, value in scope._q_variables.items()}

    def setFeature(self, feature: Any) -> None:
        """Set the feature."""
        self.lastScope().setFeature(feature)

    def feature(self) -> Any:
        """The feature; an empty one without."""
        from ogctwist.qgiscompat.core.feature import QgsFeature

        return self._q_feature() or QgsFeature()

    def hasFeature(self) -> bool:
        """Whether there is one."""
        return self._q_feature() is not None

    def setGeometry(self, geometry: Any) -> None:
        """Set the geometry."""
        self.lastScope().setGeometry(geometry)

    def setFields(self, fields: Any) -> None:
        """Set the fields that features are to have."""
        self.lastScope().setFields(fields)

    def fields(self) -> Any:
        """Those fields."""
        from ogctwist.qgiscompat.core.fields import QgsFields

        return self.variable("_fields_") or QgsFields()

    def setOriginalValueVariable(self, value: Any) -> None:
        """Set C{@value}."""
        self.lastScope().setVariable("value", value)


class QgsExpressionContextGenerator(Wrapper):
    """What makes contexts; to be subclassed."""

    def createExpressionContext(self) -> QgsExpressionContext:
        """A context."""
        return QgsExpressionContext()


def _scope(name: str, variables: dict[str, Any]) -> QgsExpressionContextScope:
    made = QgsExpressionContextScope(name)
    made._q_variables.update(variables)
    return made


class QgsExpressionContextUtils(Wrapper):
    """Makes the usual scopes."""

    @staticmethod
    def globalScope() -> QgsExpressionContextScope:
        """Of the application."""
        return _scope(
            "Global",
            {
                "qgis_version": VERSION,
                "qgis_version_no": VERSION_INT,
                "qgis_release_name": "Prizren",
                "qgis_platform": "server",
                "qgis_locale": "en_US",
                "qgis_short_version": VERSION.rpartition(".")[0],
            },
        )

    @staticmethod
    def projectScope(project: Any) -> QgsExpressionContextScope:
        """Of a project."""
        return _scope("Project", {} if project is None else project._q_variables())

    @staticmethod
    def layerScope(layer: Any) -> Any:
        """Of a layer."""
        if layer is None:
            return QgsExpressionContextScope("Layer")
        return _scope("Layer", layer._q_variables())

    @staticmethod
    def globalProjectLayerScopes(layer: Any) -> list[QgsExpressionContextScope]:
        """All three."""
        utils = QgsExpressionContextUtils
        project = None if layer is None else layer.project()
        return [utils.globalScope(), utils.projectScope(project), utils.layerScope(layer)]

    @staticmethod
    def layoutScope(layout: Any) -> QgsExpressionContextScope:
        """Of a layout: its name."""
        return _scope("Layout", {} if layout is None else {"layout_name": layout.name()})

    @staticmethod
    def atlasScope(atlas: Any) -> QgsExpressionContextScope:
        """Of an atlas: nothing, as none is drawn here."""
        return _scope("Atlas", {})

    @staticmethod
    def formScope(feature: Any = None, mode: str = "") -> QgsExpressionContextScope:
        """Of a form."""
        made = _scope("Form", {"form_mode": mode, "current_feature": feature})
        if feature is not None and feature.isValid():
            made.setFeature(feature)
        return made

    @staticmethod
    def parentFormScope(feature: Any = None, mode: str = "") -> QgsExpressionContextScope:
        """Of the form that a form is in."""
        return _scope("Parent Form", {"current_parent_feature": feature})

    @staticmethod
    def mapSettingsScope(settings: Any) -> QgsExpressionContextScope:
        """Of a map: nothing, as plugins draw none."""
        return _scope("Map Settings", {})

    @staticmethod
    def setProjectVariable(project: Any, name: str, value: Any) -> None:
        """Set a variable of a project, as long as the request lasts."""
        project.setCustomVariables({**project.customVariables(), name: value})

    @staticmethod
    def setProjectVariables(project: Any, variables: dict[str, Any]) -> None:
        """Set all variables of a project."""
        project.setCustomVariables(dict(variables))

    @staticmethod
    def setLayerVariable(layer: Any, name: str, value: Any) -> None:
        """Set a variable of a layer, as long as the request lasts."""
        layer._q_change(variables={**layer._q_layer.variables, name: value})

    @staticmethod
    def setLayerVariables(layer: Any, variables: dict[str, Any]) -> None:
        """Set all variables of a layer."""
        layer._q_change(variables=dict(variables))
