# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""
Failures of the API: a list with one object of C{code} and C{description}, as QGIS Server
answers; the codes are its.
"""

from __future__ import annotations

import json

from ogctwist.ows.exceptions import OWSException, quoted

BAD_REQUEST = "Bad request error"
NOT_FOUND = "API not found error"
FORBIDDEN = "Forbidden"
INTERNAL = "Internal server error"
NOT_IMPLEMENTED = "Not implemented error"

_CODES = {400: BAD_REQUEST, 403: FORBIDDEN, 404: NOT_FOUND, 501: NOT_IMPLEMENTED}


def badRequest(message: str) -> OWSException:
    """The request cannot be understood."""
    return OWSException(message, BAD_REQUEST, status=400)


def notFound(message: str) -> OWSException:
    """There is no such thing, or not for this request."""
    return OWSException(message, NOT_FOUND, status=404)


def forbidden(message: str) -> OWSException:
    """It may not be done."""
    return OWSException(message, FORBIDDEN, status=403)


def collectionNotFound() -> OWSException:
    """No such collection is published, or it may not be read: the same answer for both."""
    return notFound("Collection was not found")


def invalidFeature(identifier: str) -> OWSException:
    """There is no such feature; QGIS Server has 500 for that."""
    return OWSException(f"Invalid feature [{quoted(identifier)}]", INTERNAL, status=500)


def sourceFailed() -> OWSException:
    """The data of a collection cannot be read."""
    return OWSException("The data of the collection cannot be read", INTERNAL, status=500)


def notImplemented(message: str) -> OWSException:
    """It is part of the API, but not of this server."""
    return OWSException(message, NOT_IMPLEMENTED, status=400)


def report(error: OWSException) -> tuple[int, str, bytes]:
    """Status, content type and body that tell of a failure."""
    code = error.code if error.code in _KNOWN else _CODES.get(error.status, "")
    if not code:
        code = BAD_REQUEST if error.status < 500 else INTERNAL
    status = 403 if error.code == "Security" else error.status if error.status >= 400 else 400
    if error.code == "Security":
        code = FORBIDDEN
    body = json.dumps([{"code": code, "description": error.message}], ensure_ascii=False)
    return status, "application/json", body.encode()


_KNOWN = frozenset({BAD_REQUEST, NOT_FOUND, FORBIDDEN, INTERNAL, NOT_IMPLEMENTED})
