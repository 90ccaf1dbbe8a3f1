"""
Labels: what a style says of them, where they may stand, which of them find room, and their drawing.

The labels of all layers of a map are placed together, after the layers are drawn:
L{labelPlan} of every layer, its C{collector} while the layer's features pass,
L{placeLabels} of all collections, L{drawLabels} over the finished map.
"""

from ogctwist.symbology.labels.collection import LabelCollection, LabelCollector
from ogctwist.symbology.labels.drawing import drawLabels
from ogctwist.symbology.labels.engine import PlacedLabel, PlacedLabels, placeLabels
from ogctwist.symbology.labels.plan import LabelPlan, labelPlan

__all__ = [
    "LabelCollection",
    "LabelCollector",
    "LabelPlan",
    "PlacedLabel",
    "PlacedLabels",
    "drawLabels",
    "labelPlan",
    "placeLabels",
]
