"""
The code of QGIS's own chapter on server plugins, as it stands there.

What the chapter leaves out is between C{# added} and C{# end}: the listings are cut off in places.
"""

from __future__ import annotations

import io
from textwrap import dedent

from PIL import Image

from tests.doubles.server import projectOf, vectorLayer
from tests.qgiscompat.server import PluginTestCase
from tests.qgiscompat.test_accesscontrol import Asking, cacheKey, edit, permissions, restriction

INIT = """\
# -*- coding: utf-8 -*-

def serverClassFactory(serverIface):
    from HelloServer import HelloServerServer
    return HelloServerServer(serverIface)
"""

HELLO = """\
from qgis.server import *
from qgis.core import *

class HelloFilter(QgsServerFilter):

    def __init__(self, serverIface):
        super(HelloFilter, self).__init__(serverIface)

    # added
    def requestReady(self):
        QgsMessageLog.logMessage("HelloFilter.requestReady", 'plugin', QgsMessageLog.INFO)

    def sendResponse(self):
        QgsMessageLog.logMessage("HelloFilter.sendResponse", 'plugin', QgsMessageLog.INFO)
    # end

    def responseComplete(self):
        request = self.serverInterface().requestHandler()
        params = request.parameterMap()
        if params.get('SERVICE', '').upper() == 'HELLO':
            # added
            request.clearHeaders()
            # end
            request.setHeader('Content-type', 'text/plain')
            # added
            request.clearBody()
            request.appendBody('HelloServer!')
            # end
"""

PARAMS = """\
from qgis.server import *
from qgis.core import *

class ParamsFilter(QgsServerFilter):

    def __init__(self, serverIface):
        super(ParamsFilter, self).__init__(serverIface)

    def requestReady(self):
        request = self.serverInterface().requestHandler()
        params = request.parameterMap( )
        request.setParameter('TEST_NEW_PARAM', 'ParamsFilter')

    def responseComplete(self):
        request = self.serverInterface().requestHandler()
        params = request.parameterMap( )
        if params.get('TEST_NEW_PARAM') == 'ParamsFilter':
            QgsMessageLog.logMessage("SUCCESS - ParamsFilter.responseComplete", 'plugin', QgsMessageLog.INFO)
        # added
        else:
        # end
            QgsMessageLog.logMessage("FAIL    - ParamsFilter.responseComplete", 'plugin', QgsMessageLog.CRITICAL)
"""  # noqa: E501

WATERMARK = r"""
import os

from qgis.server import *
from qgis.core import *
from qgis.PyQt.QtCore import *
from qgis.PyQt.QtGui import *

class WatermarkFilter(QgsServerFilter):

    def __init__(self, serverIface):
        super(WatermarkFilter, self).__init__(serverIface)

    def responseComplete(self):
        request = self.serverInterface().requestHandler()
        params = request.parameterMap( )
        # Do some checks
        if (request.parameter('SERVICE').upper() == 'WMS' \
                and request.parameter('REQUEST').upper() == 'GETMAP' \
                and not request.exceptionRaised() ):
            QgsMessageLog.logMessage("WatermarkFilter.responseComplete: image ready {}".format(request.infoFormat()), 'plugin', QgsMessageLog.INFO)
            # Get the image
            img = QImage()
            # added
            img.loadFromData(request.body())
            # end
            # Adds the watermark
            watermark = QImage(os.path.join(os.path.dirname(__file__), 'media/watermark.png'))
            p = QPainter(img)
            p.drawImage(QRect( 20, 20, 40, 40), watermark)
            # added
            p.end()
            # end
            ba = QByteArray()
            buffer = QBuffer(ba)
            # added
            buffer.open(QIODevice.WriteOnly)
            # end
            img.save(buffer, "PNG")
            # Set the body
            # added
            request.clearBody()
            request.appendBody(ba)
            # end
"""  # noqa: E501

