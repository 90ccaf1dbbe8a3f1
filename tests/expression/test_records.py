# -*- test-case-name: tests.expression.test_records -*-
"""Tests of what an expression knows of the feature, of other features and layers, and of aggregates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression, ExpressionContext
from ogctwist.expression.functions import catalogue
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn


def squares() -> FeatureBatch:
    """Four unit squares side by side from x = 0 to 4."""
    shapes = shapely.box(np.arange(4.0), 0.0, np.arange(1.0, 5.0), 1.0)
    return FeatureBatch(
        np.array([1, 2, 3, 4]),
        GeometryColumn.fromShapes(shapes),
        {
            "kind": pa.array(["a", "b", "a", None]),
            "value": pa.array([1.0, 2.0, 4.0, None]),
            "label": pa.array(["z", "y", "x", "w"]),
        },
    )


class Layers:
    """One layer of squares, counted how often it is read."""

    def __init__(self) -> None:
        self.reads: list[tuple[str, object, bool]] = []

    def layerProperty(self, layer: str, name: str) -> object:
        return {"name": "Squares", "crs": "EPSG:2154"}.get(name) if layer == "squares" else None

    def read(self, layer: str, fields: Sequence[str] | None, geometry: bool) -> list[FeatureBatch] | None:
        if layer != "squares":
            return None
        self.reads.append((layer, fields, geometry))
        whole = squares()
        return [whole.take(np.array([0, 1])), whole.take(np.array([2, 3]))]

    def relation(self, relation: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        return ("squares", (("kind", "key"),)) if relation == "r" else None


class OtherLayerTests(SynchronousTestCase):
    """Aggregates and the like."""

    def setUp(self) -> None:
        self.layers = Layers()
        self.context = ExpressionContext(variables={"layer_id": "squares"}, layers=self.layers)

    def evaluate(self, text: str, batch: FeatureBatch | None = None) -> list[object]:
        column = Expression.parse(text).evaluateColumn(batch or squares(), self.context)
        return [f"failed: {column.failure}"] if column.failed is not None else column.values()

    def test_aggregates(self) -> None:
        """Over the layer, not over the batch."""
        for text, expected in (
            ("count(value)", 3),
            ("sum(value)", 7.0),
            ("mean(value)", 7.0 / 3),
            ("minimum(value)", 1.0),
            ("maximum(label)", "z"),
            ("count_distinct(kind)", 2),
            ("count_missing(kind)", 1),
            ("median(value)", 2.0),
            ("range(value)", 3.0),
            ("majority(kind)", "a"),
            ("max_length(label)", 1),
            ("concatenate(label)", "zyxw"),
            ("concatenate(label, concatenator:='-', order_by:=label)", "w-x-y-z"),
            ("concatenate_unique(kind)", "ab"),
            ("array_agg(value)", [1.0, 2.0, 4.0, None]),
            ("sum(value, filter:=kind = 'a')", 5.0),
            ("aggregate('squares', 'sum', value)", 7.0),
            ("aggregate('squares', 'count', value, value > 1)", 2),
            ("area(collect($geometry))", 4.0),
            ("sum(value, filter:=value > 100)", None),
            ("count(value, filter:=value > 100)", 0),
        ):
            self.assertEqual(self.evaluate(text), [expected] * 4, text)

    def test_groups(self) -> None:
        """Each row has the aggregate of its own group."""
        self.assertEqual(self.evaluate("sum(value, group_by:=kind)"), [5.0, 2.0, 5.0, None])
        self.assertEqual(self.evaluate("count(1, kind)"), [2, 1, 2, 1])

    def test_parent(self) -> None:
        """The row that asks is @parent."""
        text = "aggregate('squares', 'count', 1, value < attribute(@parent, 'value'))"
        self.assertEqual(self.evaluate(text), [0, 1, 2, 0])

    def test_readOnce(self) -> None:
        """All batches of a request share what was read, and no more is read than needed."""
        self.evaluate("sum(value)")
        self.evaluate("sum(value)")
        self.assertEqual(self.layers.reads, [("squares", ["value"], False)])

    def test_relation(self) -> None:
        """Over the features that refer to the row."""
        data = FeatureBatch(np.arange(3), None, {"key": pa.array(["a", "b", "c"])})
        self.assertEqual(self.evaluate("relation_aggregate('r', 'sum', value)", data), [5.0, 2.0, None])
        self.assertEqual(self.evaluate("relation_aggregate('r', 'count', value)", data), [2, 1, 0])

    def test_unknown(self) -> None:
        """What there is not fails, it is not nothing."""
        for text in (
            "aggregate('no', 'sum', value)",
            "aggregate('squares', 'no', value)",
            "relation_aggregate('no', 'sum', value)",
            "overlay_intersects('no')",
        ):
            self.assertIn("failed", str(self.evaluate(text)), text)
        without = Expression.parse("sum(value)").evaluateColumn(squares())
        self.assertTrue(without.failed is not None and without.failed.all())

    def test_features(self) -> None:
        """Features of other layers as values."""
        for text, expected in (
            ("attribute(get_feature('squares', 'kind', 'b'), 'value')", 2.0),
            ("attribute(get_feature('squares', map('kind', 'a', 'label', 'x')), 'value')", 4.0),
            ("get_feature('squares', 'kind', 'no') IS NULL", 1),
            ("get_feature('no', 'kind', 'a') IS NULL", 1),
            ("attribute(get_feature_by_id('squares', 3), 'label')", "x"),
            ("x_min(geometry(get_feature_by_id('squares', 3)))", 2.0),
            ("layer_property('squares', 'name')", "Squares"),
            ("layer_property('no', 'name')", None),
        ):
            self.assertEqual(self.evaluate(text), [expected] * 4, text)

    def test_overlays(self) -> None:
        """How the feature lies to those of a layer; of its own layer not to itself."""
        self.assertEqual(self.evaluate("overlay_touches('squares')"), [True] * 4)
        self.assertEqual(self.evaluate("overlay_within('squares')"), [False] * 4)
        self.assertEqual(
            self.evaluate("overlay_touches('squares', label)"), [["y"], ["z", "x"], ["y", "w"], ["x"]]
        )
        self.assertEqual(
            self.evaluate("overlay_touches('squares', label, limit:=1)"), [["y"], ["z"], ["y"], ["x"]]
        )
        self.assertEqual(
            self.evaluate("overlay_touches('squares', label, kind = 'a')"), [[], ["z", "x"], [], ["x"]]
        )
        self.assertEqual(self.evaluate("overlay_disjoint('squares', label)")[0], ["x", "w"])
        self.assertEqual(
            self.evaluate("overlay_nearest('squares', label, kind = 'a')"), [["x"], ["z"], ["z"], ["x"]]
        )
        self.assertEqual(
            self.evaluate("overlay_nearest('squares', label, label = 'w', max_distance:=1.5)")[0], []
        )

    def test_overlayTransforms(self) -> None:
        """Geometries are brought into the CRS of the other layer."""
        point = shapely.Point(-1.3630812101179004, -5.983863)  # about 0.5, 0.5 in EPSG:2154
        data = FeatureBatch(np.arange(1), GeometryColumn.fromShapes(np.array([point], dtype=object)), {})
        context = self.context.child({"layer_crs": "EPSG:4326", "layer_id": "points"})
        column = Expression.parse("overlay_nearest('squares', label)").evaluateColumn(data, context)
        self.assertEqual(column.values(), [["z"]])


class OwnFeatureTests(SynchronousTestCase):
    """The feature itself."""

    def test_shownValues(self) -> None:
        """Values as the layer's forms show them."""
        context = ExpressionContext(
            selectedIds=frozenset((2, 3)),
            displayExpression="label || '!'",
            representations={"kind": lambda value: {"a": "Alpha"}.get(str(value), value)},
        )
        for text, expected in (
            ("represent_value(kind)", ["Alpha", "b", "Alpha", None]),
            ("represent_value('a', 'kind')", ["Alpha"] * 4),
            ("represent_attributes()['kind']", ["Alpha", "b", "Alpha", None]),
            ("is_selected()", [False, True, True, False]),
            ("num_selected()", [2] * 4),
            ("display_expression()", ["z!", "y!", "x!", "w!"]),
            ("@id", [1, 2, 3, 4]),
            ("x_min(@geometry)", [0.0, 1.0, 2.0, 3.0]),
            ("attribute(@feature, 'label')", ["z", "y", "x", "w"]),
            ("attribute(kind || '')", [None] * 4),
        ):
            self.assertEqual(
                Expression.parse(text).evaluateColumn(squares(), context).values(), expected, text
            )

    def test_onTheEllipsoid(self) -> None:
        """$area and its like, in the project's units."""
        degree = shapely.box(0, 0, 1, 1)
        data = FeatureBatch(np.arange(1), GeometryColumn.fromShapes(np.array([degree], dtype=object)), {})
        context = ExpressionContext(variables={"project_ellipsoid": "EPSG:7030", "layer_crs": "EPSG:4326"})
        area = Expression.parse("$area").evaluateColumn(data, context).values()[0]
        self.assertAlmostEqual(area / 12308778361.469, 1.0, 6)  # type: ignore[operator]
        hectares = context.child({"project_area_units": "hectares"})
        self.assertAlmostEqual(
            Expression.parse("$area").evaluateColumn(data, hectares).values()[0] / 1230877.8361469,
            1.0,
            6,  # type: ignore[operator]
        )
        plane = context.child({"project_ellipsoid": "NONE"})
        self.assertEqual(Expression.parse("$area").evaluateColumn(data, plane).values(), [1.0])
        self.assertEqual(Expression.parse("$perimeter").evaluateColumn(data, plane).values(), [4.0])

    def test_uuids(self) -> None:
        """A new one for each row."""
        values = Expression.parse("uuid()").evaluateColumn(squares()).values()
        self.assertEqual(len(set(values)), 4)
        self.assertEqual(len(str(values[0])), 38)

    def test_random(self) -> None:
        """Within its bounds, the same for the same seed."""
        values = Expression.parse("rand(1, 6)").evaluateColumn(squares()).values()
        self.assertTrue(all(1 <= v <= 6 for v in values))  # type: ignore[operator]
        one, other = (Expression.parse("randf(0, 1, 5)").evaluateScalar() for _ in range(2))
        self.assertEqual(one, other)


