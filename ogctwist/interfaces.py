# -*- test-case-name: tests.conformance -*-
"""
The seams of the server: what can be plugged in, and what plugs may rely on.

Everything here is a L{zope.interface.Interface}; providers are verified with
C{verifyObject} where they are registered.  A hook "may return a Deferred"
means: the server waits for it before it goes on with that request, other
requests go on meanwhile; a coroutine is as good as a Deferred.
"""

from __future__ import annotations

from zope.interface import Attribute, Interface

from ogctwist.ows.exceptions import OWSException

__all__ = [
    "IAccessControlFilter",
    "ICoverageSource",
    "IDelivery",
    "IDispatcher",
    "IFeatureCursor",
    "IFeatureEncoder",
    "IFeatureSource",
    "IRequestHandler",
    "IServerApi",
    "IServerCacheFilter",
    "IServerFilter",
    "IServerInterface",
    "IService",
    "IServiceRegistry",
    "IStreamedBody",
    "IWorkPool",
    "OWSException",
    "RegistrationRefused",
]


class RegistrationRefused(Exception):
    """
    A plugin registers something that is not what it should be; or says that it cannot be used,
    and why: C{serverClassFactory} may raise it.
    """


class IServerFilter(Interface):
    """
    Hooks around one request.

    Order of events for every request: C{requestReady} of every filter, then
    (unless an exception was set) C{projectReady} of every filter, then the
    service, then C{responseComplete} of every filter - also after errors - and
    the answer is finished.  While a service streams, C{sendResponse} of every
    filter is called once for each chunk, before C{responseComplete}; the
    closing part of a streamed document is not seen by C{sendResponse}: it is
    in C{handler.body()} at C{responseComplete}.  A response that is not
    streamed does not call C{sendResponse}.

    Filters of lower priority run first; within one priority the one registered
    last runs first.  Every hook may return a Deferred.  A hook whose answer is
    (or whose Deferred fires with) False stops the later filters of that hook
    only.  False from C{sendResponse} keeps the chunk in the buffer.

    A hook that raises L{OWSException} makes it the answer, as an exception
    report of the service asked for.  Any other exception: 500 without text, the
    log names the filter; later hooks of that event are skipped.
    """

    def requestReady(handler):
        """The request is decoded; parameters may be changed.  C{handler}: L{IRequestHandler}."""

    def projectReady(handler):
        """The project is loaded: C{handler.project}.  The service has not begun."""

    def sendResponse(handler):
        """A chunk of a streamed body is in C{handler.body()}; it may be changed, or cleared."""

    def responseComplete(handler):
        """The answer is complete, or, when streamed, all but its closing part is on its way."""


class IRequestHandler(Interface):
    """
    One request and its response, as filters see them; the names are QGIS's.

    Parameter names are upper-case; values are decoded text.
    """

    project = Attribute("The Project, or None before it is loaded.")
    requestId = Attribute("Unique text, also in the log and the X-Request-Id header.")
    notes = Attribute("A dict: what filters keep of the request, each under a key of its own.")

    def parameterMap():
        """A plain dict, a copy: upper-case names to text."""

    def parameter(name):
        """The value, '' if absent; the name in any case."""

    def setParameter(name, value):
        """Set a parameter (the name is upper-cased); an empty value is ignored."""

    def removeParameter(name):
        """Remove the parameter of that exact (upper-case) name."""

    def url():
        """The URL as text, its query in step with the parameters."""

    def path():
        """The path of the URL."""

    def method():
        """'GET', 'POST', …"""

    def data():
        """The request body: bytes."""

    def requestHeader(name):
        """The value of a request header, '' if absent; the name in any case."""

    def requestHeaders():
        """A dict of all request headers."""

    def setRequestHeader(name, value):
        """Set a header of the request, for later filters and the service to see."""

    def removeRequestHeader(name):
        """Remove a header of the request."""

    def environment(name):
        """A CGI variable of the request (REMOTE_ADDR, HTTP_…), else of the process; '' if absent."""

    def setResponseHeader(name, value):
        """Set a header of the response; without effect once headers are sent."""

    def removeResponseHeader(name):
        """Remove a header of the response."""

    def responseHeader(name):
        """The value of a header of the response, '' if absent."""

    def responseHeaders():
        """A dict of the headers of the response."""

    def setStatusCode(code):
        """Set the HTTP status; without effect once headers are sent."""

    def statusCode():
        """The HTTP status."""

    def headersSent():
        """Whether the first byte of the answer has left."""

    def body():
        """The buffered part of the response: bytes; what was flushed is gone."""

    def appendBody(data):
        """Append bytes to the buffer."""

    def clearBody():
        """Empty the buffer."""

    def clear():
        """Empty the buffer and the headers of the response."""

    def setServiceException(error):
        """
        Make an L{OWSException} (or what has C{formatResponse()}) the answer: the
        buffer is replaced, the service is skipped if it has not begun.
        """

    def exceptionRaised():
        """Whether L{setServiceException} was called or the request could not be parsed."""


