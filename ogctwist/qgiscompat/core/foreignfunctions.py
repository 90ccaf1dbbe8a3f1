# -*- test-case-name: tests.qgiscompat.core.test_expression -*-
"""
Functions of plugins in our expressions: C{@qgsfunction} and QgsExpressionFunction.

They are known to the project's own expressions and to those of plugins; an expression
that comes with a request may not call them.  They cannot take the name of a function of
QGIS, nor of one that a server refuses.  One runs at a time.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from twisted.logger import Logger

from ogctwist.expression.column import Column
from ogctwist.expression.expression import _parse as parsed
from ogctwist.expression.functions.registry import FUNCTIONS, REFUSED, Function, Parameter
from ogctwist.qgiscompat.wrapper import Wrapper, abstract

log = Logger()
_turn = threading.RLock()
_SPECIAL = ("feature", "parent", "context")


class Parent:
    """What a function is given as C{parent}: where it says that it failed."""

    def __init__(self) -> None:
        self.failure = ""

    def setEvalErrorString(self, text: str) -> None:
        """The value cannot be computed."""
        self.failure = str(text)

    def evalErrorString(self) -> str:
        """What was said."""
        return self.failure

    def hasEvalError(self) -> bool:
        """Whether something was."""
        return bool(self.failure)


class QgsExpressionFunction(Wrapper):
    """A function, to be subclassed; C{params} -1: any number of arguments."""

    def _make(
        self, name: str, params: int = 0, group: str = "", helpText: str = "", *more: Any, **named: Any
    ) -> None:
        self._q_name, self._q_params, self._q_group = name, int(params), group
        self._q_help = helpText
        self._q_usesGeometry = bool(named.get("usesGeometry", False))

    def func(self, values: Any, context: Any, parent: Any, node: Any) -> Any:
        """The value."""
        abstract(self, "func")

    def name(self) -> str:
        """Its name."""
        return self._q_name

    def params(self) -> int:
        """How many arguments; -1: any."""
        return self._q_params

    def group(self) -> str:
        """Where it is listed."""
        return self._q_group

    def helpText(self) -> str:
        """What it does."""
        return self._q_help

    def usesGeometry(self, node: Any = None) -> bool:
        """Whether it looks at the geometry."""
        return self._q_usesGeometry

    def handlesNull(self) -> bool:
        """Whether it is called with nulls."""
        return False


class PythonFunction(QgsExpressionFunction):
    """One made by C{@qgsfunction}."""

    def _make(self, function: Any, name: str, params: int, asList: bool, options: dict[str, Any]) -> None:  # type: ignore[override]
        super()._make(
            name,
            params,
            options.get("group", "custom"),
            options.get("helpText", options.get("help_text", "")) or inspect.getdoc(function) or "",
            usesGeometry=options.get("usesgeometry", False),
        )
        self.function = function
        self._q_asList = asList
        self._q_handlesNull = bool(options.get("handlesnull", False))
        self._q_names = [n for n in _SPECIAL if n in inspect.signature(function).parameters]
        self._q_varies = any(p.kind is p.VAR_KEYWORD for p in inspect.signature(function).parameters.values())

    def handlesNull(self) -> bool:
        """As declared."""
        return self._q_handlesNull

    def func(self, values: Any, context: Any, parent: Any, node: Any) -> Any:
        """Call the plugin's function."""
        feature = context.feature() if context is not None and context.hasFeature() else None
        known = {"feature": feature, "parent": parent, "context": context}
        named = {name: known[name] for name in self._q_names}
        positional = [list(values)] if self._q_asList else list(values)
        return self.function(*positional, **named)


def qgsfunction(args: Any = "auto", group: str = "custom", **options: Any) -> Callable[[Any], Any]:
    """
    Decorator: make a Python function one of expressions.

    @param args: how many arguments; C{'auto'}: as many as it has besides C{feature},
        C{parent} and C{context}.  A number: they come as one list.
    @raise TypeError: the name is taken by a function that is not a plugin's.
    """

    def wrap(function: Any) -> Any:
        name = options.get("name", function.__name__)
        asList = options.get("params_as_list")
        asList = args != "auto" if asList is None else bool(asList)
        made = PythonFunction(
            function, name, _count(function, args, asList), asList, {**options, "group": group}
        )
        if options.get("register", True):
            unregister(name)
            if not register(made):
                raise TypeError(f"an expression function {name} is there already, or not to be had")
        return made

    if callable(args):
        function, args = args, "auto"
        return wrap(function)
    return wrap


def _count(function: Any, args: Any, asList: bool) -> int:
    if args != "auto":
        return int(args)
    if asList:
        return -1
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return -1
    return sum(p.name not in _SPECIAL and p.kind is not p.VAR_KEYWORD for p in parameters)


def register(function: QgsExpressionFunction) -> bool:
    """@return: whether it is known now; False when the name is taken."""
    name = function.name()
    key = name.lower()
    if key in FUNCTIONS or key in REFUSED or name.startswith("$"):
        return False
    count = function.params()
    parameters = tuple(Parameter(f"value{i}") for i in range(max(count, 0)))
    FUNCTIONS[key] = Function(
        name, function.group(), parameters, len(parameters), count < 0, True, _caller(function), "columns",
        function.usesGeometry(), False, isForeign=True,
    )  # fmt: skip
    parsed.cache_clear()
    return True


def unregister(name: str) -> bool:
    """@return: whether it was a plugin's, and is forgotten."""
    known = FUNCTIONS.get(name.lower())
    if known is None or not known.isForeign:
        return False
    del FUNCTIONS[name.lower()]
    parsed.cache_clear()
    return True


def unregisterAll() -> None:
    """Forget those of all plugins."""
    for name in [name for name, function in FUNCTIONS.items() if function.isForeign]:
        unregister(name)


def _caller(function: QgsExpressionFunction) -> Callable[..., Column]:
    def call(scope: Any, *columns: Column) -> Column:
        from ogctwist.qgiscompat.core.contexts import QgsExpressionContext
        from ogctwist.qgiscompat.core.feature import featureOf
        from ogctwist.qgiscompat.core.values import fromVariant, toVariant

        features = scope.features().values() if scope.hasFeature else [None] * scope.length
        rows = zip(*(c.values() for c in columns), strict=True) if columns else [()] * scope.length
        results, failed, failure = [], [], ""
        for row, feature in zip(rows, features, strict=True):
            context, parent = QgsExpressionContext._q_of(scope.context), Parent()
            if feature is not None:
                context.setFeature(featureOf(feature))
            value: Any = None
            if function.handlesNull() or all(v is not None for v in row):
                try:
                    with _turn:
                        value = fromVariant(function.func([toVariant(v) for v in row], context, parent, None))
                except Exception as error:
                    log.failure("the expression function {name} of a plugin failed", name=function.name())
                    parent.setEvalErrorString(str(error))
            results.append(None if parent.failure else value)
            failed.append(bool(parent.failure))
            failure = failure or parent.failure
        return _column(results, failed, failure)

    return call


def _column(values: list[Any], failed: list[bool], failure: str) -> Column:
    return Column.fromValues(values).withFailures(np.array(failed, bool), failure)
