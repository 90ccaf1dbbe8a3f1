# -*- test-case-name: tests.filterencoding.test_fes -*-
"""What a filter is about, and what comes of reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ogctwist.expression import Expression
from ogctwist.expression.column import Kind
from ogctwist.expression.extent import boundingBox
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.ows.exceptions import InvalidParameterValue, quoted

#: Names under which clients know the geometry of a feature.
GEOMETRY_NAMES = frozenset(("geometry", "geom", "the_geom", "boundedBy", "$geometry", "msGeometry", "shape"))


def unknownProperty(name: str) -> InvalidParameterValue:
    """The exception of a name that the layer does not have (or the request may not see)."""
    return InvalidParameterValue(f"The property {quoted(name)!r} is not known", locator="Filter")


@dataclass(frozen=True)
class FilterTarget:
    """
    The layer that a filter selects from.

    @ivar fields: names of the attributes that may be seen, with what they
        hold; None where that is not known.
    @ivar published: names of attributes in documents (spaces and the like
        replaced), to the attributes' own.
    @ivar crs: of the layer; geometries of filters are brought into it.  None
        leaves them as they are.
    @ivar requestCrs: what holds for geometries without srsName, and whether it
        is written northing first; None: that of the layer, easting first.
    @ivar geometryName: how documents call the geometry.
    """

    fields: Mapping[str, Kind | None]
    published: Mapping[str, str] = field(default_factory=dict)
    crs: CRS | None = None
    requestCrs: tuple[CRS, bool] | None = None
    geometryName: str = "geometry"

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {name.lower(): name for name in reversed(list(self.fields))}

    def fieldNamed(self, reference: str) -> str:
        """
        The attribute that a reference means: C{name}, C{qgs:name}, C{layer/name};
        found as it is, as published, or in another case, in this order.

        @raise InvalidParameterValue: there is none.
        """
        name = lastStep(reference)
        if name in self.fields:
            return name
        if name in self.published:
            return self.published[name]
        found = self._folded.get(name.lower())
        if found is None:
            raise unknownProperty(reference)
        return found

    def isGeometry(self, reference: str) -> bool:
        """Whether a reference means the geometry; an attribute of that name comes first."""
        name = lastStep(reference)
        if name in self.fields or name in self.published:
            return False
        return name == self.geometryName or name in GEOMETRY_NAMES or name.lower() in GEOMETRY_NAMES


def lastStep(reference: str) -> str:
    """The name at the end of a path, without prefix."""
    step = reference.strip().rpartition("/")[2]
    return step.rpartition(":")[2]


@dataclass(frozen=True)
class Filter:
    """
    What a filter asks for: features with one of the ids (when there are any)
    for which the expression is true (when there is one).

    @ivar ids: as written: C{layer.12} or C{12}; () where the filter is not about ids.
    """

    expression: Expression | None = None
    ids: tuple[str, ...] = ()

    @cached_property
    def bbox(self) -> Box | None:
        """A box in the layer's CRS that all features meet which the filter lets through, or None."""
        return boundingBox(self.expression)

    @property
    def isAboutIds(self) -> bool:
        """Whether it names ids."""
        return bool(self.ids)


@dataclass(frozen=True)
class SortTerm:
    """One term of a requested order."""

    name: str
    ascending: bool = True
