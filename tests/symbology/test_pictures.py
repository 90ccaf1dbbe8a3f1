"""Tests of where symbols find their files."""

import base64
import io
import os

import numpy as np
from PIL import Image
from twisted.python.filepath import FilePath
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.pictures import EmbeddedOnly, PictureFolders, decodedPicture


class FolderTests(SynchronousTestCase):
    def setUp(self):
        self.base = FilePath(self.mktemp())
        self.inside = self.base.child("inside")
        self.inside.makedirs()
        self.inside.child("a.svg").setContent(b"A")
        self.base.child("secret").setContent(b"S")
        self.pictures = PictureFolders.of([self.inside.path, self.base.child("gone").path])

    def test_relative(self):
        self.assertEqual(self.pictures.read("a.svg"), b"A")
        self.assertEqual(
            self.pictures.read("./x/../a.svg"), None if not self.inside.child("x").exists() else b"A"
        )

    def test_absolute(self):
        self.assertEqual(self.pictures.read(self.inside.child("a.svg").path), b"A")
        self.assertEqual(
            self.pictures.read("file://" + os.path.abspath(self.inside.child("a.svg").path)), b"A"
        )

    def test_outside(self):
        os.symlink(os.path.abspath(self.base.child("secret").path), self.inside.child("link").path)
        for name in (
            "../secret",
            self.base.child("secret").path,
            "link",
            "/etc/hostname",
            "",
            "a\0.svg",
            ".",
        ):
            self.assertIsNone(self.pictures.read(name), name)

    def test_changes(self):
        self.pictures.read("a.svg")
        self.inside.child("a.svg").setContent(b"other")
        self.assertEqual(self.pictures.read("a.svg"), b"other")

    def test_embedded(self):
        for pictures in (self.pictures, EmbeddedOnly()):
            self.assertEqual(pictures.read("base64:" + base64.b64encode(b"E").decode()), b"E")
            self.assertEqual(pictures.read("data:image/png;base64," + base64.b64encode(b"E").decode()), b"E")
        self.assertIsNone(EmbeddedOnly().read("a.svg"))


class DecodingTests(SynchronousTestCase):
    def test_premultiplied(self):
        file = io.BytesIO()
        Image.fromarray(np.array([[[200, 100, 0, 128]]], np.uint8), "RGBA").save(file, "PNG")
        word = int(decodedPicture(file.getvalue()).view(np.uint32)[0, 0, 0])
        self.assertEqual([word >> s & 255 for s in (24, 16, 8, 0)], [128, 100, 50, 0])

    def test_noPicture(self):
        self.assertIsNone(decodedPicture(b"nonsense"))
