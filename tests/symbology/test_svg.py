"""Tests of SVG pictures."""

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.ink import Color
from ogctwist.symbology.svg import SvgError, SvgStyle, svgPicture, svgSize
from tests.symbology.drawing import rgba


def svg(body: str, attributes: str = 'width="20" height="10" viewBox="0 0 20 10"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{body}</svg>'.encode()


SQUARE = '<rect width="20" height="10" fill="{}"/>'


class SvgTests(SynchronousTestCase):
    def test_sizes(self):
        self.assertEqual(svgSize(svg("")), (20, 10))
        self.assertEqual(svgSize(svg("", 'width="1in" height="48px"')), (96, 48))
        for broken in (b"<svg", svg("", ""), svg("", 'width="0" height="5"')):
            self.assertRaises(SvgError, svgSize, broken)

    def test_stretched(self):
        picture = svgPicture(svg(SQUARE.format("#f00")), 8, 30)
        self.assertEqual(picture.shape, (30, 8, 4))
        self.assertEqual(rgba(picture)[15, 4].tolist(), [255, 0, 0, 255])

    def test_parameters(self):
        style = SvgStyle(Color(0, 0, 1, 0.5), Color(0, 1, 0), 4)
        body = (
            '<rect x="2" y="2" width="16" height="6" fill="param(fill) #f00"'
            ' fill-opacity="param(fill-opacity)"'
            ' stroke="param(outline)" stroke-width="param(outline-width) 1"/>'
        )
        result = rgba(svgPicture(svg(body), 40, 20, style))
        self.assertEqual(result[10, 20, 2], 255)
        self.assertIn(int(result[10, 20, 3]), (127, 128))
        self.assertEqual(result[2, 20].tolist(), [0, 255, 0, 255])

    def test_unknownParameterLeavesItsDefault(self):
        result = rgba(svgPicture(svg(SQUARE.format("param(other) #00f")), 4, 4))
        self.assertEqual(result[2, 2].tolist(), [0, 0, 255, 255])
        named = SvgStyle(others=(("other", "#0f0"),))
        self.assertEqual(rgba(svgPicture(svg(SQUARE.format("param(other) #00f")), 4, 4, named))[2, 2, 1], 255)

    def test_inStyleAttributes(self):
        body = '<rect width="20" height="10" style="fill:param(fill);stroke:none"/>'
        result = rgba(svgPicture(svg(body), 4, 4, SvgStyle(Color(1, 0, 0))))
        self.assertEqual(result[2, 2].tolist(), [255, 0, 0, 255])

    def test_limits(self):
        self.assertRaises(SvgError, svgPicture, svg(""), 0, 5)
        self.assertRaises(SvgError, svgPicture, svg(""), 100_000, 5)

    def test_nothingFromOutside(self):
        body = '<image href="file:///etc/hostname" width="20" height="10"/>'
        self.assertFalse(svgPicture(svg(body), 4, 4).any())