class IAccessControlFilter(Interface):
    """
    Who may see and change what.  Every hook may return a Deferred; hooks of one
    filter for several layers run at the same time.

    Asked only for the layers that a request touches, once a request.  Several
    filters are combined so: a permission needs all of them; row filters and
    subset strings are joined with AND; attributes are chained in order of
    priority.  A hook that raises, or answers the wrong type, denies.
    """

    def layerPermissions(handler, layer):
        """@return: L{ogctwist.access.permissions.LayerPermissions}."""

    def layerFilterExpression(handler, layer):
        """@return: a QGIS expression as text; '' or None for no restriction."""

    def layerFilterSubsetString(handler, layer):
        """@return: a subset string in the source's SQL; '' or None for no restriction."""

    def authorizedLayerAttributes(handler, layer, attributes):
        """@param attributes: list of names.  @return: those that may be seen."""

    def allowToEdit(handler, layer, feature):
        """
        Asked before and after an update, before a delete, on an insert.
        @param feature: mapping of attribute names to values, with C{id} and C{geometry} attributes.
        @return: True to allow.
        """

    def cacheKey(handler):
        """@return: text that names the rights of this request; '' or None: cache nothing for it."""


class IServerCacheFilter(Interface):
    """
    A store of documents (capabilities, DescribeFeatureType, …) and images
    (legends, WMTS tiles).  C{get*}: the first filter with an answer wins;
    C{set*}: the first that answers True ends the round.  May return Deferreds.
    """

    def getCachedDocument(project, handler, key):
        """@return: bytes, b'' for a miss."""

    def setCachedDocument(document, project, handler, key):
        """@return: whether it was stored."""

    def deleteCachedDocument(project, handler, key):
        """@return: whether there was one."""

    def deleteCachedDocuments(project):
        """Delete all documents of the project.  @return: whether that was done."""

    def getCachedImage(project, handler, key):
        """@return: bytes, b'' for a miss."""

    def setCachedImage(image, project, handler, key):
        """@return: whether it was stored."""

    def deleteCachedImage(project, handler, key):
        """@return: whether there was one."""

    def deleteCachedImages(project):
        """Delete all images of the project.  @return: whether that was done."""


class IService(Interface):
    """A service (WMS, WFS, …) in one version."""

    name = Attribute("The value of SERVICE, exact case.")
    version = Attribute("The version that this provider implements, e.g. '1.3.0'.")

    def executeRequest(request, response, project):
        """
        Carry out one request.

        @param request: L{ogctwist.server.request.ServiceRequest}.
        @param response: L{ogctwist.server.response.ServiceResponse}: write to it,
            or give it an L{IStreamedBody} with C{stream}.
        @param project: L{ogctwist.project.model.Project}, never None.
        @return: None, or a Deferred or coroutine of None.
        @raise OWSException: becomes an exception report.
        """

    def formatException(error, request):
        """
        @param error: L{OWSException}.
        @return: (status, content type, body bytes) of the exception report in the
            format of this service and the version asked for.
        """


