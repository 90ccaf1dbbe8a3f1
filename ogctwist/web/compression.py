# -*- test-case-name: tests.web.test_compression -*-
"""Content encodings of answers and of requests: gzip, where it pays and where it is bounded."""

from __future__ import annotations

import re
import zlib
from typing import Protocol

from isal import isal_zlib

#: Answers smaller than this are sent as they are: the headers weigh more.
SMALLEST = 1_000
_LEVEL = 1
_GZIP_WINDOW = zlib.MAX_WBITS | 16
_TEXT = re.compile(
    r"text/.*|image/svg\+xml|application/(.*\+)?(xml|json|javascript|dxf)|application/vnd\.ogc\.(gml|se_xml|wms_xml).*"
)
_QUALITY = re.compile(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)")


class Compressor(Protocol):
    """The part of zlib's compression objects that is used."""

    def compress(self, data: bytes, /) -> bytes:
        """@return: compressed bytes, perhaps none yet."""

    def flush(self, mode: int = ..., /) -> bytes:
        """@return: those that were kept back."""


class InflationError(Exception):
    """
    A body is not gzip, or inflates to more than it may.

    @ivar isTooLarge: the latter.
    """

    def __init__(self, message: str, isTooLarge: bool = False):
        super().__init__(message)
        self.isTooLarge = isTooLarge


def isCompressible(contentType: str) -> bool:
    """Whether a content type is text, so that gzip makes it shorter."""
    return _TEXT.fullmatch(contentType.partition(";")[0].strip().lower()) is not None


def acceptsGzip(acceptEncoding: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110, 12.5.3)."""
    anything = False
    for item in acceptEncoding.lower().split(","):
        coding, _, parameters = item.partition(";")
        quality = _QUALITY.search(parameters)
        wanted = quality is None or float(quality[1]) > 0
        if coding.strip() in ("gzip", "x-gzip"):
            return wanted
        if coding.strip() == "*":
            anything = wanted
    return anything


def gzipCompressor() -> Compressor:
    """A new compression object that writes gzip; several times faster than zlib's."""
    compressor: Compressor = isal_zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    return compressor


def gzipped(data: bytes) -> bytes:
    """All of it, as gzip."""
    compressor = gzipCompressor()
    return compressor.compress(data) + compressor.flush()


def inflated(data: bytes, maximum: int) -> bytes:
    """
    Undo gzip.

    @raise InflationError: it is not gzip, or more than C{maximum} bytes; no
        more than that is ever inflated.
    """
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    try:
        result = inflater.decompress(data, maximum + 1)
    except zlib.error as error:
        raise InflationError("The body is not gzip") from error
    if len(result) > maximum:
        raise InflationError(f"The body inflates to more than {maximum} bytes", isTooLarge=True)
    if not inflater.eof:
        raise InflationError("The gzip body is cut short")
    return result
