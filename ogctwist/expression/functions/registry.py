# -*- test-case-name: tests.expression.test_answers -*-
"""
The functions that expressions may call, by name.

A function is declared with its signature as QGIS documents it::

    @function("round(value, places=0)", "Math")
    def roundTo(value, places): ...

and works on the values of one row, on columns, or - C{lazy} - on nodes that
it evaluates itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ogctwist.ows.exceptions import quoted

if TYPE_CHECKING:
    from ogctwist.expression.context import Budget, ExpressionContext

#: Functions by lower-case name; filled by the modules beside this one.
FUNCTIONS: dict[str, Function] = {}

_SIGNATURE = re.compile(r"(\$?\w+)(?:\((.*)\))?$")
_COMMA = re.compile(r",(?=(?:[^']*'[^']*')*[^']*$)")


@dataclass(frozen=True)
class Parameter:
    """One parameter; C{default} holds where it is not required."""

    name: str
    isRequired: bool = True
    default: object = None


@dataclass(frozen=True, eq=False)
class Function:
    """
    A function of the language.

    @ivar call: takes the values of a row and answers a value, or raises
        L{EvaluationFailure}; with C{needs} 'environment' it gets an
        L{Environment} first; with 'columns' it takes a Scope and Columns and
        answers a Column; with 'nodes' a Scope, an evaluator and Nodes.
    @ivar takesNull: whether it is called with NULL; otherwise NULL gives NULL.
    @ivar isPure: equal arguments give equal results.
    @ivar isForeign: it is a plugin's: it may look at the whole feature, and an expression of
        a request may not call it.
    """

    name: str
    group: str
    parameters: tuple[Parameter, ...]
    required: int
    isVariadic: bool
    takesNull: bool
    call: Callable[..., Any]
    needs: str = ""
    usesGeometry: bool = False
    isPure: bool = True
    isForeign: bool = False

    @property
    def signature(self) -> str:
        """Its parameters as one writes them; those that may be left out in brackets."""
        names = [p.name if p.isRequired else f"[{p.name}]" for p in self.parameters]
        return ", ".join([*names, "…"] if self.isVariadic else names)


@dataclass(frozen=True, eq=False)
class Environment:
    """What a function may need besides its arguments."""

    context: ExpressionContext
    budget: Budget


def function(
    signature: str,
    group: str,
    *aliases: str,
    takesNull: bool = False,
    needs: str = "",
    usesGeometry: bool = False,
    isPure: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """
    Declare a function.

    @param signature: C{name(a, b, c=default)}; C{*} as the last parameter takes any number more.
    @param aliases: other names.
    """
    matched = _SIGNATURE.match(signature)
    assert matched is not None, signature
    name, inner = matched.groups()
    names = [part.strip() for part in _COMMA.split(inner or "") if part.strip()]
    isVariadic = bool(names) and names[-1] == "*"
    parameters = tuple(_parameter(part) for part in names if part != "*")
    required = sum(parameter.isRequired for parameter in parameters)

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        for each in (name, *aliases):
            assert each.lower() not in FUNCTIONS, each
            FUNCTIONS[each.lower()] = Function(
                each, group, parameters, required, isVariadic, takesNull, call, needs, usesGeometry, isPure
            )
        return call

    return register


def _parameter(text: str) -> Parameter:
    name, equals, default = text.partition("=")
    return Parameter(name, not equals, ast.literal_eval(default) if equals else None)


#: Functions of QGIS that a server must not offer: they read files or the environment, write, or run text.
REFUSED = {
    "env": "reads the environment",
    "base_file_name": "reads files", "file_suffix": "reads files", "file_exists": "reads files",
    "file_name": "reads files", "is_file": "reads files", "is_directory": "reads files",
    "file_path": "reads files", "file_size": "reads files", "exif": "reads files",
    "exif_geotag": "reads files", "mime_type": "reads files", "load_layer": "opens data sources",
    "sqlite_fetch_and_increment": "writes to files", "qgis_version": "reads the environment",
}  # fmt: skip

#: Functions of QGIS that belong to its windows, layouts and processing tools.
UNSUPPORTED = {
    "item_variables": "Layout", "map_credits": "Layout", "parameter": "Processing",
    "maptip": "Record and Attributes", "current_value": "Form", "current_parent_value": "Form",
    "raster_value": "Rasters", "raster_statistic": "Rasters", "raster_attributes": "Rasters",
    "mesh_vertex": "Meshes", "mesh_face": "Meshes", "$face_area": "Meshes", "$face_index": "Meshes",
    "$vertex_as_point": "Meshes", "$vertex_index": "Meshes", "$vertex_x": "Meshes", "$vertex_y": "Meshes",
    "$vertex_z": "Meshes", "bearing": "GeometryGroup", "triangular_wave": "GeometryGroup",
    "triangular_wave_randomized": "GeometryGroup", "square_wave": "GeometryGroup",
    "square_wave_randomized": "GeometryGroup", "wave": "GeometryGroup", "wave_randomized": "GeometryGroup",
    "apply_dash_pattern": "GeometryGroup", "shared_paths": "GeometryGroup", "node_sequence": "GeometryGroup",
    "is_feature_valid": "Record and Attributes", "is_attribute_valid": "Record and Attributes",
    "magnetic_declination": "Math", "magnetic_inclination": "Math",
    "magnetic_declination_rate_of_change": "Math",
    "magnetic_inclination_rate_of_change": "Math", "timezone_from_id": "Date and Time",
    "timezone_id": "Date and Time", "get_timezone": "Date and Time", "set_timezone": "Date and Time",
    "convert_timezone": "Date and Time",
}  # fmt: skip


def refusal(name: str) -> str:
    """Why there is no function of that name."""
    key = name.lower()
    if key in REFUSED:
        return f"the function {key} is not offered by a server: it {REFUSED[key]}"
    if key in UNSUPPORTED:
        return f"the function {key} is not supported by this server"
    return f"Function is not known: {quoted(name)}"