class IServerApi(Interface):
    """
    An API that is reached by its path (OGC API Features, …): asked when a request
    has no SERVICE.
    """

    name = Attribute("Unique text.")
    version = Attribute("The version of the API, e.g. '1.0.0'.")

    def accept(path):
        """
        @param path: of the URL, decoded.
        @return: whether the request is for this API, or a Deferred or coroutine of it.
        """

    def executeRequest(request, response, project):
        """As L{IService.executeRequest}, but C{project} may be None."""

    def formatException(error, request):
        """As L{IService.formatException}."""


class IServiceRegistry(Interface):
    """The services of a server, by name and version."""

    def registerService(service):
        """Register an L{IService}; a duplicate (name, version) is ignored and logged."""

    def getService(name, version=""):
        """
        @return: the service; an unknown version falls back to the first registered; None if
            there is no service of that name.
        """

    def unregisterService(name, version=""):
        """@return: how many were removed."""

    def registerApi(api):
        """
        Register an L{IServerApi}; a duplicate is ignored and logged.
        @return: whether it was registered.
        """

    def getApi(name, version=""):
        """@return: the API, as L{getService}."""

    def unregisterApi(name, version=""):
        """@return: how many were removed."""


class IServerInterface(Interface):
    """What a plugin is given to register itself with."""

    def registerFilter(filter, priority=0):
        """Register an L{IServerFilter}."""

    def registerAccessControl(accessControl, priority=0):
        """Register an L{IAccessControlFilter}."""

    def registerServerCache(serverCache, priority=0):
        """Register an L{IServerCacheFilter}."""

    def serviceRegistry():
        """@return: the L{IServiceRegistry}."""

    def filters():
        """@return: dict of priority to list of filters."""

    def setFilters(filters):
        """Replace all filters."""

    def requestHandler():
        """@return: the L{IRequestHandler} of the current request, None outside one."""

    def getEnv(name):
        """@return: a CGI variable of the current request, else of the process; '' if absent."""

    def configFilePath():
        """@return: the path of the project of the current request, ''."""

    def removeConfigCacheEntry(path):
        """Forget the cached project, capabilities and tiles of that path."""


class IStreamedBody(Interface):
    """
    A body that is made while it is sent.

    The server first waits for C{chunks.__next__()}; then the answer begins.
    """

    chunks = Attribute(
        "Iterator of bytes and of Deferreds of bytes; asked for the next only when the client "
        "takes more.  An empty chunk is skipped."
    )

    def tail():
        """@return: the closing bytes; called once, after the last chunk."""

    def close():
        """
        Called once, always: after the end, a failure, or the loss of the client.
        Ends all work behind the body.
        """


class IDispatcher(Interface):
    """What answers requests: the server room, as the web room sees it."""

    def handle(arrival, delivery):
        """
        Answer one request.

        @param arrival: L{ogctwist.ows.arrival.Arrival}.
        @param delivery: L{IDelivery}.
        @return: Deferred of None that fires when the answer was finished or
            aborted.  It is cancelled when the client goes: all work behind the
            request must end with it.  If it fails and nothing was begun, the
            client gets a 500 without text; if the answer had begun, the connection is aborted.
        """


