"""Tests for L{ogctwist.project.stylereader}."""

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import ScaleRange, Style
from ogctwist.project.stylereader import readStyles
from tests.project.samples import element


def styles(text: str) -> tuple[Style, ...]:
    layer = element(text)
    return readStyles(layer, layer.find("map-layer-style-manager"))


class StyleTests(SynchronousTestCase):
    def test_parts(self) -> None:
        """All that draws is kept for the current style, and what belongs to the data is not."""
        (style,) = styles(
            '<maplayer type="vector" labelsEnabled="1"><id>x</id><datasource>secret</datasource>'
            '<renderer-v2 type="singleSymbol"/><labeling/><layerOpacity>0.5</layerOpacity>'
            "<blendMode>6</blendMode>"
            "<fieldConfiguration/><someNewThing/></maplayer>"
        )
        root = etree.fromstring(style.xml)
        self.assertEqual(root.tag, "maplayer")
        self.assertEqual(dict(root.attrib), {"type": "vector", "labelsEnabled": "1"})
        tags = ["renderer-v2", "labeling", "layerOpacity", "blendMode", "someNewThing"]
        self.assertEqual([child.tag for child in root], tags)
        self.assertEqual((style.name, style.opacity, style.blendMode), ("default", 0.5, 6))

    def test_several(self) -> None:
        """The current style comes first; the others look the same."""
        found = styles(
            '<maplayer type="vector"><renderer-v2 type="a"/><map-layer-style-manager current="two">'
            '<map-layer-style name="one"><qgis version="3" labelsEnabled="0" minScale="500" maxScale="10" '
            'hasScaleBasedVisibilityFlag="1"><renderer-v2 type="b"/><layerOpacity>0.25</layerOpacity></qgis>'
            '</map-layer-style><map-layer-style name="two"/><map-layer-style name="empty"/>'
            "</map-layer-style-manager></maplayer>"
        )
        self.assertEqual([style.name for style in found], ["two", "one"])
        kinds = [etree.fromstring(style.xml).find("renderer-v2") for style in found]
        self.assertEqual([kind.get("type") for kind in kinds if kind is not None], ["a", "b"])
        other = etree.fromstring(found[1].xml)
        self.assertEqual((other.tag, other.get("type")), ("maplayer", "vector"))
        self.assertEqual((found[1].opacity, found[1].scales), (0.25, ScaleRange(500, 10)))
        self.assertNotIn(b"map-layer-style-manager", found[0].xml)

    def test_scales(self) -> None:
        """Before 3.0 the two bounds had each other's name."""
        for attributes, expected in (
            ('hasScaleBasedVisibilityFlag="1" minScale="5000" maxScale="100"', ScaleRange(5000, 100)),
            ('hasScaleBasedVisibilityFlag="1" minimumScale="100" maximumScale="5000"', ScaleRange(5000, 100)),
            (
                'hasScaleBasedVisibilityFlag="1" minimumScale="-4.6e-10" maximumScale="1e+08"',
                ScaleRange(1e8, 0),
            ),
            ('hasScaleBasedVisibilityFlag="0" minScale="5000" maxScale="100"', None),
            ('minScale="5000"', None),
        ):
            self.assertEqual(styles(f"<maplayer {attributes}/>")[0].scales, expected)

    def test_opacity(self) -> None:
        """Opacity of 3.x wins over the transparency, in per cent, of 2.x."""
        for body, expected in (
            ("<layerTransparency>30</layerTransparency>", 0.7),
            ("<layerTransparency>30</layerTransparency><layerOpacity>0.4</layerOpacity>", 0.4),
            ("<layerOpacity>7</layerOpacity>", 1.0),
            ("<layerOpacity>x</layerOpacity>", 1.0),
            ("", 1.0),
        ):
            self.assertEqual(styles(f"<maplayer>{body}</maplayer>")[0].opacity, expected)
