"""What styles say of labels: settings, formats, data-defined changes, QGIS 2's properties."""

from __future__ import annotations

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.ink import Color
from ogctwist.symbology.labels.legacy import legacySettings
from ogctwist.symbology.labels.settings import (
    ABOVE_LINE,
    CURVED,
    MAP_ORIENTED,
    ON_LINE,
    OVER,
    RIGHT,
    LabelSettings,
)
from ogctwist.symbology.labels.textformat import (
    CAMEL,
    CAPITALIZED,
    CIRCLE,
    LOWER,
    TITLE,
    UPPER,
    TextFormat,
    capitalized,
    weightOf,
)
from ogctwist.symbology.labels.variations import VARIATIONS, truth, varied
from ogctwist.symbology.units import Length

SETTINGS = """<settings>
 <text-style fieldName="name" isExpression="0" fontFamily="Example" namedStyle="Bold" fontWeight="75"
   fontItalic="1" fontSize="12" fontSizeUnit="Point" textColor="10,20,30,255" textOpacity="0.5"
   fontLetterSpacing="1" multilineHeight="1.2" useSubstitutions="1" capitalization="1">
  <families><family name="Second"/></families>
  <text-buffer bufferDraw="1" bufferSize="1.5" bufferSizeUnits="MM" bufferColor="255,255,0,10"
    bufferOpacity="0.8" bufferJoinStyle="64" bufferNoFill="0"/>
  <background shapeDraw="1" shapeType="3" shapeSizeX="2" shapeSizeUnit="MM" shapeFillColor="1,2,3,255"/>
  <shadow shadowDraw="0"/>
  <substitutions><replacement match="a" replace="b" caseSensitive="1" wholeWord="0"/></substitutions>
 </text-style>
 <text-format wrapChar="|" autoWrapLength="10" multilineAlign="2" formatNumbers="1" decimals="2" plussign="1"
   useMaxLineLengthForAutoWrap="0"/>
 <placement placement="3" quadOffset="8" xOffset="1" yOffset="2" offsetUnits="Pixel" rotationAngle="15"
   dist="2" distUnits="MM" placementFlags="9" priority="11" predefinedPositionOrder="T,nonsense,B"
   maxCurvedCharAngleIn="30" maxCurvedCharAngleOut="-40" repeatDistance="5" repeatDistanceUnits="MM"/>
 <rendering scaleVisibility="1" scaleMin="1000" scaleMax="50000" displayAll="1" limitNumLabels="1"
   maxNumLabels="7" obstacleType="2" zIndex="3" fontLimitPixelSize="1" fontMinPixelSize="4"
   fontMaxPixelSize="40" minFeatureSize="2" upsidedownLabels="2"/>
 <dd_properties><Option type="Map"><Option name="properties" type="Map">
  <Option name="Size" type="Map"><Option name="active" type="bool" value="true"/>
   <Option name="type" type="int" value="3"/><Option name="expression" type="QString" value="4 + 5"/></Option>
  <Option name="Color" type="Map"><Option name="active" type="bool" value="false"/></Option>
 </Option></Option></dd_properties>
</settings>"""


