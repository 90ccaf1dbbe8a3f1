"""L{ogctwist.symbology.raster}: whole pictures out of small rasters."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.canvas import Canvas
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import transformBox, transformCoords
from ogctwist.geo.view import MapView
from ogctwist.project.layers import DataSource, Layer, LayerKind, Style
from ogctwist.symbology.frame import Cancelled, Frame
from ogctwist.symbology.markup import StyleError
from ogctwist.symbology.raster import NativeGrid, RasterPlan, rasterPlan

LAMBERT = CRS.fromAuthid("EPSG:2154")
MERCATOR = CRS.fromAuthid("EPSG:3857")


class Coverage:
    """A raster in memory, read like a source but only with C{nearest}; it notes how it was read."""

    def __init__(self, values: np.ndarray, extent: Box, noData: float | None = None):
        self.values = values
        self.extent = extent
        self.noData = noData
        self.asked: list[tuple[int, int, str]] = []
        self.grid = NativeGrid(extent, values.shape[2], values.shape[1], LAMBERT)

    def read(self, extent: Box, width: int, height: int, crs: CRS, bands: tuple[int, ...], resampling: str):
        """The pixels at the middles of those of the window."""
        self.asked.append((width, height, resampling))
        x = extent.xmin + (np.arange(width) + 0.5) * extent.width / width
        y = extent.ymax - (np.arange(height) + 0.5) * extent.height / height
        xs, ys = np.meshgrid(x, y)
        moved = transformCoords(np.stack([xs.ravel(), ys.ravel()], -1), crs, LAMBERT)
        columns = np.floor((moved[:, 0] - self.extent.xmin) / self.grid.pixelWidth).astype(int)
        rows = np.floor((self.extent.ymax - moved[:, 1]) / self.grid.pixelHeight).astype(int)
        inside = (columns >= 0) & (columns < self.grid.width) & (rows >= 0) & (rows < self.grid.height)
        chosen = self.values[[b - 1 for b in bands]]
        values = chosen[:, np.where(inside, rows, 0), np.where(inside, columns, 0)]
        mask = inside & ~(values == self.noData).any(axis=0)
        shape = (height, width)
        return SimpleNamespace(
            values=values.reshape(-1, *shape), mask=mask.reshape(shape), inside=inside.reshape(shape)
        )


def styled(renderer: str, more: str = "", noData: str = "", crs: CRS | None = LAMBERT) -> RasterPlan:
    """The plan of a style."""
    xml = f"<maplayer>{noData}<pipe>{renderer}{more}</pipe></maplayer>"
    layer = Layer("r", "r", LayerKind.RASTER, DataSource("gdal", "r.tif"), crs=crs)
    return rasterPlan(Style("default", xml.encode()), layer)


def classes(*colors: tuple[int, str], attributes: str = "") -> str:
    """A paletted renderer."""
    entries = "".join(f'<paletteEntry value="{v}" color="{c}" alpha="255"/>' for v, c in colors)
    palette = f"<colorPalette>{entries}</colorPalette>"
    return f'<rasterrenderer type="paletted" band="1" {attributes}>{palette}</rasterrenderer>'


RGB = (
    '<rasterrenderer type="multibandcolor" redBand="1" greenBand="2" blueBand="3" '
    'opacity="{}" alphaBand="{}"/>'
)
BOX = Box(700000, 6600000, 700040, 6600020)
VIEW = MapView(BOX, 4, 2, LAMBERT)


class RasterPlanTests(SynchronousTestCase):
    """L{RasterPlan}."""

    def coverage(self, bands: int = 3, noData: float | None = None) -> Coverage:
        """Four by two pixels of 10 m."""
        values = np.arange(bands * 8, dtype=np.uint8).reshape(bands, 2, 4) * 10
        return Coverage(values, BOX, noData)

    def test_multiBand(self) -> None:
        """Red, green and blue are the bands, in cairo's order."""
        coverage = self.coverage()
        plan = styled(RGB.format(1, -1))
        self.assertEqual((plan.bands, plan.unsupported), ((1, 2, 3), ()))
        picture = plan.picture(coverage.read, VIEW)
        self.assertEqual(picture[1, 2].tolist(), [220, 140, 60, 255])
        self.assertEqual(coverage.asked, [(4, 2, "nearest")])

    def test_sameBandTwice(self) -> None:
        """A band that serves two colours is read once; a colour without band is 0."""
        renderer = '<rasterrenderer type="multibandcolor" redBand="3" greenBand="3" blueBand="-1"/>'
        plan = styled(renderer)
        self.assertEqual(plan.bands, (3,))
        self.assertEqual(plan.picture(self.coverage().read, VIEW)[0, 1].tolist(), [0, 170, 170, 255])

    def test_opacity(self) -> None:
        """The renderer's opacity is multiplied in."""
        picture = styled(RGB.format(0.5, -1)).picture(self.coverage().read, VIEW)
        self.assertEqual(picture[1, 2].tolist(), [110, 70, 30, 128])

    def test_alphaBand(self) -> None:
        """The alpha band is read last and multiplied in."""
        plan = styled(RGB.format(1, 4))
        self.assertEqual(plan.bands, (1, 2, 3, 4))
        self.assertEqual(plan.picture(self.coverage(4).read, VIEW)[0, 0].tolist(), [151, 75, 0, 240])

    def test_noData(self) -> None:
        """Nothing is drawn where a band has no data, nor outside the raster."""
        coverage = self.coverage(1, noData=20)
        plan = styled(classes((10, "#ff0000"), (20, "#00ff00"), (30, "#0000ff")))
        alpha = plan.picture(coverage.read, MapView(BOX.grown(10), 6, 4, LAMBERT))[..., 3]
        self.assertEqual(alpha[1].tolist(), [0, 0, 255, 0, 255, 0])
        self.assertFalse(alpha[0].any())

    def test_sourceNoDataOff(self) -> None:
        """A style may look through the source's no-data value, and have ranges of its own."""
        plan = styled(
            classes((10, "#ff0000"), (20, "#00ff00"), (30, "#0000ff")),
            noData='<noData><noDataList bandNo="1" useSrcNoData="0"><noDataRange min="25" max="35"/>'
            "</noDataList></noData>",
        )
        self.assertFalse(plan.usesSourceNoData)
        alpha = plan.picture(self.coverage(1, noData=20).read, VIEW)[..., 3]
        self.assertEqual(alpha[0].tolist(), [0, 255, 255, 0])

    def test_noDataColor(self) -> None:
        """The colour for no data fills the raster, not the map."""
        coverage = self.coverage(1, noData=20)
        plan = styled(classes((10, "#ff0000"), attributes='nodataColor="0,0,255,255"'))
        picture = plan.picture(coverage.read, MapView(BOX.grown(10), 6, 4, LAMBERT))
        self.assertEqual(picture[1, 3].tolist(), [255, 0, 0, 255])
        self.assertFalse(picture[0].any())

    def test_reprojected(self) -> None:
        """A map in another CRS shows each place's own pixel."""
        values = np.tile(np.arange(40, dtype=np.uint8), (1, 40, 1))
        coverage = Coverage(values, Box(700000, 6600000, 700400, 6600400))
        plan = styled(classes(*((k, f"#{k:02x}0000") for k in range(40))))
        view = MapView(transformBox(coverage.extent, LAMBERT, MERCATOR), 30, 30, MERCATOR)
        red = plan.picture(coverage.read, view)[..., 2].astype(int)
        self.assertLess(abs(red[15, 15] - 20), 2)
        self.assertTrue((np.diff(red[15, 3:27]) >= 0).all())

    def test_zoomedInResampling(self) -> None:
        """Colours, not classes, are interpolated; of two classes no third appears."""
        values = np.array([[[1] * 4 + [9] * 4] * 8], np.uint8)
        coverage = Coverage(values, Box(700000, 6600000, 700080, 6600080))
        resampler = '<rasterresampler maxOversampling="2" zoomedInResampler="bilinear"/>'
        plan = styled(classes((1, "#ff0000"), (5, "#00ff00"), (9, "#0000ff")), resampler)
        view = MapView(coverage.extent, 80, 80, LAMBERT)
        picture = plan.picture(coverage.read, view, coverage.grid)
        self.assertFalse(picture[..., 1].any())
        self.assertEqual(picture[40, 10].tolist(), [0, 0, 255, 255])
        middle = picture[40, 36:44, 2].astype(int)
        self.assertTrue((np.diff(middle) <= 0).all())
        self.assertGreater(len(set(middle.tolist())), 3)
        self.assertEqual(coverage.asked[0][2], "nearest")

    def test_zoomedOutResampling(self) -> None:
        """Pixels are averaged, of no more than the oversampling allows."""
        values = np.tile(np.array([[0, 255], [255, 0]], np.uint8), (1, 20, 20))
        coverage = Coverage(values, Box(700000, 6600000, 700400, 6600400))
        resampler = '<rasterresampler maxOversampling="2" zoomedOutResampler="bilinear"/>'
        plan = styled('<rasterrenderer type="singlebandgray" grayBand="1"/>', resampler)
        picture = plan.picture(coverage.read, MapView(coverage.extent, 20, 20, LAMBERT), coverage.grid)
        self.assertEqual(coverage.asked, [(40, 40, "nearest")])
        self.assertTrue((abs(picture[..., 0].astype(int) - 128) <= 1).all())

    def test_earlyResampling(self) -> None:
        """Resampling by the provider is the source's work."""
        early = (
            '<provider><resampling enabled="true" zoomedInResamplingMethod="cubic" '
            'zoomedOutResamplingMethod="average"/></provider><resamplingStage>provider</resamplingStage>'
        )
        plan = styled('<rasterrenderer type="singlebandgray" grayBand="1"/>', early)
        coverage = self.coverage(1)
        plan.picture(coverage.read, MapView(BOX, 40, 20, LAMBERT), coverage.grid)
        plan.picture(coverage.read, MapView(BOX, 2, 1, LAMBERT), coverage.grid)
        self.assertEqual(coverage.asked, [(40, 20, "cubic"), (2, 1, "average")])

    def test_boundsOfView(self) -> None:
        """Bounds that follow the map are computed from what it shows."""
        renderer = (
            '<rasterrenderer type="singlebandgray" grayBand="1"><minMaxOrigin><limits>MinMax</limits>'
            "<extent>UpdatedCanvas</extent></minMaxOrigin><contrastEnhancement><minValue>0</minValue>"
            "<maxValue>1</maxValue><algorithm>StretchToMinimumMaximum</algorithm></contrastEnhancement>"
            "</rasterrenderer>"
        )
        coverage = self.coverage(1)
        picture = styled(renderer).picture(coverage.read, VIEW)
        self.assertEqual((picture[0, 0, 0], picture[1, 3, 0]), (0, 255))
        part = Box(BOX.xmin, BOX.ymin + 10, BOX.xmin + 20, BOX.ymax)
        narrow = styled(renderer).picture(coverage.read, MapView(part, 2, 1, LAMBERT))
        self.assertEqual(narrow[0, :, 0].tolist(), [0, 255])

    def test_sixteenBits(self) -> None:
        """Large pictures of 16-bit values go through a table: the same colours as value by value."""
        values = np.random.default_rng(3).integers(-3000, 3000, (1, 300, 300)).astype(np.int16)
        coverage = Coverage(values, Box(700000, 6600000, 703000, 6603000))
        renderer = (
            '<rasterrenderer type="singlebandpseudocolor" band="1"><rastershader><colorrampshader '
            'colorRampType="INTERPOLATED"><item value="-2000" color="#000000" alpha="100"/>'
            '<item value="2500" color="#ff8000" alpha="255"/></colorrampshader></rastershader>'
            "</rasterrenderer>"
        )
        plan = styled(renderer)
        large = plan.picture(coverage.read, MapView(coverage.extent, 300, 300, LAMBERT))
        part = Box(700000, 6602500, 700500, 6603000)
        small = plan.picture(coverage.read, MapView(part, 50, 50, LAMBERT))
        self.assertTrue((large[:50, :50] == small).all())

    def test_draw(self) -> None:
        """The picture is put on the canvas with the frame's opacity, over what is there."""
        canvas = Canvas(4, 2)
        canvas.pixels[...] = 255
        canvas.pixelsChanged()
        plan = styled(classes((10, "#ff0000")))
        plan.draw(self.coverage(1).read, canvas, Frame(VIEW, opacity=0.5))
        pixel = canvas.pixels[0, 1].astype(int)
        self.assertTrue((abs(pixel - [128, 128, 255, 255]) <= 1).all())
        self.assertEqual(canvas.pixels[0, 0].tolist(), [255] * 4)

    def test_cancelled(self) -> None:
        """Nothing is read once nobody waits."""
        coverage = self.coverage()
        plan = styled(RGB.format(1, -1))
        self.assertRaises(Cancelled, plan.picture, coverage.read, VIEW, None, lambda: True)
        self.assertEqual(coverage.asked, [])

    def test_nowhere(self) -> None:
        """A map that the raster's CRS does not reach is empty."""
        resampler = '<rasterresampler zoomedInResampler="bilinear"/>'
        plan = styled(RGB.format(1, -1), resampler)
        coverage = self.coverage()
        view = MapView(Box(0, 0, 1000, 1000), 10, 10, MERCATOR)
        self.assertFalse(plan.picture(coverage.read, view, coverage.grid).any())

    def test_unsupported(self) -> None:
        """An unknown renderer is named, and drawn in grey."""
        plan = styled('<rasterrenderer type="singing" band="1"/>')
        self.assertEqual(plan.unsupported, ("raster renderer singing",))
        self.assertEqual(plan.picture(self.coverage(1).read, VIEW)[0, 3].tolist(), [30, 30, 30, 255])

    def test_noPipe(self) -> None:
        """A style without a pipe says so; one that is no XML is an error."""
        layer = Layer("r", "r", LayerKind.RASTER, DataSource("gdal", "r.tif"))
        self.assertEqual(rasterPlan(Style("d", b"<maplayer/>"), layer).unsupported, ("no renderer",))
        self.assertRaises(StyleError, rasterPlan, Style("d", b"<maplayer"), layer)

    def test_blackBox(self) -> None:
        """Hue, brightness and the table of transparent values are applied, in QGIS's order."""
        more = '<brightnesscontrast brightness="20"/><huesaturation invertColors="1"/>'
        renderer = (
            '<rasterrenderer type="singlebandgray" grayBand="1"><rasterTransparency><singleValuePixelList>'
            '<pixelListEntry min="10" max="10" percentTransparent="100"/></singleValuePixelList>'
            "</rasterTransparency></rasterrenderer>"
        )
        picture = styled(renderer, more).picture(self.coverage(1).read, VIEW)
        self.assertEqual(picture[0, 3].tolist(), [205, 205, 205, 255])
        self.assertEqual(picture[0, 1, 3], 0)


