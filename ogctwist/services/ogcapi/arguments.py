# -*- test-case-name: tests.services.ogcapi.test_items -*-
"""What a request for items asks for, read from its parameters and checked against the collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from shapely.geometry import MultiPolygon
from shapely.geometry import box as polygonOf

from ogctwist.expression import Expression
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.interfaces import OWSException
from ogctwist.ows.exceptions import quoted
from ogctwist.ows.parameters import Parameters, finiteNumber
from ogctwist.project.model import Project
from ogctwist.services.ogcapi.collectionlayers import Collection
from ogctwist.services.ogcapi.crsnames import systemNamed
from ogctwist.services.ogcapi.errors import badRequest
from ogctwist.services.ogcapi.temporal import interval, timeFilter
from ogctwist.sources.query import FieldType, OrderBy, SourceField

DEFAULT_LIMIT = 10
#: Parameters that are never attributes.
RESERVED = frozenset(
    ("limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "sortby", "sortdesc", "properties",
     "resulttype", "relations", "map", "service", "f")
)  # fmt: skip


@dataclass(frozen=True)
class ItemsArguments:
    """
    @ivar boxes: in the CRS of the layer; one, or two on both sides of the antimeridian; empty for
        everywhere.
    @ivar isNowhere: the box has no place in the CRS of the layer.
    @ivar crs: of the answer.
    @ivar names: of the attributes in the answer.
    @ivar attributes: what is asked of attributes, or None.
    @ivar times: what is asked of times, or None.
    """

    limit: int
    offset: int
    boxes: tuple[Box, ...]
    isNowhere: bool
    crs: CRS
    names: tuple[str, ...]
    orderBy: tuple[OrderBy, ...]
    attributes: Expression | None
    times: Expression | None

    @property
    def area(self) -> MultiPolygon | None:
        """The boxes when there are several."""
        if len(self.boxes) < 2:
            return None
        return MultiPolygon([polygonOf(*each.bounds) for each in self.boxes])


def itemsArguments(
    parameters: Parameters, project: Project | None, collection: Collection, mostItems: int
) -> ItemsArguments:
    """
    @raise OWSException: one of the parameters cannot be understood.
    """
    boxes = _boxes(parameters, project, collection)
    return ItemsArguments(
        limit=_integer(
            parameters, "limit", DEFAULT_LIMIT, mostItems, f"Number of features to retrieve [0-{mostItems}]"
        ),
        offset=_integer(parameters, "offset", 0, None, "Offset for features to retrieve"),
        boxes=tuple(each for each in boxes or () if each is not None),
        isNowhere=boxes is not None and all(each is None for each in boxes),
        crs=_crs(parameters, project, "crs"),
        names=_properties(parameters, collection),
        orderBy=_order(parameters, collection),
        attributes=Expression.conjunction(_attributeFilters(parameters, collection)),
        times=_times(parameters, collection),
    )


def _invalid(name: str, description: str) -> OWSException:
    return badRequest(f"Argument '{name}' is not valid. {description}")


def _integer(parameters: Parameters, name: str, default: int, most: int | None, description: str) -> int:
    try:
        value = parameters.integer(name, default, 0, most)
    except OWSException:
        raise _invalid(name, description) from None
    return default if value is None else value


def _crs(parameters: Parameters, project: Project | None, name: str) -> CRS:
    text = parameters.text(name)
    crs = systemNamed(project, text) if text else WGS84
    if crs is None:
        raise _invalid(name, f"The reference system '{quoted(text)}' is not offered")
    return crs


def _boxes(
    parameters: Parameters, project: Project | None, collection: Collection
) -> list[Box | None] | None:
    """The boxes that bbox means; None for one that has no place in the layer's CRS."""
    crs = _crs(parameters, project, "bbox-crs")
    text = parameters.text("bbox")
    if not text:
        return None
    wanted = _sides(text, crs)
    if collection.crs is None or collection.crs == crs:
        return list(wanted)
    found: list[Box | None] = []
    for each in wanted:
        try:
            found.append(transformBox(each, crs, collection.crs))
        except TransformError:
            found.append(None)
    return found