class IDelivery(Interface):
    """
    Where one answer goes.

    Either C{send} once; or C{begin} once, then C{write} any number of times,
    then C{finish} or C{abort}.  It is an C{IConsumer} too: a push producer may
    be registered after C{begin}, and need not look at what C{write} returns.
    When the client is gone every call is without effect.
    """

    isBegun = Attribute("Whether status and headers have left.")
    isLost = Attribute("Whether the client has gone.")
    wantsBody = Attribute("False for HEAD: what is written goes nowhere, a stream need not be run.")

    def send(status, headers, body):
        """
        A whole answer whose bytes are at hand: compressed when the client takes
        that and it is worth it; Content-Length is set; 304 when the headers have
        the ETag that the client already holds.

        @param headers: mapping, or iterable of pairs, of text.
        @return: Deferred of None, when all is on its way and C{finish} was called.
        """

    def begin(status, headers):
        """Status and headers of an answer whose body follows."""

    def write(data):
        """
        Bytes of the body.

        @return: None when more may be written at once; else a Deferred of None that fires
            when the client has taken enough.
        """

    def flush():
        """What was written leaves now, though compression would rather wait for more."""

    def finish():
        """The answer is complete."""

    def abort():
        """
        The answer cannot be completed: the connection is cut, so that the client
        does not take the part for the whole.
        """

    def whenLost():
        """@return: a new Deferred of None that fires when the client goes; never when it stays."""


class IFeatureSource(Interface):
    """
    The features of one layer, restricted to what the request may see.

    Nothing is opened before the first call.  Errors are
    L{ogctwist.sources.query.SourceError}.
    """

    def describe():
        """@return: Deferred of L{ogctwist.sources.query.SourceSchema}, without hidden fields."""

    def open(query):
        """
        @param query: L{ogctwist.sources.query.FeatureQuery}
        @return: Deferred of an L{IFeatureCursor}; every part of the query is honoured.
        """

    def read(query, isCancelled):
        """
        The same, blocking: for worker threads only.
        @param isCancelled: callable; asked between batches, True ends the iteration.
        @return: iterator of L{ogctwist.geo.batch.FeatureBatch}.
        """

    def count(query):
        """@return: Deferred of the number of features."""

    def extent():
        """@return: Deferred of a Box in the layer's CRS, None when empty."""


class IFeatureCursor(Interface):
    """A walk over features; one C{fetch} at a time."""

    def fetch():
        """@return: Deferred of a FeatureBatch; an empty one at the end, and ever after."""

    def close():
        """
        End the walk: a running statement is cancelled, resources are given back.
        May be called at any time, more than once.  @return: Deferred of None.
        """


class ICoverageSource(Interface):
    """The pixels of one raster layer."""

    def describe():
        """
        @return: Deferred of L{ogctwist.sources.coverage.CoverageInfo}: bands, size, transform, CRS,
            nodata.
        """

    def info():
        """The same as C{describe}, blocking: for worker threads only."""

    def read(extent, width, height, crs, bands, resampling, isCancelled):
        """
        Blocking: for worker threads only.

        @param extent: Box in C{crs}; may lie outside the raster.
        @param bands: 1-based band numbers.
        @param resampling: 'nearest', 'bilinear', 'cubic', 'average'.
        @return: L{ogctwist.sources.coverage.CoverageWindow}: values of shape
            (len(bands), height, width) in the raster's data type, and a mask of shape
            (height, width), True where there are data.
        """


class IFeatureEncoder(Interface):
    """
    Features to the bytes of a document; pure, one for each answer.

    C{head()}, then C{batch} any number of times, then C{tail()}.
    """

    contentType = Attribute("The Content-Type of the document.")

    def head():
        """@return: what comes before the first feature."""

    def batch(features):
        """@return: the bytes of a FeatureBatch."""

    def tail():
        """@return: what closes the document."""


class IWorkPool(Interface):
    """Threads for blocking work: bounded, and what waits can be cancelled."""

    def run(function, *arguments):
        """
        Call C{function(*arguments)} in a thread.
        @return: Deferred of its result.  Cancelling it takes the work out of the
            queue, or, when it runs, lets its result go to nobody.
        """

    def runCancellable(function, *arguments):
        """
        Call C{function(*arguments, isCancelled)}: C{isCancelled()} is True once the
        Deferred was cancelled.
        """

    def start():
        """Start; called once before the first run."""

    def stop():
        """@return: Deferred that fires when no thread works any more."""