class LabelSettingsTests(SynchronousTestCase):
    """L{LabelSettings.read}."""

    def setUp(self) -> None:
        self.settings = LabelSettings.read(etree.fromstring(SETTINGS), ["name"])

    def test_content(self) -> None:
        """The text, its breaks and numbers."""
        content = self.settings.content
        assert content.value is not None
        self.assertEqual(content.value.field, "name")
        self.assertEqual((content.wrap, content.wrapLength, content.isLeast), ("|", 10, True))
        self.assertEqual((content.decimals, content.plusSign, content.alignment), (2, True, RIGHT))
        self.assertEqual(content.substitutions, (("a", "b", True, False),))

    def test_format(self) -> None:
        """Fonts, colours and what is around the letters; opacities replace the colours' own."""
        format = self.settings.format
        self.assertEqual((format.families, format.style), (("Example", "Second"), "Bold"))
        self.assertEqual((format.weight, format.isItalic, format.capitalization), (700, True, UPPER))
        self.assertEqual(format.size, Length(12, "Point"))
        self.assertEqual(format.color, Color(10 / 255, 20 / 255, 30 / 255, 0.5))
        assert format.buffer is not None and format.background is not None
        self.assertEqual(format.buffer.color, Color(1, 1, 0, 0.8))
        self.assertEqual((format.buffer.join, format.buffer.fillsInterior), ("bevel", True))
        self.assertEqual((format.background.kind, format.background.width), (CIRCLE, Length(2, "MM")))
        self.assertIsNone(format.shadow)

    def test_placement(self) -> None:
        """Where labels may stand; what is not understood is left out, not taken for something else."""
        placement = self.settings.placement
        self.assertEqual((placement.mode, placement.quadrant, placement.rotation), (CURVED, 8, 15))
        self.assertEqual(placement.offset, (Length(1, "Pixel"), Length(2, "Pixel")))
        self.assertEqual((placement.lineFlags, placement.priority), (ON_LINE | MAP_ORIENTED, 10))
        self.assertEqual((placement.order, placement.angles), (("T", "B"), (30, -40)))

    def test_rendering(self) -> None:
        """When labels are drawn."""
        rendering = self.settings.rendering
        shown = [rendering.showsAt(d) for d in (500, 1000, 20000, 50000, 60000)]
        self.assertEqual(shown, [False, True, True, True, False])
        self.assertEqual((rendering.mostLabels, rendering.fontLimits), (7, (4, 40)))
        self.assertEqual((rendering.obstacleType, rendering.upsideDown, rendering.showsAll), (2, 2, True))

    def test_defined(self) -> None:
        """Active properties only."""
        self.assertEqual(set(self.settings.defined), {"Size"})

    def test_empty(self) -> None:
        """Settings without anything are defaults, and label nothing."""
        settings = LabelSettings.read(etree.fromstring("<settings/>"), [])
        self.assertIsNone(settings.content.value)
        self.assertEqual(settings.format.size.unit, "Point")

    def test_brokenExpression(self) -> None:
        """A text that cannot be read is named, and labels nothing."""
        xml = '<settings><text-style isExpression="1" fieldName="upper("/></settings>'
        settings = LabelSettings.read(etree.fromstring(xml), [])
        self.assertIsNone(settings.content.value)
        self.assertIn("label text", settings.unsupported[0])

    def test_unsupported(self) -> None:
        """What is not drawn is named."""
        xml = (
            '<settings><text-style fieldName="a" textOrientation="vertical" allowHtml="1">'
            '<text-mask maskEnabled="1"/></text-style><text-format addDirectionSymbol="1"/>'
            '<placement geometryGeneratorEnabled="1"/><callout><Option type="Map">'
            '<Option name="enabled" value="1"/></Option></callout></settings>'
        )
        found = LabelSettings.read(etree.fromstring(xml), []).unsupported
        self.assertEqual(len(found), 6, found)


class LegacyTests(SynchronousTestCase):
    """L{legacySettings}."""

    def read(self, **properties: str) -> LabelSettings | None:
        """Labels in the custom properties of a layer."""
        layer = etree.Element("maplayer")
        holder = etree.SubElement(layer, "customproperties")
        for name, value in properties.items():
            etree.SubElement(holder, "property", key=f"labeling/{name.replace('__', '/')}", value=value)
        element = legacySettings(layer)
        return None if element is None else LabelSettings.read(element, ["name"])

    def test_read(self) -> None:
        """Their meaning is that of today's attributes."""
        settings = self.read(
            enabled="true",
            fieldName="name",
            isExpression="false",
            fontFamily="Example",
            fontSize="9",
            fontSizeInMapUnits="true",
            textColorR="1",
            textColorG="2",
            textColorB="3",
            placement="1",
            displayAll="true",
            bufferDraw="true",
            bufferSize="2",
            bufferSizeInMapUnits="false",
            dataDefined__Size="1~~1~~5*2~~",
            dataDefined__Color="0~~1~~'red'~~",
            dataDefined__Rotation="1~~0~~~~name",
        )
        assert settings is not None and settings.format.buffer is not None
        self.assertEqual(settings.format.size, Length(9, "MapUnit"))
        self.assertEqual(settings.format.color[:3], (1 / 255, 2 / 255, 3 / 255))
        self.assertEqual(settings.placement.mode, OVER)
        self.assertEqual(settings.format.buffer.size, Length(2, "MM"))
        self.assertTrue(settings.rendering.showsAll)
        self.assertEqual(set(settings.defined), {"Size", "LabelRotation"})

    def test_off(self) -> None:
        """Labels that are off, or have no text, are none."""
        self.assertIsNone(self.read(enabled="false", fieldName="name"))
        self.assertIsNone(self.read(enabled="true", fieldName=""))
        self.assertIsNone(self.read())


