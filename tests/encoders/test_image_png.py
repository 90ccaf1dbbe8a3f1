"""L{ogctwist.encoders.png}: lossless, whatever the picture."""

from __future__ import annotations

import io

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.encoders import png


def pictureOf(rgba: np.ndarray) -> np.ndarray:
    """A picture of straight RGBA samples (h, w, 4)."""
    rgba = np.asarray(rgba, np.uint32)
    alpha = rgba[..., 3]
    red, green, blue = ((rgba[..., k] * alpha + 127) // 255 for k in range(3))
    argb = (alpha << 24 | red << 16 | green << 8 | blue).astype(np.uint32)
    return argb[..., None].view(np.uint8)


def decoded(data: bytes) -> np.ndarray:
    """Straight RGBA of an image file, decoded by Pillow (which checks every checksum)."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


class PngTests(SynchronousTestCase):
    """Files are read back by another library."""

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 150), st.integers(1, 700))
    def test_losslessOpaque(self, seed: int, width: int, height: int, colours: int) -> None:
        """Every opaque picture comes back exactly, with few colours or many, mostly flat or noisy."""
        random = np.random.default_rng(seed)
        some = random.integers(0, 256, (colours, 4))
        some[:, 3] = 255
        rgba = some[random.integers(0, colours, (height, width)) // random.integers(1, 50)]
        self.assertTrue((decoded(png.encodePng(pictureOf(rgba))) == rgba).all())

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 150))
    def test_losslessTranslucent(self, seed: int, width: int, height: int) -> None:
        """Multiplying what was read with its alpha gives the picture that was written."""
        random = np.random.default_rng(seed)
        rgba = random.integers(0, 256, (height, width, 4))
        rgba[random.random((height, width)) < 0.3, 3] = 0
        picture = pictureOf(rgba)
        self.assertTrue((pictureOf(decoded(png.encodePng(picture))) == picture).all())

    def test_smallestForm(self) -> None:
        """Alpha is written only where there is some; palettes take as few bits as they need."""
        flat = pictureOf(np.full((5, 5, 4), 255))
        image = Image.open(io.BytesIO(png.encodePng(flat)))
        self.assertEqual((image.mode, png.encodePng(flat)[24]), ("P", 1))
        noise = np.random.default_rng(0).integers(0, 256, (64, 64, 4))
        self.assertEqual(Image.open(io.BytesIO(png.encodePng(pictureOf(noise)))).mode, "RGBA")
        noise[..., 3] = 255
        self.assertEqual(Image.open(io.BytesIO(png.encodePng(pictureOf(noise)))).mode, "RGB")

    def test_paletteLimit(self) -> None:
        """256 colours make a palette, 257 do not."""
        for count, mode in ((256, "P"), (257, "RGB")):
            rgba = np.zeros((1, 514, 4), int)
            shade = np.arange(514) % count
            rgba[0, :, 0], rgba[0, :, 1], rgba[0, :, 3] = shade & 255, shade >> 8, 255
            data = png.encodePng(pictureOf(rgba))
            self.assertEqual(Image.open(io.BytesIO(data)).mode, mode)
            self.assertTrue((decoded(data) == rgba).all())

    def test_notContiguous(self) -> None:
        """A window of a larger picture is as good as a picture."""
        rgba = np.random.default_rng(5).integers(0, 256, (60, 80, 4))
        rgba[..., 3] = 255
        picture = pictureOf(rgba)[10:50, 20:70]
        self.assertTrue((decoded(png.encodePng(picture)) == rgba[10:50, 20:70]).all())

    def test_resolution(self) -> None:
        """The dpi becomes pixels per metre (pHYs)."""
        image = Image.open(io.BytesIO(png.encodePng(pictureOf(np.full((2, 2, 4), 255)), 254.0)))
        self.assertAlmostEqual(image.info["dpi"][0], 254.0, 3)

    def test_withoutIsal(self) -> None:
        """The standard library's zlib does when isal is not installed."""
        self.patch(png, "isal_zlib", None)
        rgba = np.random.default_rng(0).integers(0, 256, (64, 64, 4))
        rgba[..., 3] = 255
        self.assertTrue((decoded(png.encodePng(pictureOf(rgba))) == rgba).all())
