"""L{ogctwist.encoders.image}: formats by name, and pictures in them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.encoders.image import JPEG, PNG, PNG8, WEBP, ImageFormat, encodeImage, flattened, imageFormat
from ogctwist.ows.exceptions import OWSException
from tests.encoders.test_image_png import decoded, pictureOf


def gradient(alpha: int = 255) -> np.ndarray:
    """A picture of 64 x 64 with 4096 colours."""
    rgba = np.full((64, 64, 4), alpha)
    rgba[..., 0], rgba[..., 1] = np.mgrid[:64, :64] * 4
    rgba[..., 2] = 40
    return pictureOf(rgba)


class ImageFormatTests(SynchronousTestCase):
    """L{imageFormat}."""

    def test_names(self) -> None:
        """Names in any case, long and short."""
        for text, expected in (
            ("image/png", PNG),
            ("PNG", PNG),
            ("png8", PNG8),
            ("image/jpeg", JPEG),
            ("jpg", JPEG),
            (" jpeg ", JPEG),
            ("image/webp", WEBP),
            ("image/png; mode=8bit", PNG8),
            ("image/png;mode=16bit", ImageFormat("png", "16bit")),
            ("Image/PNG ;  Mode=1bit ", ImageFormat("png", "1bit")),
        ):
            self.assertEqual(imageFormat(text), expected, text)

    def test_unknown(self) -> None:
        """InvalidFormat, with no more of the request than is allowed."""
        for text in ("", "image/gif", "image/png; mode=24bit", "image/png; mode=8bit; x", "a" * 5000):
            error = self.assertRaises(OWSException, imageFormat, text)
            self.assertEqual((error.code, error.status), ("InvalidFormat", 400))
            self.assertLess(len(error.message), 260)

    def test_contentType(self) -> None:
        """The mode is not part of the content type."""
        self.assertEqual(imageFormat("image/png; mode=8bit").contentType, "image/png")
        self.assertEqual((JPEG.contentType, JPEG.suffix), ("image/jpeg", "jpg"))


class EncodeImageTests(SynchronousTestCase):
    """L{encodeImage}, read back by Pillow."""

    def opened(self, *arguments: object, **more: object) -> Image.Image:
        """What was encoded, opened."""
        return Image.open(io.BytesIO(encodeImage(*arguments, **more)))  # type: ignore[arg-type]

    def test_jpeg(self) -> None:
        """Colours are near, and a lower quality is smaller."""
        image = self.opened(gradient(), JPEG, 90)
        self.assertEqual((image.format, image.mode, image.size), ("JPEG", "RGB", (64, 64)))
        self.assertLess(np.abs(np.asarray(image).astype(int)[..., 2] - 40).mean(), 4)
        self.assertLess(len(encodeImage(gradient(), JPEG, 20)), len(encodeImage(gradient(), JPEG, 95)))

    def test_jpegBackground(self) -> None:
        """What is transparent shows the background."""
        image = self.opened(np.zeros((16, 16, 4), np.uint8), JPEG, background=(200, 10, 100))
        self.assertLess(np.abs(np.asarray(image).astype(int)[8, 8] - (200, 10, 100)).max(), 4)

    def test_webpAlpha(self) -> None:
        """WebP keeps alpha when transparency is wanted, and only then."""
        picture = gradient(128)
        self.assertEqual(self.opened(picture, WEBP).mode, "RGBA")
        self.assertEqual(self.opened(picture, WEBP, transparent=False).mode, "RGB")

    def test_png8(self) -> None:
        """A palette of at most 256 colours, near to the true ones, with alpha."""
        for alpha in (255, 100):
            data = encodeImage(gradient(alpha), PNG8)
            image = Image.open(io.BytesIO(data))
            self.assertEqual(image.mode, "P")
            difference = np.abs(decoded(data).astype(int) - decoded(encodeImage(gradient(alpha), PNG)))
            self.assertLess(difference.mean(), 12)

    def test_png8Exact(self) -> None:
        """With few colours nothing is lost."""
        rgba = np.zeros((10, 10, 4), int)
        rgba[2:5, 2:5] = (12, 34, 56, 255)
        self.assertTrue((decoded(encodeImage(pictureOf(rgba), PNG8)) == rgba).all())

    def test_png16(self) -> None:
        """Four bits a channel: 16 levels."""
        data = decoded(encodeImage(gradient(), imageFormat("image/png; mode=16bit")))
        self.assertEqual(set(data[..., 0].ravel()) - {k * 17 for k in range(16)}, set())
        self.assertLess(np.abs(data[..., 0].astype(int) - np.mgrid[:64, :64][0] * 4).max(), 17)

    def test_png1(self) -> None:
        """One bit a pixel: dark is black, and so is what is transparent, as in QGIS; light is white."""
        rgba = np.full((8, 24, 4), 255)
        rgba[:, 8:16, :3] = 60
        rgba[:, 16:] = 0
        oneBit = imageFormat("image/png; mode=1bit")
        data = encodeImage(pictureOf(rgba), oneBit)
        self.assertEqual(data[24:26], bytes([1, 3]))
        self.assertEqual(decoded(data)[0, ::8, 0].tolist(), [255, 0, 0])
        flat = encodeImage(pictureOf(rgba), oneBit, transparent=False)
        self.assertEqual(decoded(flat)[0, ::8, 0].tolist(), [255, 0, 255])

    def test_flattened(self) -> None:
        """Source over: half of black over white is grey; the given picture is left alone."""
        picture = pictureOf(np.full((2, 2, 4), (0, 0, 0, 128)))
        before = picture.copy()
        self.assertEqual(flattened(picture, (255, 255, 255))[0, 0].tolist()[:3], [127, 127, 127])
        self.assertTrue((picture == before).all())
        opaque = decoded(encodeImage(picture, PNG, transparent=False))
        self.assertEqual(opaque[0, 0].tolist(), [127, 127, 127, 255])