SERVER = """
class HelloServerServer:
    def __init__(self, serverIface):
        # Save reference to the QGIS server interface
        self.serverIface = serverIface
        serverIface.registerFilter( HelloFilter, 100 )
"""

ACCESS_INIT = """\
# -*- coding: utf-8 -*-

def serverClassFactory(serverIface):
    from MyAccessControl.AccessControl import AccessControl
    return AccessControl(serverIface)
"""

ACCESS_CONTROL = '''\
# added
from qgis.server import *
# end

class AccessControl(QgsAccessControlFilter):

    def __init__(self, server_iface):
        super(QgsAccessControlFilter, self).__init__(server_iface)

    def layerFilterExpression(self, layer):
        """ Return an additional expression filter """
        return super(QgsAccessControlFilter, self).layerFilterExpression(layer)

    def layerFilterSubsetString(self, layer):
        """ Return an additional subset string (typically SQL) filter """
        return super(QgsAccessControlFilter, self).layerFilterSubsetString(layer)

    def layerPermissions(self, layer):
        """ Return the layer rights """
        return super(QgsAccessControlFilter, self).layerPermissions(layer)

    def authorizedLayerAttributes(self, layer, attributes):
        """ Return the authorised layer attributes """
        return super(QgsAccessControlFilter, self).authorizedLayerAttributes(layer, attributes)

    def allowToEdit(self, layer, feature):
        """ Are we authorise to modify the following geometry """
        return super(QgsAccessControlFilter, self).allowToEdit(layer, feature)

    def cacheKey(self):
        return super(QgsAccessControlFilter, self).cacheKey()
'''

#: The hooks as the chapter shows them one by one.
EXPRESSION = """
def layerFilterExpression(self, layer):
    return "$role = 'user'"
"""
SUBSET = """
def layerFilterSubsetString(self, layer):
    return "role = 'user'"
"""
PERMISSIONS = """
def layerPermissions(self, layer):
    rights = QgsAccessControlFilter.LayerPermissions()
    rights.canRead = True
    rights.canRead = rights.canInsert = rights.canUpdate = rights.canDelete = False
    return rights
"""
ATTRIBUTES = """
def authorizedLayerAttributes(self, layer, attributes):
    return [a for a in attributes if a != "role"]
"""
EDIT = """
def allowToEdit(self, layer, feature):
    return feature.attribute('role') == 'user'
"""


