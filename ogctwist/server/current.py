# -*- test-case-name: tests.server.test_dispatch -*-
"""
The request that the running code works for, as a context variable.

It is set for the whole of one request's work, so that each request's
coroutines see their own.  Code that has the handler at hand should use that:
a plain callback of a Deferred runs in the context of whoever fires it.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ogctwist.server.handler import RequestHandler

#: The handler of the current request; None outside a request.
currentHandler: ContextVar[RequestHandler | None] = ContextVar("ogctwist.currentHandler", default=None)
