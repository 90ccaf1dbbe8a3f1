"""QImage, QPainter and QColor without Qt."""

from __future__ import annotations

import io

from PIL import Image
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.qgiscompat.qt.core import QBuffer, QByteArray, QIODevice, QPointF, QRect, Qt
from ogctwist.qgiscompat.qt.gui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    qAlpha,
    qRed,
    qRgba,
)


def filled(width: int, height: int, color: object, kind: int = QImage.Format_ARGB32) -> QImage:
    image = QImage(width, height, kind)
    image.fill(color)
    return image


class ColorTests(SynchronousTestCase):
    def test_makings(self) -> None:
        for color in (QColor(255, 0, 0), QColor("red"), QColor("#ff0000"), QColor(Qt.red), QColor(0xFF0000)):
            self.assertEqual(color.getRgb(), (255, 0, 0, 255))
        self.assertEqual(QColor("#80ff0000").getRgb(), (255, 0, 0, 128))
        self.assertFalse(QColor("no colour").isValid())
        self.assertFalse(QColor().isValid())
        self.assertEqual(QColor(Qt.transparent).alpha(), 0)
        self.assertEqual((QColor(1, 2, 3).name(), QColor(1, 2, 3, 4).name(QColor.HexArgb)),
                         ("#010203", "#04010203"))  # fmt: skip
        self.assertEqual((qAlpha(qRgba(1, 2, 3, 4)), qRed(qRgba(1, 2, 3, 4))), (4, 1))


class ImageTests(SynchronousTestCase):
    def test_readingAndWriting(self) -> None:
        array = QByteArray()
        buffer = QBuffer(array)
        buffer.open(QIODevice.WriteOnly)
        self.assertTrue(filled(4, 3, QColor(10, 20, 30)).save(buffer, "PNG"))
        image = QImage()
        self.assertTrue(image.isNull())
        self.assertTrue(image.loadFromData(array))
        self.assertEqual((image.width(), image.height()), (4, 3))
        self.assertEqual(image.pixelColor(2, 1).getRgb(), (10, 20, 30, 255))
        name = self.mktemp() + ".jpg"
        self.assertTrue(image.save(name, quality=90))
        with Image.open(name) as read:
            self.assertEqual(read.format, "JPEG")
        self.assertEqual(QImage(name).width(), 4)

    def test_whatIsNoPicture(self) -> None:
        image = QImage()
        self.assertFalse(image.loadFromData(b"no picture"))
        self.assertFalse(image.load("/no/such/file.png"))
        self.assertFalse(image.save(QBuffer(), "PNG"))
        self.assertFalse(QImage(100_000, 100_000, QImage.Format_RGB32).width())

    def test_pixels(self) -> None:
        image = filled(2, 1, Qt.white)
        image.setPixelColor(1, 0, QColor(1, 2, 3, 4))
        self.assertEqual(image.pixel(1, 0), qRgba(1, 2, 3, 4))
        self.assertEqual(image.bits().asstring(8), b"\xff\xff\xff\xff\x03\x02\x01\x04")
        self.assertEqual((image.scaled(4, 4).width(), image.copy(1, 0, 1, 1).width()), (4, 1))
        self.assertEqual(image.mirrored(True, False).pixel(0, 0), qRgba(1, 2, 3, 4))
        self.assertEqual(QImage(bytes(4), 1, 1, QImage.Format_ARGB32).pixel(0, 0), 0)


class PainterTests(SynchronousTestCase):
    def test_pictures(self) -> None:
        image = filled(10, 10, Qt.white, QImage.Format_RGB32)
        painter = QPainter(image)
        painter.setOpacity(0.5)
        painter.drawImage(QRect(2, 2, 4, 4), filled(1, 1, Qt.black))
        painter.end()
        self.assertEqual(image.pixelColor(1, 1).getRgb(), (255, 255, 255, 255))
        self.assertIn(image.pixelColor(3, 3).red(), (127, 128))

    def test_shapesAndText(self) -> None:
        image = filled(60, 40, Qt.white)
        painter = QPainter(image)
        painter.fillRect(QRect(0, 0, 5, 5), QColor(255, 0, 0))
        painter.setPen(QPen(QColor(0, 0, 255), 1))
        painter.drawLine(10, 0, 10, 39)
        font = QFont("Any", 12)
        painter.setFont(font)
        painter.setPen(QColor(0, 0, 0))
        painter.drawText(20, 30, "Text")
        painter.end()
        self.assertEqual(image.pixelColor(4, 4).getRgb(), (255, 0, 0, 255))
        self.assertEqual(image.pixelColor(5, 5).getRgb(), (255, 255, 255, 255))
        self.assertEqual(image.pixelColor(10, 20).getRgb(), (0, 0, 255, 255))
        dark = [image.pixelColor(x, y).red() < 100 for x in range(20, 60) for y in range(15, 40)]
        self.assertTrue(any(dark))

    def test_textAsAPath(self) -> None:
        image = filled(60, 40, Qt.white)
        painter = QPainter(image)
        path = QPainterPath()
        path.addText(QPointF(5, 30), QFont("Any", 16), "O")
        painter.strokePath(path, QPen(QColor(255, 0, 0), 3))
        painter.fillPath(path, QBrush(QColor(0, 255, 0)))
        painter.end()
        buffer = io.BytesIO()
        image.picture.save(buffer, "PNG")
        colours = set(Image.open(buffer).convert("RGB").getdata())
        self.assertIn((0, 255, 0), colours)
        self.assertTrue(any(red > 240 and green < 40 for red, green, _ in colours))
