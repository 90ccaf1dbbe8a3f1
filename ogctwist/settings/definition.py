# -*- test-case-name: tests.test_settings -*-
"""
The settings themselves.

A setting is a field; its metadata say in which section of the configuration
file it stands, which environment variable sets it, and what it means.
C{conf/ogctwist.toml} is written from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ogctwist.ows.limits import RequestLimits
from ogctwist.settings.values import (
    ALIASES,
    BARRED_PATHS,
    BARRED_TEXTS,
    ENDPOINTS,
    FLAG,
    INTEGER,
    NETWORKS,
    NUMBER,
    PATH,
    PATHS,
    PROJECT,
    TEXT,
    TEXTS,
    setting,
)

_NONE: tuple[str, ...] = ()
_LOCAL = ("127.0.0.0/8", "::1", "unix")
_MEBI = 1024 * 1024


def _limit(default: int, doc: str, minimum: int = 1) -> int:
    return setting("limits", INTEGER, default, doc, minimum=minimum)


def _seconds(default: float, doc: str) -> float:
    return setting("limits", NUMBER, default, doc, minimum=0.001)


@dataclass(frozen=True)
class Limits:
    """What a request may cost; sizes in bytes, times in seconds."""

    requestLine: int = _limit(16_384, "The request line, in bytes.")
    headerSize: int = _limit(16_384, "All headers of a request, in bytes.")
    headerCount: int = _limit(100, "Headers of a request.")
    headerDeadline: float = _seconds(15, "From the first byte of a request to the end of its headers.")
    body: int = _limit(10_000_000, "The body of a request, in bytes; more is answered with 413.")
    bodyDeadline: float = _seconds(60, "From the end of the headers to the end of the body.")
    inflatedBody: int = _limit(10_000_000, "A body with Content-Encoding gzip, inflated.")
    keepAlive: float = _seconds(60, "How long a connection may be idle between two requests.")
    writeStall: float = _seconds(30, "A client that takes no byte of its answer for so long is cut off.")
    connections: int = _limit(2_000, "Open connections of one worker; more are closed at once.")
    parameters: int = _limit(1_000, "Parameters of a request.")
    layers: int = _limit(200, "Layers that one request may name.")
    imagePixels: int = _limit(16 * _MEBI, "Pixels of a picture: map, legend, coverage, tile, print page.")
    imageSide: int = _limit(8_192, "Width or height of a picture, in pixels.")
    dpiMinimum: int = _limit(1, "The least DPI of a map or a print.")
    dpiMaximum: int = _limit(600, "The greatest DPI of a map or a print.")
    xmlDepth: int = _limit(100, "Elements of an XML body within each other.")
    xmlNodes: int = _limit(100_000, "Nodes of an XML body.")
    xmlAttributes: int = _limit(500, "Attributes of one XML element.")
    xmlText: int = _limit(1_000_000, "One text or tag of an XML body, in bytes.")
    jsonDepth: int = _limit(50, "Arrays and objects of a JSON body within each other.")
    filterNodes: int = _limit(5_000, "Nodes of a filter or an expression.")
    filterDepth: int = _limit(50, "Nodes of a filter or an expression within each other.")
    vertices: int = _limit(100_000, "Vertices of a geometry in a request, as WKT or GML.")
    collectionDepth: int = _limit(10, "Geometry collections within each other.")
    transactionActions: int = _limit(1_000, "Actions of one transaction.")
    features: int = _limit(0, "Features of one answer; 0: no limit, streaming costs no memory.", minimum=0)
    projectSize: int = _limit(200 * _MEBI, "The XML of a project file, inflated, in bytes.")
    projectNodes: int = _limit(20_000_000, "Nodes of the XML of a project file.")
    renderTime: float = _seconds(30, "Drawing one picture.")
    hookTime: float = _seconds(10, "One hook of one plugin.")

    @property
    def request(self) -> RequestLimits:
        """Those that the decoding of requests needs."""
        return RequestLimits(self.parameters, self.xmlDepth, self.xmlNodes, self.xmlAttributes, self.xmlText)


@dataclass(frozen=True)
class Settings:
    """
    All settings of one server; frozen, made once by L{ogctwist.settings.readSettings}.

    @ivar origins: names of settings (C{workers}, C{limits.body}) to where the
        value comes from: C{option --workers}, C{environment QGIS_PROJECT_FILE},
        C{file}, C{default}.
    @ivar configFile: the path of the configuration file, or ''.
    """

    # fmt: off
    project: str = setting("server", PROJECT, "",
        "The project that is served when a request names none with MAP.", "QGIS_PROJECT_FILE")
    projectsRoots: tuple[str, ...] = setting("server", PATHS, _NONE,
        "Projects below these directories may be named with MAP, with or without the directory's path.")
    aliases: Mapping[str, str] = setting("server", ALIASES, {},
        "Names for projects: MAP=name.")
    dataRoots: tuple[str, ...] = setting("server", PATHS, _NONE,
        "Directories outside the projects' own from which layers, pictures and symbols may be read as well.")
    listen: tuple[str, ...] = setting("server", ENDPOINTS, ("tcp:8080:interface=127.0.0.1",),
        "Where to listen: Twisted endpoint strings.")
    plugins: tuple[str, ...] = setting("server", PATHS, _NONE,
        "Directories of plugins; no plugin runs unless it is in one of them.", "QGIS_PLUGINPATH")
    workers: int = setting("server", INTEGER, 1,
        "Processes that share the listening sockets.", minimum=1, maximum=256)
    manhole: str = setting("server", TEXT, "",
        "Where a Python prompt in the running server is offered over SSH: a port of the loopback interface, "
        "or a Twisted endpoint; empty for none.  It needs the extra manhole.")
    manholeKeys: str = setting("server", PATH, "",
        "The file of public keys, as authorized_keys, whose holders may use the manhole.")
    manholeHostKey: str = setting("server", PATH, "",
        "The private key by which clients know the manhole, made when it is not there; empty: a new one at "
        "each start.")
    shutdownGrace: float = setting("server", NUMBER, 30.0,
        "How long running requests may take to finish when the server is told to end, in seconds.", minimum=0)

    trustedProxies: tuple[str, ...] = setting("web", NETWORKS, _LOCAL,
        'Addresses and networks (and "unix" for local sockets) of proxies whose Forwarded, X-Forwarded-* and '
        "X-Qgis-*-Url headers are believed.")
    corsOrigins: tuple[str, ...] = setting("web", TEXTS, _NONE,
        'Origins whose pages may read answers (CORS), as "https://map.example.org"; "*" for all.')
    statusAddresses: tuple[str, ...] = setting("web", NETWORKS, _LOCAL,
        "Addresses and networks that may see /status and /metrics.")
    compress: bool = setting("web", FLAG, True,
        "Whether text answers are sent as gzip to clients that take it.")
    accessLog: str = setting("web", TEXT, "",
        'A file to which a line is written for each request; "-" for the server\'s own log; empty for none.')
    logFormat: str = setting("web", TEXT, "text",
        "The form of the access log.", choices=("text", "json"))
    disabledApis: tuple[str, ...] = setting("web", TEXTS, _NONE,
        'APIs that are switched off, by name, as "Landing Page".', "QGIS_SERVER_DISABLED_APIS")

    allowedHosts: tuple[str, ...] = setting("network", TEXTS, _NONE,
        "Hosts (or *.domain, or *) that the server itself may contact: cascaded layers, remote symbols, SLD, "
        "external WMS.")
    allowPrivateHosts: bool = setting("network", FLAG, False,
        "Whether hosts with private or loopback addresses may be contacted.")
    networkTimeout: float = setting("network", NUMBER, 20.0,
        "How long an outgoing request may take, in seconds.", minimum=0.001)

    renderThreads: int = setting("pools", INTEGER, 0,
        "Threads that draw and encode, in each worker; 0: as many as there are processors.",
        minimum=0, maximum=256)
    dataThreads: int = setting("pools", INTEGER, 0,
        "Threads that read data and projects, in each worker; 0: twice as many as there are processors.",
        minimum=0, maximum=256)
    queuedWork: int = setting("pools", INTEGER, 1_000,
        "Work that may wait for a thread of one pool; more is refused with 503.", minimum=1)

    databaseConnections: int = setting("pools", INTEGER, 16,
        "Connections to one PostgreSQL database that read, in each worker.", minimum=1, maximum=1_000)
    databaseWait: float = setting("pools", NUMBER, 30.0,
        "How long one of them is waited for, in seconds.", minimum=0.001)
    databaseStatementTime: float = setting("pools", NUMBER, 60.0,
        "How long one statement of them may take, in seconds.", minimum=0.001, maximum=86_400)

    documentCacheBytes: int = setting("caches", INTEGER, 64 * _MEBI,
        "Memory for capabilities and other documents, in each worker.", minimum=0)
    tileCacheBytes: int = setting("caches", INTEGER, 128 * _MEBI,
        "Memory for tiles and legends, in each worker.", minimum=0)
    featureCacheBytes: int = setting("caches", INTEGER, 256 * _MEBI,
        "Memory for the features of file layers, in each worker.", minimum=0)
    rasterCacheBytes: int = setting("caches", INTEGER, 128 * _MEBI,
        "Memory for blocks of rasters, in each worker.", minimum=0)

    optionsPath: str = setting("qgis", PATH, "",
        "The directory that plugins are told as that of QGIS's options.", "QGIS_OPTIONS_PATH")
    parallelRendering: bool = setting("qgis", FLAG, True,
        "Whether the layers of a map are drawn at the same time.", "QGIS_SERVER_PARALLEL_RENDERING")
    maxThreads: int = setting("qgis", INTEGER, -1,
        "Layers of one map that are drawn at the same time; -1: as many as threads allow.",
        "QGIS_SERVER_MAX_THREADS", minimum=-1)
    logLevel: int = setting("qgis", INTEGER, 1,
        "What is logged: 0 information, 1 warnings, 2 critical only, 4 nothing.",
        "QGIS_SERVER_LOG_LEVEL", minimum=0, maximum=4)
    logFile: str = setting("qgis", PATH, "",
        "A file for the log, in place of twistd's.", "QGIS_SERVER_LOG_FILE")
    logStderr: bool = setting("qgis", FLAG, False,
        "Whether the log goes to standard error too.", "QGIS_SERVER_LOG_STDERR")
    logProfile: bool = setting("qgis", FLAG, False,
        "Whether the log says how long the parts of each request took.", "QGIS_SERVER_LOG_PROFILE")
    ignoreBadLayers: bool = setting("qgis", FLAG, False,
        "Whether a project with layers that cannot be opened is served without them.",
        "QGIS_SERVER_IGNORE_BAD_LAYERS")
    retryBadLayers: bool = setting("qgis", FLAG, False,
        "Whether layers that could not be opened are tried again.", "QGIS_SERVER_RETRY_BAD_LAYERS")
    ignoreRenderingErrors: bool = setting("qgis", FLAG, False,
        "Whether a map is answered though a layer of it could not be drawn.",
        "QGIS_SERVER_IGNORE_RENDERING_ERRORS")
    trustLayerMetadata: bool = setting("qgis", FLAG, False,
        "Whether the extents that the project states are believed.", "QGIS_SERVER_TRUST_LAYER_METADATA")
    forceReadonlyLayers: bool = setting("qgis", FLAG, False,
        "Whether no layer can be written to.", "QGIS_SERVER_FORCE_READONLY_LAYERS")
    disableGetPrint: bool = setting("qgis", FLAG, False,
        "Whether GetPrint is switched off.", "QGIS_SERVER_DISABLE_GETPRINT")
    cacheDirectory: str = setting("qgis", PATH, "",
        "Where answers of other servers are kept; empty: only in memory.", "QGIS_SERVER_CACHE_DIRECTORY")
    cacheSize: int = setting("qgis", INTEGER, 256 * _MEBI,
        "How much of them, in bytes.", "QGIS_SERVER_CACHE_SIZE", minimum=0)
    showGroupSeparator: bool = setting("qgis", FLAG, False,
        "Whether numbers in GetFeatureInfo have separators between thousands.",
        "QGIS_SERVER_SHOW_GROUP_SEPARATOR")
    overrideSystemLocale: str = setting("qgis", TEXT, "",
        "The locale of numbers and dates, as de_AT.", "QGIS_SERVER_OVERRIDE_SYSTEM_LOCALE")
    wmsMaxWidth: int = setting("qgis", INTEGER, -1,
        "The greatest width of a map; -1: as the project says.", "QGIS_SERVER_WMS_MAX_WIDTH", minimum=-1)
    wmsMaxHeight: int = setting("qgis", INTEGER, -1,
        "The greatest height of a map; -1: as the project says.", "QGIS_SERVER_WMS_MAX_HEIGHT", minimum=-1)
    apiResourcesDirectory: str = setting("qgis", PATH, "",
        "The directory of templates of OGC APIs; empty: those that come with the server.",
        "QGIS_SERVER_API_RESOURCES_DIRECTORY")
    apiWfs3MaxLimit: int = setting("qgis", INTEGER, 10_000,
        "The greatest number of features in a page of OGC API Features.",
        "QGIS_SERVER_API_WFS3_MAX_LIMIT", minimum=1)
    apiWfs3RootPath: str = setting("qgis", TEXT, "/wfs3",
        "The path under which OGC API Features is found.", "QGIS_SERVER_API_WFS3_ROOT_PATH")
    landingPagePrefix: str = setting("qgis", TEXT, "",
        "The path of the landing page; empty for /.", "QGIS_SERVER_LANDING_PAGE_PREFIX")
    landingPageProjectsDirectories: tuple[str, ...] = setting("qgis", BARRED_PATHS, _NONE,
        "Directories whose projects the landing page lists.", "QGIS_SERVER_LANDING_PAGE_PROJECTS_DIRECTORIES")
    landingPageProjectsPgConnections: tuple[str, ...] = setting("qgis", BARRED_TEXTS, _NONE,
        "PostgreSQL connections whose projects the landing page lists.",
        "QGIS_SERVER_LANDING_PAGE_PROJECTS_PG_CONNECTIONS")
    serviceUrl: str = setting("qgis", TEXT, "",
        "The URL of the server in capabilities, when clients reach it under another one.",
        "QGIS_SERVER_SERVICE_URL")
    wmsServiceUrl: str = setting("qgis", TEXT, "", "The same for WMS.", "QGIS_SERVER_WMS_SERVICE_URL")
    wfsServiceUrl: str = setting("qgis", TEXT, "", "The same for WFS.", "QGIS_SERVER_WFS_SERVICE_URL")
    wcsServiceUrl: str = setting("qgis", TEXT, "", "The same for WCS.", "QGIS_SERVER_WCS_SERVICE_URL")
    wmtsServiceUrl: str = setting("qgis", TEXT, "", "The same for WMTS.", "QGIS_SERVER_WMTS_SERVICE_URL")
    projectCacheStrategy: str = setting("qgis", TEXT, "filesystem",
        "When a project is looked at for changes: filesystem (when it is used), periodic, off.",
        "QGIS_SERVER_PROJECT_CACHE_STRATEGY", choices=("filesystem", "periodic", "off"))
    projectCacheCheckInterval: int = setting("qgis", INTEGER, 0,
        "How long a project that was found unchanged is not looked at again, in milliseconds.",
        "QGIS_SERVER_PROJECT_CACHE_CHECK_INTERVAL", minimum=0)
    projectCacheSize: int = setting("qgis", INTEGER, 100,
        "Projects that are kept in memory.", "QGIS_SERVER_PROJECT_CACHE_SIZE", minimum=1)
    capabilitiesCacheSize: int = setting("qgis", INTEGER, 40,
        "Projects whose capabilities are kept in memory.", "QGIS_SERVER_CAPABILITIES_CACHE_SIZE", minimum=0)
    allowedExtraSqlTokens: tuple[str, ...] = setting("qgis", TEXTS, _NONE,
        "Words that filters may contain besides those of QGIS's list.",
        "QGIS_SERVER_ALLOWED_EXTRA_SQL_TOKENS")
    applicationName: str = setting("qgis", TEXT, "ogctwist",
        "The name under which connections to PostgreSQL are made.", "QGIS_SERVER_APPLICATION_NAME")
    # fmt: on

    limits: Limits = field(default_factory=Limits)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    configFile: str = field(default="", compare=False)

    def isApiDisabled(self, name: str) -> bool:
        """Whether an API is switched off, by its name in any case."""
        return name.lower() in (disabled.strip().lower() for disabled in self.disabledApis)
