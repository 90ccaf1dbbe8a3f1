# -*- test-case-name: tests.services.wms.test_exceptions -*-
"""Failures of the WMS: as a report, or, where a map was asked for and EXCEPTIONS says so, in a picture."""

from __future__ import annotations

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color
from ogctwist.encoders.image import PNG, encodeImage, imageFormat
from ogctwist.interfaces import OWSException
from ogctwist.ows.exceptions import UnreadableValue
from ogctwist.ows.parameters import Parameters
from ogctwist.ows.reports import serviceExceptionReport
from ogctwist.services.wms.mapparameters import SizeLimits
from ogctwist.services.wms.versions import WmsVersion

#: QGIS's code for a value that cannot be converted.
UNREADABLE = "Invalid Parameter"

BLANK = frozenset({"blank", "application/vnd.ogc.se_blank"})
IN_IMAGE = frozenset({"inimage", "application/vnd.ogc.se_inimage"})

#: A picture of an error is small, whatever the request asked for.
MOST_PIXELS = SizeLimits(2048, 2048, 2048 * 2048)


def exceptionReport(
    error: OWSException, version: WmsVersion, parameters: Parameters
) -> tuple[int, str, bytes]:
    """
    The answer that tells of a failure (WMS 1.3.0, 6.11 and 7.3.3.11).

    @return: status, content type, body.  A picture has status 200: browsers
        show no other.
    """
    wish = parameters.text("EXCEPTIONS").strip().lower()
    if parameters.text("REQUEST").lower() == "getmap" and wish in BLANK | IN_IMAGE:
        picture = _picture(error, parameters, wish in IN_IMAGE)
        if picture is not None:
            return 200, *picture
    if isinstance(error, UnreadableValue):
        error = OWSException(error.message, UNREADABLE, error.locator, error.status, error.version)
    return serviceExceptionReport(error)


def _picture(error: OWSException, parameters: Parameters, tells: bool) -> tuple[str, bytes] | None:
    """(content type, body), or None when not even the size of the map is clear."""
    try:
        width = parameters.integer("WIDTH", None, 1, MOST_PIXELS.width)
        height = parameters.integer("HEIGHT", None, 1, MOST_PIXELS.height)
        form = imageFormat(parameters.text("FORMAT")) if parameters.text("FORMAT") else PNG
    except OWSException:
        return None
    if width is None or height is None:
        return None
    canvas = Canvas(width, height)
    if parameters.text("TRANSPARENT").lower() != "true":
        canvas.clear(Color(1.0, 1.0, 1.0))
    if tells:
        _write(canvas, error.message)
    return form.contentType, encodeImage(canvas.pixels, form)


def _write(canvas: Canvas, message: str) -> None:
    """The message in lines that fit, black on white."""
    context = canvas.context
    context.select_font_face("sans-serif")
    context.set_font_size(12)
    line, y = "", 16.0
    for word in [*message.split(), ""]:
        longer = f"{line} {word}".strip()
        if word and context.text_extents(longer)[2] < canvas.width - 8:
            line = longer
            continue
        context.move_to(4, y)
        context.set_source_rgb(0, 0, 0)
        context.show_text(line)
        line, y = word, y + 16
