"""QDomDocument without Qt: what PyQt5 5.15 answers to the same questions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.qgiscompat.qt.bytearrays import QByteArray
from ogctwist.qgiscompat.qt.xml import QDomDocument

SAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- c --><a:r xmlns:a="urn:a" x="1&lt;&quot;"> <b>t &amp; u</b>
 <b k="v"/><c>x<d/>y</c><!--in--><![CDATA[<z>]]></a:r>"""


def parsed(text: object, *options: object) -> QDomDocument:
    document = QDomDocument()
    done = document.setContent(text, *options)
    if not done[0]:
        raise AssertionError(done)
    return document


class DocumentTests(SynchronousTestCase):
    def test_writing(self) -> None:
        document = parsed(SAMPLE)
        self.assertEqual(
            document.toString(),
            "<?xml version='1.0' encoding='UTF-8'?>\n<!-- c -->\n"
            '<a:r xmlns:a="urn:a" x="1&lt;&quot;">\n <b>t &amp; u</b>\n <b k="v"/>\n <c>x<d/>y</c>\n'
            " <!--in-->\n<![CDATA[<z>]]></a:r>\n".replace("-->\n<![", "--><!["),
        )
        self.assertEqual(bytes(document.toByteArray()), document.toString().encode())
        self.assertTrue(document.toString(4).count("\n    <b>"))
        self.assertIn('<b>t &amp; u</b><b k="v"/><c>x<d/>y</c>', document.toString(-1))

    def test_reading(self) -> None:
        root = parsed(SAMPLE).documentElement()
        self.assertEqual((root.tagName(), root.attribute("x"), root.attribute("q", "d")), ("a:r", '1<"', "d"))
        first = root.firstChildElement("b")
        self.assertEqual((first.text(), first.nextSiblingElement("b").attribute("k")), ("t & u", "v"))
        self.assertEqual((root.childNodes().size(), root.lastChildElement().tagName()), (5, "c"))
        self.assertTrue(root.firstChildElement("zz").isNull())
        self.assertEqual(first.parentNode(), root)
        found = root.elementsByTagName("b")
        self.assertEqual([found.at(i).toElement().text() for i in range(found.size())], ["t & u", ""])
        self.assertTrue(found.at(7).isNull())

    def test_change(self) -> None:
        document = parsed("<r><a/><b/></r>")
        root = document.documentElement()
        made = document.createElement("new")
        made.setAttribute("n", 5)
        made.setAttribute("f", 1.5)
        made.appendChild(document.createTextNode("te<xt"))
        root.appendChild(made)
        root.insertBefore(document.createElement("first"), root.firstChild())
        root.removeChild(root.namedItem("a"))
        root.replaceChild(document.createComment("gone"), root.namedItem("b"))
        self.assertEqual(
            document.toString(-1),
            '<r><first/><!--gone-->\n<new n="5" f="1.5">te&lt;xt</new></r>',
        )
        made.firstChild().setNodeValue("changed")
        made.removeAttribute("n")
        self.assertEqual((made.text(), made.hasAttribute("n")), ("changed", False))

    def test_nodesOfOtherDocuments(self) -> None:
        source, target = parsed("<s><x>1</x></s>"), parsed("<t/>")
        copied = target.importNode(source.documentElement().firstChild(), True)
        target.documentElement().appendChild(copied)
        self.assertEqual(target.toString(-1), "<t><x>1</x></t>")
        self.assertEqual(source.documentElement().childNodes().size(), 1)
        clone = source.documentElement().firstChild().cloneNode()
        source.documentElement().appendChild(clone)
        self.assertEqual(source.toString(0), "<s>\n<x>1</x>\n<x>1</x>\n</s>\n")

    def test_walking(self) -> None:
        node = parsed("<r>a<b/>c</r>").documentElement().firstChild()
        names = []
        while not node.isNull():
            names.append((node.nodeName(), node.isText(), node.isElement()))
            node = node.nextSibling()
        self.assertEqual(names, [("#text", True, False), ("b", False, True), ("#text", True, False)])

    def test_namespaces(self) -> None:
        root = parsed('<a xmlns="urn:x" xmlns:p="urn:p" p:k="1"><p:b/></a>', True).documentElement()
        self.assertEqual((root.namespaceURI(), root.attributeNS("urn:p", "k")), ("urn:x", "1"))
        inner = root.firstChildElement()
        self.assertEqual((inner.localName(), inner.prefix(), inner.tagName()), ("b", "p", "b"))

    def test_whatCannotBeRead(self) -> None:
        document = QDomDocument()
        for text in ("<a><b></a>", "", "no xml", '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', "<a>&nope;</a>"):
            done, message, line, column = document.setContent(text)
            self.assertEqual((done, bool(message)), (False, True), text)
            self.assertEqual((line, bool(column)), (1, True), text)

    def test_bytesAndDevices(self) -> None:
        latin = '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1")
        self.assertEqual(parsed(QByteArray(latin)).documentElement().text(), "é")

    def test_nullNodes(self) -> None:
        null = QDomDocument().documentElement()
        self.assertTrue(null.isNull())
        self.assertEqual((null.tagName(), null.text(), null.attribute("a", "d")), ("", "", "d"))
        self.assertTrue(null.firstChild().isNull() and null.parentNode().isNull())

    @given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30))
    def test_whatIsWrittenIsReadAgain(self, text: str) -> None:
        document = QDomDocument()
        root = document.createElement("r")
        document.appendChild(root)
        root.setAttribute("a", text)
        root.appendChild(document.createTextNode(text + "."))
        read = etree.fromstring(document.toByteArray(-1))
        self.assertEqual((read.get("a"), read.text), (text, text + "."))