class RasterTerrainTests(SynchronousTestCase):
    """Renderers that look at more than a pixel."""

    def dome(self) -> Coverage:
        """A dome with a hole in the data."""
        y, x = np.mgrid[:60, :60]
        values = (1000 - ((x - 30) ** 2 + (y - 30) ** 2)).astype(np.float32)[None]
        values[0, 5:10, 5:10] = -9999
        return Coverage(values, Box(700000, 6600000, 700600, 6600600), -9999)

    def test_hillshade(self) -> None:
        """Light from the north-west: that side is bright, the opposite dark, the top between."""
        coverage = self.dome()
        plan = styled('<rasterrenderer type="hillshade" band="1" azimuth="315" angle="45" zfactor="0.5"/>')
        view = MapView(coverage.extent, 60, 60, LAMBERT)
        grey = plan.picture(coverage.read, view)[..., 0].astype(int)
        self.assertGreater(grey[15, 15], grey[30, 30])
        self.assertGreater(grey[30, 30], grey[45, 45])
        alpha = plan.picture(coverage.read, view)[..., 3]
        self.assertFalse(alpha[5:10, 5:10].any())
        self.assertTrue(alpha[0].all() and alpha[:, -1].all())

    def test_multidirectional(self) -> None:
        """Flat ground is as bright as the light is high; no direction is black."""
        plan = styled('<rasterrenderer type="hillshade" band="1" angle="45" zfactor="1" multidirection="1"/>')
        flat = Coverage(np.full((1, 10, 10), 7, np.float32), Box(700000, 6600000, 700100, 6600100))
        view = MapView(flat.extent, 10, 10, LAMBERT)
        self.assertEqual(set(plan.picture(flat.read, view)[..., 0].ravel().tolist()), {180})

    def test_contours(self) -> None:
        """Lines lie where the values are multiples of the interval; every so many have their own symbol."""
        line = (
            '<symbol type="line" name="{}"><layer class="SimpleLine" enabled="1">'
            '<prop k="line_color" v="{}"/><prop k="line_width" v="0.26"/></layer></symbol>'
        )
        symbols = line.format("contour", "255,0,0,255") + line.format("index", "0,0,255,255")
        plan = styled(
            '<rasterrenderer type="contour" band="1" contour-interval="100" contour-index-interval="500" '
            f'downscale="2" opacity="1"><symbols>{symbols}</symbols></rasterrenderer>'
        )
        coverage = self.dome()
        picture = plan.picture(coverage.read, MapView(coverage.extent, 300, 300, LAMBERT)).astype(int)
        right = picture[152, 150:]  # from the top to the east: 1000 - r² with r = pixels / 5
        red = np.flatnonzero((right[:, 2] > 100) & (right[:, 0] < 60))
        blue = np.flatnonzero((right[:, 0] > 100) & (right[:, 2] < 60))
        for radius in (100**0.5, 400**0.5, 800**0.5):
            self.assertTrue((abs(red - radius * 5) < 3).any(), radius)
        self.assertTrue((abs(blue - 500**0.5 * 5) < 3).any())
        self.assertFalse(picture[150, 150].any())

    def test_tooManyContours(self) -> None:
        """An interval that makes millions of lines draws none, quickly."""
        plan = styled('<rasterrenderer type="contour" band="1" contour-interval="0.00001" downscale="1"/>')
        coverage = self.dome()
        self.assertFalse(plan.picture(coverage.read, MapView(coverage.extent, 60, 60, LAMBERT)).any())