class CatalogueTests(SynchronousTestCase):
    """The list of functions."""

    #: What QGIS 3.22 has, by QgsExpression.Functions().
    qgis = [
        "sqrt",
        "radians",
        "degrees",
        "abs",
        "cos",
        "sin",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "exp",
        "ln",
        "log10",
        "log",
        "round",
        "rand",
        "randf",
        "max",
        "min",
        "clamp",
        "scale_linear",
        "scale_exp",
        "floor",
        "ceil",
        "pi",
        "azimuth",
        "inclination",
        "project",
        "length3D",
        "exif_geotag",
        "$geometry",
        "$area",
        "area",
        "$length",
        "$perimeter",
        "perimeter",
        "$x",
        "$y",
        "$z",
        "overlay_contains",
        "overlay_crosses",
        "overlay_disjoint",
        "overlay_equals",
        "overlay_intersects",
        "overlay_touches",
        "overlay_within",
        "overlay_nearest",
        "is_valid",
        "x",
        "y",
        "z",
        "m",
        "point_n",
        "start_point",
        "end_point",
        "nodes_to_points",
        "segments_to_lines",
        "collect_geometries",
        "make_point",
        "make_point_m",
        "make_line",
        "make_polygon",
        "make_triangle",
        "make_circle",
        "make_ellipse",
        "make_regular_polygon",
        "make_square",
        "make_rectangle_3points",
        "$x_at",
        "$y_at",
        "geometry_type",
        "x_min",
        "x_max",
        "y_min",
        "y_max",
        "geom_from_wkt",
        "geom_from_wkb",
        "geom_from_gml",
        "flip_coordinates",
        "relate",
        "intersects_bbox",
        "disjoint",
        "intersects",
        "touches",
        "crosses",
        "contains",
        "overlaps",
        "within",
        "translate",
        "rotate",
        "affine_transform",
        "buffer",
        "force_rhr",
        "wedge_buffer",
        "tapered_buffer",
        "buffer_by_m",
        "offset_curve",
        "single_sided_buffer",
        "extend",
        "centroid",
        "point_on_surface",
        "pole_of_inaccessibility",
        "reverse",
        "exterior_ring",
        "interior_ring_n",
        "geometry_n",
        "boundary",
        "line_merge",
        "bounds",
        "simplify",
        "simplify_vw",
        "smooth",
        "num_points",
        "num_interior_rings",
        "num_rings",
        "num_geometries",
        "bounds_width",
        "bounds_height",
        "is_closed",
        "close_line",
        "is_empty",
        "is_empty_or_null",
        "convex_hull",
        "oriented_bbox",
        "main_angle",
        "minimal_circle",
        "difference",
        "distance",
        "hausdorff_distance",
        "intersection",
        "sym_difference",
        "combine",
        "union",
        "geom_to_wkt",
        "geom_to_wkb",
        "geometry",
        "transform",
        "extrude",
        "is_multipart",
        "z_max",
        "z_min",
        "m_max",
        "m_min",
        "sinuosity",
        "straight_distance_2d",
        "order_parts",
        "closest_point",
        "shortest_line",
        "line_interpolate_point",
        "line_interpolate_angle",
        "line_locate_point",
        "angle_at_vertex",
        "distance_to_vertex",
        "line_substring",
        "to_int",
        "to_real",
        "to_dm",
        "to_dms",
        "to_decimal",
        "hash",
        "md5",
        "sha256",
        "to_base64",
        "from_base64",
        "to_string",
        "to_datetime",
        "to_date",
        "to_time",
        "to_interval",
        "coalesce",
        "nullif",
        "if",
        "try",
        "aggregate",
        "relation_aggregate",
        "count",
        "count_distinct",
        "count_missing",
        "minimum",
        "maximum",
        "sum",
        "mean",
        "median",
        "stdev",
        "range",
        "minority",
        "majority",
        "q1",
        "q3",
        "iqr",
        "min_length",
        "max_length",
        "collect",
        "concatenate",
        "concatenate_unique",
        "array_agg",
        "regexp_match",
        "regexp_matches",
        "array_foreach",
        "array_filter",
        "array",
        "array_sort",
        "array_length",
        "array_contains",
        "array_count",
        "array_all",
        "array_find",
        "array_get",
        "array_first",
        "array_last",
        "array_min",
        "array_max",
        "array_mean",
        "array_median",
        "array_majority",
        "array_minority",
        "array_sum",
        "array_append",
        "array_prepend",
        "array_insert",
        "array_remove_at",
        "array_remove_all",
        "array_replace",
        "array_prioritize",
        "array_cat",
        "array_slice",
        "array_reverse",
        "array_intersect",
        "array_distinct",
        "array_to_string",
        "string_to_array",
        "generate_series",
        "now",
        "age",
        "year",
        "month",
        "week",
        "day",
        "hour",
        "minute",
        "second",
        "epoch",
        "datetime_from_epoch",
        "day_of_week",
        "make_date",
        "make_time",
        "make_datetime",
        "make_interval",
        "lower",
        "upper",
        "title",
        "trim",
        "char",
        "ascii",
        "wordwrap",
        "replace",
        "regexp_replace",
        "regexp_substr",
        "substr",
        "concat",
        "strpos",
        "left",
        "right",
        "rpad",
        "lpad",
        "format",
        "format_number",
        "levenshtein",
        "longest_common_substring",
        "hamming_distance",
        "soundex",
        "length",
        "format_date",
        "color_grayscale_average",
        "color_mix_rgb",
        "color_rgb",
        "color_rgba",
        "ramp_color",
        "create_ramp",
        "color_hsl",
        "color_hsla",
        "color_hsv",
        "color_hsva",
        "color_cmyk",
        "color_cmyka",
        "color_part",
        "darker",
        "lighter",
        "set_color_part",
        "project_color",
        "base_file_name",
        "file_suffix",
        "file_exists",
        "file_name",
        "is_file",
        "is_directory",
        "file_path",
        "file_size",
        "exif",
        "$scale",
        "$id",
        "$currentfeature",
        "uuid",
        "get_feature",
        "get_feature_by_id",
        "attributes",
        "maptip",
        "display_expression",
        "is_selected",
        "num_selected",
        "sqlite_fetch_and_increment",
        "represent_value",
        "attribute",
        "layer_property",
        "decode_uri",
        "mime_type",
        "var",
        "eval_template",
        "eval",
        "env",
        "with_variable",
        "is_layer_visible",
        "raster_statistic",
        "raster_value",
        "from_json",
        "to_json",
        "hstore_to_map",
        "map_to_hstore",
        "map",
        "map_get",
        "map_exist",
        "map_delete",
        "map_insert",
        "map_concat",
        "map_akeys",
        "map_avals",
        "item_variables",
        "map_credits",
        "parameter",
        "current_value",
        "current_parent_value",
    ]

    def test_complete(self) -> None:
        """Each function of QGIS is supported, refused or said to be unsupported."""
        known = {entry.name.lower() for entry in catalogue()}
        self.assertEqual([name for name in self.qgis if name.lower() not in known], [])

    def test_mostAreSupported(self) -> None:
        """The refused and unsupported ones are few, and have a reason."""
        entries = catalogue()
        missing = [entry for entry in entries if not entry.isSupported]
        self.assertLess(len(missing) * 6, len(entries))
        self.assertTrue(all(entry.note for entry in missing))
        self.assertEqual(len(entries), len({entry.name for entry in entries}))