def picture(color: tuple[int, int, int], size: int = 100) -> bytes:
    """A PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), color).save(buffer, "PNG")
    return buffer.getvalue()


class HelloServerTests(PluginTestCase):
    def write(self, name: str, **files: str) -> None:
        folder = self.folder / name
        folder.mkdir()
        (folder / "metadata.txt").write_text(f"[general]\nname={name}\nserver=True\n")
        for module, code in files.items():
            (folder / f"{module}.py").write_text(code)

    async def test_helloServer(self) -> None:
        self.write("HelloServer", __init__=INIT, HelloServer=HELLO + SERVER)
        self.serveCore()
        self.assertEqual(self.refusals(), {"HelloServer": ""})
        delivery = await self.ask("SERVICE=HELLO&request=GetOutput")
        self.assertEqual(delivery.body, b"HelloServer!")
        self.assertEqual(delivery.headers, {"Content-type": "text/plain"})
        delivery = await self.ask("SERVICE=WMS")
        self.assertEqual(delivery.body, b"core")

    def logged(self) -> list[str]:
        """Keep the messages of plugins."""
        from twisted.logger import formatEvent, globalLogPublisher

        lines: list[str] = []

        def observe(event):
            lines.append(formatEvent(event))

        globalLogPublisher.addObserver(observe)
        self.addCleanup(globalLogPublisher.removeObserver, observe)
        return lines

    async def test_paramsFilter(self) -> None:
        register = SERVER + "        serverIface.registerFilter( ParamsFilter(serverIface), 50 )\n"
        both = HELLO + PARAMS + register
        self.write("HelloServer", __init__=INIT, HelloServer=both)
        self.serveCore()
        lines = self.logged()
        await self.ask("SERVICE=HELLO&request=GetOutput")
        told = [line for line in lines if "Filter" in line]
        self.assertEqual(len(told), 2)
        self.assertIn("HelloFilter.requestReady", told[0])
        self.assertIn("SUCCESS - ParamsFilter.responseComplete", told[1])

    async def test_watermark(self) -> None:
        registering = SERVER.replace("HelloFilter", "WatermarkFilter")
        self.write("HelloServer", __init__=INIT, HelloServer=WATERMARK + registering)
        media = self.folder / "HelloServer" / "media"
        media.mkdir()
        (media / "watermark.png").write_bytes(picture((255, 0, 0), 10))
        self.serveCore(picture((255, 255, 255)), "image/png")
        delivery = await self.ask("SERVICE=WMS&REQUEST=GetMap&FORMAT=image/png")
        image = Image.open(io.BytesIO(delivery.body)).convert("RGB")
        self.assertEqual(image.size, (100, 100))
        colours = [image.getpixel(at) for at in ((19, 19), (20, 20), (40, 40), (59, 59), (60, 60))]
        white, red = (255, 255, 255), (255, 0, 0)
        self.assertEqual(colours, [white, red, red, red, white])
        delivery = await self.ask("SERVICE=WMS&REQUEST=GetFeatureInfo")
        self.assertEqual(delivery.body, picture((255, 255, 255)))


class AccessControlTests(PluginTestCase):
    REGISTER = "        server_iface.registerAccessControl(self, 100)\n"

    def write(self, *hooks: str) -> None:
        folder = self.folder / "MyAccessControl"
        folder.mkdir()
        (folder / "metadata.txt").write_text("[general]\nname=MyAccessControl\nserver=True\n")
        (folder / "__init__.py").write_text(ACCESS_INIT)
        made = "super(QgsAccessControlFilter, self).__init__(server_iface)\n"
        code = ACCESS_CONTROL.replace(made, f"{made}        # added\n{self.REGISTER}        # end\n")
        for hook in hooks:
            code += "\n" + "".join(f"    {line}\n" for line in dedent(hook).strip().splitlines())
        (folder / "AccessControl.py").write_text(code)
        self.service = Asking(permissions)
        server = self.serve(self.service)
        server.projects.byName[""] = projectOf("/projects/a.qgs", vectorLayer("roads", "name", "role"))

    async def answer(self, ask, query="SERVICE=WMS"):
        self.service.ask = ask
        delivery = await self.ask(query)
        return eval(delivery.body)  # noqa: S307

    async def test_theBaseAllowsEverything(self) -> None:
        self.write()
        self.assertEqual(self.refusals(), {"MyAccessControl": ""})
        self.assertEqual(await self.answer(permissions), (True, True, True, True))
        self.assertEqual(await self.answer(restriction), ("", "", []))
        self.assertEqual(await self.answer(edit), True)
        self.assertEqual(await self.answer(cacheKey), None)

    async def test_layerPermissions(self) -> None:
        self.write(PERMISSIONS)
        self.assertEqual(await self.answer(permissions), (False, False, False, False))

    async def test_subsetAndAttributes(self) -> None:
        self.write(SUBSET, ATTRIBUTES)
        self.assertEqual(await self.answer(restriction), ("", "role = 'user'", ["role"]))

    async def test_allowToEdit(self) -> None:
        self.write(EDIT)
        self.assertEqual(await self.answer(edit, "SERVICE=WMS&ROLE=user"), True)
        self.assertEqual(await self.answer(edit, "SERVICE=WMS&ROLE=guest"), False)

    async def test_anExpressionThatIsNoneLetsNothingThrough(self) -> None:
        """C{$role} is no variable of QGIS expressions: there, and here, no feature is left."""
        self.write(EXPRESSION)
        row, _, _ = await self.answer(restriction)
        self.assertEqual(row, "FALSE")
        self.flushLoggedErrors()
