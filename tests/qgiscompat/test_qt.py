"""Qt without Qt: what PyQt5 5.15 answers to the same questions."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.qgiscompat.qt.core import (
    NULL,
    QBuffer,
    QByteArray,
    QCryptographicHash,
    QDate,
    QDateTime,
    QDir,
    QDirIterator,
    QFile,
    QFileInfo,
    QIODevice,
    QMetaType,
    QMimeDatabase,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QRegExp,
    QRegularExpression,
    QSettings,
    QSize,
    Qt,
    QTemporaryDir,
    QTemporaryFile,
    QTextCodec,
    QTextStream,
    QTime,
    QUrl,
    QUrlQuery,
    QVariant,
    pyqtSignal,
)


class ByteArrayTests(SynchronousTestCase):
    def test_replaceChangesTheArrayAndReturnsIt(self) -> None:
        array = QByteArray(b"hello <BODY> x")
        self.assertIs(array.replace(b"<BODY>", b'<BODY class="a">'), array)
        self.assertEqual(bytes(array), b'hello <BODY class="a"> x')
        array.replace(0, 5, b"bye")
        self.assertTrue(array.startsWith(b"bye <"))

    def test_itIsBytesToPython(self) -> None:
        array = QByteArray(b"abc")
        self.assertEqual(array, b"abc")
        self.assertEqual(b"abc", array)
        self.assertEqual((array.data(), str(array, "utf8"), len(array)), (b"abc", "abc", 3))
        self.assertEqual(memoryview(array).tobytes(), b"abc")
        self.assertEqual((array[0], bytes(array[1:]), list(array)), (b"a", b"bc", [b"a", b"b", b"c"]))
        self.assertEqual((str(array), b"b" in array, hash(array)), ("b'abc'", True, hash(b"abc")))
        self.assertEqual(b"x" + array + b"y", b"xabcy")
        self.assertFalse(QByteArray())

    def test_changesInPlace(self) -> None:
        array = QByteArray(b"b")
        array.append(b"c").prepend(b"a")
        array += b"d"
        array.insert(1, b"-")
        self.assertEqual(array, b"a-bcd")
        array.remove(1, 1)
        array.chop(1)
        self.assertEqual(array, b"abc")
        array.truncate(2)
        array.resize(3)
        self.assertEqual(array, b"ab\0")
        array.fill(b"x")
        self.assertEqual(array, b"xxx")
        array.clear()
        self.assertTrue(array.isEmpty())

    def test_parts(self) -> None:
        array = QByteArray(b" some  text ")
        self.assertEqual((array.trimmed(), array.simplified()), (b"some  text", b"some text"))
        self.assertEqual((array.left(3), array.mid(1, 4), array.right(2)), (b" so", b"some", b"t "))
        self.assertEqual((array.indexOf(b"t"), array.lastIndexOf(b"t"), array.indexOf(b"q")), (7, 10, -1))
        self.assertEqual(QByteArray(b"a,b").split(b","), [b"a", b"b"])
        self.assertEqual((QByteArray(b"12").toInt(), QByteArray(b"x").toInt()), ((12, True), (0, False)))

    @given(st.binary(max_size=60))
    def test_encodingsComeBack(self, data: bytes) -> None:
        array = QByteArray(data)
        self.assertEqual(QByteArray.fromBase64(array.toBase64()), data)
        self.assertEqual(QByteArray.fromHex(array.toHex()), data)
        self.assertEqual(QByteArray.fromPercentEncoding(array.toPercentEncoding()), data)


class UrlTests(SynchronousTestCase):
    def test_parts(self) -> None:
        url = QUrl("http://u:p@Host:80/a%20b/c.json?x=a%20b&y=%2B+1&z=%C3%A9 é#frag")
        self.assertEqual(url.toString(), "http://u:p@host:80/a b/c.json?x=a b&y=%2B+1&z=é é#frag")
        self.assertEqual(
            bytes(url.toEncoded()),
            b"http://u:p@host:80/a%20b/c.json?x=a%20b&y=%2B+1&z=%C3%A9%20%C3%A9#frag",
        )
        self.assertEqual((url.scheme(), url.host(), url.port(), url.userName()), ("http", "host", 80, "u"))
        self.assertEqual((url.path(), url.fileName(), url.fragment()), ("/a b/c.json", "c.json", "frag"))
        self.assertEqual(url.query(QUrl.FullyDecoded), "x=a b&y=++1&z=é é")
        self.assertEqual(
            url.toString(QUrl.RemoveQuery | QUrl.RemoveFragment), "http://u:p@host:80/a b/c.json"
        )
        self.assertEqual(url.toString(QUrl.RemovePassword)[:12], "http://u@hos")

    def test_change(self) -> None:
        url = QUrl("http://h/a")
        url.setQuery("x=a b&c=%20é+")
        self.assertEqual(bytes(url.toEncoded()), b"http://h/a?x=a%20b&c=%20%C3%A9+")
        url.setPath("/x y/é?#")
        self.assertEqual(url.toString(), "http://h/x y/é%3F%23?x=a b&c= é+")
        url.setQuery(None)
        self.assertFalse(url.hasQuery())
        self.assertEqual(QUrl("http://h/a/b").resolved(QUrl("../c")).toString(), "http://h/c")

    def test_validity(self) -> None:
        self.assertFalse(QUrl("").isValid())
        self.assertFalse(QUrl("http://h:99999/").isValid())
        self.assertTrue(QUrl("/only/path").isRelative())
        self.assertEqual(QUrl("http://[::1]:8/").host(), "::1")
        self.assertEqual(QUrl.fromLocalFile("/a b").toString(), "file:///a b")
        self.assertEqual(QUrl.fromLocalFile("/a b").toLocalFile(), "/a b")

    def test_queries(self) -> None:
        query = QUrlQuery("a=1&a=2&b=%2B+%20%C3%A9&c")
        self.assertEqual((query.allQueryItemValues("a"), query.queryItemValue("no")), (["1", "2"], ""))
        self.assertEqual((query.queryItemValue("b"), query.hasQueryItem("c")), ("%2B+ é", True))
        self.assertEqual(query.queryItemValue("b", QUrl.FullyDecoded), "++ é")
        query.removeAllQueryItems("a")
        query.addQueryItem("k", "a b&c=d%20+/:,")
        self.assertEqual(query.toString(QUrl.FullyEncoded), "b=%2B+%20%C3%A9&c&k=a%20b%26c%3Dd%20+/:,")

    @given(st.text(max_size=40))
    def test_anyTextIsAUrlOfSomeKind(self, text: str) -> None:
        url = QUrl("http://h/?q=" + text.replace("#", ""))
        self.assertEqual(QUrl(bytes(url.toEncoded()).decode("ascii")), url)

    @given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40))
    def test_percentEncodingComesBack(self, text: str) -> None:
        self.assertEqual(QUrl.fromPercentEncoding(QUrl.toPercentEncoding(text)), text)


class DateTests(SynchronousTestCase):
    def test_moments(self) -> None:
        moment = QDateTime.fromString("2024-03-01T12:30:45", Qt.ISODate)
        self.assertTrue(moment.isValid())
        self.assertEqual(moment.toString("dd.MM.yyyy hh:mm"), "01.03.2024 12:30")
        self.assertEqual(moment.addSecs(60).toString(Qt.ISODateWithMs), "2024-03-01T12:31:45.000")
        self.assertEqual(moment.toString(), "Fri Mar 1 12:30:45 2024")
        self.assertEqual(moment.secsTo(moment.addSecs(90)), 90)
        self.assertEqual(moment.toPyDateTime(), datetime.datetime(2024, 3, 1, 12, 30, 45))
        utc = QDateTime.fromMSecsSinceEpoch(1_700_000_000_123, Qt.UTC)
        self.assertEqual(utc.toString(Qt.ISODateWithMs), "2023-11-14T22:13:20.123Z")
        self.assertEqual(utc.toLocalTime(), utc)
        self.assertFalse(QDateTime().isValid())
        self.assertLess(QDateTime.currentDateTimeUtc().secsTo(QDateTime.currentDateTime()), 60)

    def test_daysAndTimes(self) -> None:
        self.assertFalse(QDate(2024, 2, 30).isValid())
        self.assertEqual(QDate(2024, 5, 6).addDays(30).toString(Qt.ISODate), "2024-06-05")
        self.assertEqual(QDate.fromString("06/05/24", "dd/MM/yy"), QDate(1924, 5, 6))
        self.assertEqual(QTime(13, 2, 3, 4).toString("h:m:s.zzz AP"), "1:2:3.004 PM")
        self.assertEqual(QDate.fromString("x", "dd/MM/yyyy"), QDate())


class DeviceTests(SynchronousTestCase):
    def test_buffersFillTheirArray(self) -> None:
        array = QByteArray()
        buffer = QBuffer(array)
        self.assertEqual(buffer.write(b"x"), -1)
        self.assertTrue(buffer.open(QIODevice.WriteOnly))
        self.assertEqual((buffer.write(b"abc"), array, buffer.pos()), (3, b"abc", 3))
        buffer.close()
        buffer.open(QBuffer.ReadOnly)
        self.assertEqual((buffer.read(2), buffer.readAll(), buffer.atEnd()), (b"ab", b"c", True))

    def test_files(self) -> None:
        name = self.mktemp()
        file = QFile(name)
        self.assertFalse(file.open(QFile.ReadOnly))
        self.assertTrue(file.open(QIODevice.WriteOnly | QIODevice.Text))
        file.write(b"one\ntwo")
        file.close()
        self.assertTrue(QFile.exists(name))
        file = QFile(name)
        file.open(QIODevice.ReadOnly)
        self.assertEqual((file.readLine(), file.readAll()), (b"one\n", b"two"))
        file.close()
        file.open(QIODevice.Append)
        file.write(b"!")
        file.close()
        self.assertEqual(QFileInfo(name).size(), 8)
        self.assertTrue(file.rename(name + ".x"))
        self.assertTrue(QFile.remove(name + ".x"))
        self.assertFalse(QFile.exists(name + ".x"))

    def test_temporaryOnesGo(self) -> None:
        file = QTemporaryFile()
        self.assertTrue(file.open())
        name = file.fileName()
        self.assertTrue(QFile.exists(name))
        del file
        self.assertFalse(QFile.exists(name))
        folder = QTemporaryDir()
        path = folder.path()
        self.assertTrue(folder.isValid())
        del folder
        self.assertFalse(QDir(path).exists())

    def test_names(self) -> None:
        info = QFileInfo("/tmp/a.b.txt")
        self.assertEqual(
            (info.fileName(), info.baseName(), info.suffix(), info.completeSuffix(), info.completeBaseName()),
            ("a.b.txt", "a", "txt", "b.txt", "a.b"),
        )
        self.assertEqual(QDir.cleanPath("/a//b/../c"), "/a/c")
        self.assertEqual(QMimeDatabase().mimeTypeForFile("a.png").name(), "image/png")

    def test_folders(self) -> None:
        root = QDir(self.mktemp())
        self.assertTrue(root.mkpath("a/b"))
        for name in ("a/one.txt", "a/two.dat", "a/b/three.txt"):
            with open(root.filePath(name), "w") as file:
                file.write("x")
        self.assertEqual(QDir(root.filePath("a")).entryList(["*.txt"]), ["one.txt"])
        walk = QDirIterator(root.path(), ["*.txt"], QDir.Files, QDirIterator.Subdirectories)
        found = []
        while walk.hasNext():
            walk.next()
            found.append(walk.fileName())
        self.assertEqual(sorted(found), ["one.txt", "three.txt"])

    def test_textStreams(self) -> None:
        array = QByteArray()
        stream = QTextStream(array)
        stream << "é" << "b"
        self.assertEqual(array, "éb".encode())


class PatternTests(SynchronousTestCase):
    def test_matches(self) -> None:
        pattern = QRegularExpression(r"/collections/(?<id>[^/]+?)(\.json)?$")
        match = pattern.match("/x/collections/abc.json")
        self.assertTrue(match.hasMatch())
        self.assertEqual((match.captured("id"), match.captured(2), match.captured(9)), ("abc", ".json", ""))
        self.assertEqual(pattern.namedCaptureGroups(), ["", "id", ""])
        self.assertFalse(pattern.match("/x").hasMatch())
        self.assertFalse(QRegularExpression("(").isValid())
        ignoring = QRegularExpression("ABC", QRegularExpression.CaseInsensitiveOption)
        self.assertEqual(ignoring.match("xabc").capturedStart(), 1)

    def test_severalMatches(self) -> None:
        walk = QRegularExpression("a.").globalMatch("abacad")
        self.assertEqual([found.captured() for found in walk], ["ab", "ac", "ad"])

    def test_theOlderKind(self) -> None:
        pattern = QRegExp("(\\d+)x")
        self.assertEqual((pattern.indexIn("ab12x"), pattern.cap(1)), (2, "12"))
        self.assertTrue(QRegExp("*.txt", Qt.CaseSensitive, QRegExp.Wildcard).exactMatch("a.txt"))


class ObjectTests(SynchronousTestCase):
    def test_signals(self) -> None:
        class Emitting(QObject):
            changed = pyqtSignal(int, str)

        first, second = Emitting(), Emitting()
        seen: list[object] = []
        first.changed.connect(lambda *values: seen.append(values))
        second.changed.connect(first.changed)
        second.changed.emit(1, "a")
        self.assertEqual(seen, [(1, "a")])
        first.changed.disconnect()
        second.changed.emit(2, "b")
        self.assertEqual(seen, [(1, "a")])
        self.assertRaises(TypeError, first.changed.disconnect, print)

    def test_family(self) -> None:
        parent = QObject()
        child = QObject(parent)
        child.setObjectName("child")
        self.assertIs(parent.findChild(QObject, "child"), child)
        self.assertIs(child.parent(), parent)
        child.setProperty("p", 3)
        self.assertEqual(child.property("p"), 3)

    def test_variants(self) -> None:
        self.assertTrue(QVariant(QVariant.Int).isNull())
        self.assertFalse(QVariant().isValid())
        self.assertFalse(NULL)
        self.assertEqual((NULL == NULL, str(NULL), QVariant("a").type()), (True, "NULL", QVariant.String))
        self.assertEqual(QMetaType.typeName(10), "QString")

    def test_settings(self) -> None:
        settings = QSettings()
        self.addCleanup(settings.clear)
        settings.setValue("group/key", "true")
        settings.beginGroup("group")
        self.assertEqual((settings.value("key"), settings.value("key", type=bool)), ("true", True))
        self.assertEqual((settings.allKeys(), settings.value("no", 5)), (["key"], 5))

    def test_smallThings(self) -> None:
        digest = QCryptographicHash.hash(b"a", QCryptographicHash.Md5).toHex()
        self.assertEqual(digest, b"0cc175b9c0f1b6a831c399e269772661")
        codec = QTextCodec.codecForName("UTF-8")
        self.assertEqual((codec.name(), codec.toUnicode(b"\xc3\xa9")), (b"UTF-8", "é"))
        self.assertEqual(Qt.GlobalColor.red, Qt.red)

    def test_shapes(self) -> None:
        self.assertEqual((QRect(1, 2, 3, 4).right(), QRectF(1, 2, 3, 4).right()), (3, 4.0))
        self.assertEqual(QRect(QPoint(0, 0), QPoint(9, 9)).width(), 10)
        self.assertEqual(QPointF(1, 2) + QPointF(1, 1), QPointF(2, 3))
        self.assertFalse(QSize().isValid())