def _sides(text: str, crs: CRS) -> Sequence[Box]:
    """Four numbers, or six of which those for the height do not count (OGC 17-069r4, 7.15.3)."""
    numbers = [finiteNumber(piece.strip()) for piece in text.split(",", 7)]
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    sides = [number for number in numbers if number is not None]
    if len(sides) != 4 or len(numbers) != 4 or sides[1] > sides[3]:
        raise _invalid("bbox", "Four or six numbers, the lower corner first")
    xmin, ymin, xmax, ymax = sides
    if xmin <= xmax:
        return [Box(xmin, ymin, xmax, ymax)]
    if not crs.isGeographic:
        raise _invalid("bbox", "Four or six numbers, the lower corner first")
    return [Box(xmin, ymin, 180.0, ymax), Box(-180.0, ymin, xmax, ymax)]


def _properties(parameters: Parameters, collection: Collection) -> tuple[str, ...]:
    known = tuple(field.name for field in collection.fields)
    if "properties" not in parameters:
        return known
    fields = [collection.fieldNamed(name) for name in parameters.items("properties")]
    wanted = {field.name for field in fields if field is not None}
    if not wanted or None in fields:
        valid = ", ".join(f"'{name}'" for name in known)
        raise _invalid("properties", f"A list of attributes with commas between them, of: {valid}")
    return tuple(name for name in known if name in wanted)


def _order(parameters: Parameters, collection: Collection) -> tuple[OrderBy, ...]:
    name = parameters.text("sortby")
    try:
        isDescending = parameters.flag("sortdesc")
    except OWSException:
        raise _invalid("sortdesc", "Whether the order is descending") from None
    if not name:
        return ()
    field = collection.fieldNamed(name)
    if field is None:
        raise badRequest(f"Invalid sortBy field '{quoted(name)}'")
    return (OrderBy(Expression.column(field.name), not isDescending),)


def _times(parameters: Parameters, collection: Collection) -> Expression | None:
    if not parameters.text("datetime"):
        return None
    try:
        wanted = interval(parameters.text("datetime"))
    except ValueError:
        raise _invalid("datetime", "A date, a time, or an interval of them") from None
    return timeFilter(collection, wanted)


def _attributeFilters(parameters: Parameters, collection: Collection) -> list[Expression]:
    return [
        attributeFilter(field, parameters.text(name))
        for name, field in filterFields(collection).items()
        if parameters.text(name)
    ]


def filterFields(collection: Collection) -> dict[str, SourceField]:
    """The attributes by the parameters that ask for values of them: shown and stored names."""
    found: dict[str, SourceField] = {}
    for field in collection.fields:
        for name in (collection.shownNames[field.name], field.name):
            if name.lower() not in RESERVED:
                found.setdefault(name, field)
    return found


def attributeFilter(field: SourceField, text: str) -> Expression:
    """
    That an attribute has a value.  A star in it stands for any characters, as in QGIS Server.

    @raise OWSException: the attribute cannot have such a value.
    """
    column = Expression.column(field.name)
    if "*" in text and field.type not in _READERS:
        return Expression.binary("LIKE", column, Expression.literal(_pattern(text)))
    try:
        value = _READERS.get(field.type, str)(text)
    except ValueError:
        raise badRequest(
            f"Argument '{quoted(field.name)}' could not be converted to {field.type.name.capitalize()}"
        ) from None
    return Expression.binary("=", column, Expression.literal(value))


def _pattern(text: str) -> str:
    """A text with stars as a LIKE pattern."""
    return text.replace("%", "\\%").replace("_", "\\_").replace("*", "%")


def _number(text: str) -> float:
    value = finiteNumber(text.strip())
    if value is None:
        raise ValueError("no number")
    return value


def _whole(text: str) -> int:
    if len(text) > 20:
        raise ValueError("too long")
    return int(text)


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word not in ("true", "1", "false", "0"):
        raise ValueError("neither true nor false")
    return word in ("true", "1")


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=None)


_READERS: dict[FieldType, Callable[[str], object]] = {
    FieldType.INTEGER: _whole,
    FieldType.LONG: _whole,
    FieldType.DOUBLE: _number,
    FieldType.BOOLEAN: _truth,
    FieldType.DATE: date.fromisoformat,
    FieldType.TIME: time.fromisoformat,
    FieldType.DATETIME: _time,
}