class VariationTests(SynchronousTestCase):
    """L{varied}."""

    def setUp(self) -> None:
        self.settings = LabelSettings.read(etree.fromstring(SETTINGS), ["name"])

    def test_values(self) -> None:
        """Values change what they name."""
        changed = varied(
            self.settings,
            {
                "Size": 20,
                "Color": "255,0,0",
                "BufferSize": "3",
                "Show": 0,
                "LabelRotation": 45,
                "OffsetQuad": "BelowLeft",
                "OffsetXY": "3,-4",
                "PredefinedPositionOrder": "b, tr",
                "LinePlacementFlags": "AL,LO",
                "Priority": 3.6,
                "PositionX": "12.5",
                "Hali": "Right",
            },
        )
        self.assertEqual(changed.format.size, Length(20, "Point"))
        self.assertEqual(changed.format.color, Color(1, 0, 0))
        assert changed.format.buffer is not None
        self.assertEqual(changed.format.buffer.size, Length(3, "MM"))
        self.assertFalse(changed.isShown)
        self.assertEqual((changed.placement.rotation, changed.hasOwnRotation), (45, True))
        self.assertEqual((changed.placement.quadrant, changed.placement.order), (6, ("B", "TR")))
        self.assertEqual([length.value for length in changed.placement.offset], [3, -4])
        self.assertEqual((changed.placement.lineFlags, changed.placement.priority), (ABOVE_LINE, 4))
        self.assertEqual((changed.position, changed.pin), ((12.5, None), ("Right", "Bottom")))

    def test_nothing(self) -> None:
        """NULL, and what is no number or colour, leave the style's own."""
        same = varied(self.settings, {"Size": None, "Color": "nonsense", "LabelRotation": "abc"})
        self.assertEqual(same, self.settings)

    def test_parts(self) -> None:
        """Parts are turned off and on again; changes to parts that are off do nothing."""
        off = varied(self.settings, {"BufferDraw": "0", "BufferSize": 9})
        self.assertIsNone(off.format.buffer)
        self.assertIsNotNone(varied(off, {"BufferDraw": 1}).format.buffer)
        self.assertIsNone(varied(self.settings, {"ShadowColor": "red"}).format.shadow)

    def test_everyVariation(self) -> None:
        """None fails on values of any type."""
        for name, vary in VARIATIONS.items():
            for value in (True, 0, -3.5, "", "text", "1,2", [1, 2], "255,255,0"):
                self.assertIsInstance(vary(self.settings, value), LabelSettings, (name, value))

    def test_truth(self) -> None:
        """Texts that mean no."""
        found = [truth(v) for v in (1, 0, "true", "false", "0", "", "yes", "no", None)]
        self.assertEqual(found, [True, False, True, False, False, False, True, False, False])


class TextFormatTests(SynchronousTestCase):
    """The pieces of L{TextFormat}."""

    def test_weights(self) -> None:
        """Qt 5's weights; greater ones are OpenType's already."""
        self.assertEqual([weightOf(w) for w in (0, 50, 63, 75, 87, 600)], [100, 400, 600, 700, 900, 600])

    def test_capitalized(self) -> None:
        """Words by spaces and signs; an apostrophe is part of a word."""
        text = "hello WORLD, it's me"
        for how, expected in (
            (UPPER, "HELLO WORLD, IT'S ME"),
            (LOWER, "hello world, it's me"),
            (CAPITALIZED, "Hello WORLD, It's Me"),
            (TITLE, "Hello World, It's Me"),
            (CAMEL, "HelloWorld,It'sMe"),
            (0, text),
        ):
            self.assertEqual(capitalized(text, how), expected)

    def test_oldTransparency(self) -> None:
        """QGIS 2 wrote transparencies."""
        format = TextFormat.read(etree.fromstring('<s textTransp="25" textColor="0,0,0,255"/>'))
        self.assertEqual(format.color.alpha, 0.75)
