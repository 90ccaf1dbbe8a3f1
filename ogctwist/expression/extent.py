# -*- test-case-name: tests.filterencoding.test_fes -*-
"""The box outside of which an expression cannot be true: what a spatial index can do for it."""

from __future__ import annotations

import shapely

from ogctwist.expression import nodes
from ogctwist.expression.expression import Expression
from ogctwist.expression.nodes import Node
from ogctwist.geo.box import Box

#: Predicates that are only true of geometries whose boxes meet.
_MEETING = frozenset((
    "intersects", "within", "contains", "touches", "crosses", "overlaps", "equals", "intersects_bbox", "bbox",
))  # fmt: skip


def boundingBox(expression: Expression | None) -> Box | None:
    """
    A box that the boxes of all features meet for which the expression is true,
    in the coordinates of its geometry literals; None when there is no such box.
    """
    return None if expression is None else _box(expression.node)


def _box(node: Node) -> Box | None:
    if isinstance(node, nodes.Logical):
        boxes = [_box(operand) for operand in node.operands]
        if node.operator == "OR":
            return _union(boxes)
        found = [box for box in boxes if box is not None]
        return min(found, key=lambda box: box.width * box.height, default=None)
    if isinstance(node, nodes.Call) and node.name.lower() in _MEETING and len(node.arguments) == 2:
        return _boxOfPair(*node.arguments)
    if isinstance(node, nodes.Binary) and node.operator in ("<", "<="):
        return _boxOfDistance(node.left, node.right)
    return None


def _union(boxes: list[Box | None]) -> Box | None:
    whole = boxes[0]
    for box in boxes[1:]:
        if whole is None or box is None:
            return None
        whole = whole.union(box)
    return whole


def _boxOfPair(left: Node, right: Node) -> Box | None:
    for geometry, other in ((left, right), (right, left)):
        if isinstance(geometry, nodes.Call) and geometry.name == "$geometry":
            return _boxOfLiteral(other)
    return None


def _boxOfLiteral(node: Node) -> Box | None:
    if isinstance(node, nodes.Literal) and isinstance(node.value, shapely.Geometry):
        box = Box(*shapely.bounds(node.value).tolist())
        return box if box.isFinite else None
    return None


def _boxOfDistance(left: Node, right: Node) -> Box | None:
    """C{distance($geometry, literal) <= number}."""
    if not (isinstance(left, nodes.Call) and left.name == "distance" and isinstance(right, nodes.Literal)):
        return None
    distance = right.value
    box = _boxOfPair(*left.arguments)
    if box is None or isinstance(distance, bool) or not isinstance(distance, (int, float)) or distance < 0:
        return None
    return box.grown(distance)
