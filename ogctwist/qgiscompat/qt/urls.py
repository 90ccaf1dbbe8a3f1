# -*- test-case-name: tests.qgiscompat.test_qt_urls -*-
"""QUrl and QUrlQuery."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote_from_bytes, unquote, unquote_to_bytes, urljoin

from ogctwist.qgiscompat.qt.bytearrays import QByteArray, asBytes
from ogctwist.qgiscompat.qt.enums import enum, flags, member

_URL = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_ESCAPES = re.compile(r"(?:%[0-9A-F]{2})+")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DELIMITERS = "!$&'()*+,;=:@/[]"
_QUERY = _DELIMITERS + "?"

UrlFormattingOption = flags(
    "UrlFormattingOption",
    None_=0, RemoveScheme=1, RemovePassword=2, RemoveUserInfo=6, RemovePort=8, RemoveAuthority=30,
    RemovePath=32, RemoveQuery=64, RemoveFragment=128, PreferLocalFile=512, StripTrailingSlash=1024,
    RemoveFilename=2048, NormalizePathSegments=4096,
)  # fmt: skip
ComponentFormattingOption = flags(
    "ComponentFormattingOption",
    PrettyDecoded=0, EncodeSpaces=0x100000, EncodeUnicode=0x200000, EncodeDelimiters=0xC00000,
    EncodeReserved=0x1000000, DecodeReserved=0x2000000, FullyEncoded=0x1F00000, FullyDecoded=0x7F00000,
)  # fmt: skip
ParsingMode = enum("ParsingMode", TolerantMode=0, StrictMode=1, DecodedMode=2)
_FULLY_ENCODED = 0x1F00000
_FULLY_DECODED = 0x7F00000


def encoded(text: str, safe: str) -> str:
    """
    A component as it is kept: escapes of unreserved characters undone, the others in upper
    case, a lone percent sign and what is not C{safe} escaped.
    """
    parts, place = [], 0
    for found in _ESCAPE.finditer(text):
        parts.append(_quoted(text[place : found.start()], safe))
        character = chr(int(found[1], 16))
        parts.append(character if character in _UNRESERVED else found[0].upper())
        place = found.end()
    parts.append(_quoted(text[place:], safe))
    return "".join(parts)


def _quoted(text: str, safe: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogateescape"), safe=safe)


def pretty(text: str, also: str = "") -> str:
    """A component with spaces, letters of other scripts and C{also} decoded."""

    def decode(found: re.Match[str]) -> str:
        characters = unquote_to_bytes(found[0]).decode("utf-8", "surrogateescape")
        return "".join(
            c if c in also or c == " " or (ord(c) > 127 and c.isprintable()) else _quoted(c, "")
            for c in characters
        )

    return _ESCAPES.sub(decode, text)


def shown(text: str, options: int, also: str = "") -> str:
    """A component as some formatting options want it."""
    options = int(options)
    if options & _FULLY_DECODED == _FULLY_DECODED:
        return unquote(text)
    return text if options & 0x300000 else pretty(text, also)


@member(UrlFormattingOption, ComponentFormattingOption, ParsingMode)
class QUrl:
    """A URL; its parts are kept percent-encoded."""

    def __init__(self, url: Any = "", mode: int = 0):
        self.clear()
        if isinstance(url, QUrl):
            self.__dict__.update(url.__dict__)
        elif url:
            self.setUrl(str(url), mode)

    def clear(self) -> None:
        self._scheme = self._host = self._path = ""
        self._user: str | None = None
        self._password: str | None = None
        self._hasAuthority = False
        self._port = -1
        self._query: str | None = None
        self._fragment: str | None = None
        self._isValid = False

    def setUrl(self, url: str, mode: int = 0) -> None:
        self.clear()
        found = _URL.fullmatch(url)
        assert found is not None
        scheme, authority, path, query, fragment = found.groups()
        self._scheme = (scheme or "").lower()
        self._isValid = bool(url) and self._readAuthority(authority)
        self._path = encoded(path, _DELIMITERS)
        self._query = None if query is None else encoded(query, _QUERY)
        self._fragment = None if fragment is None else encoded(fragment, _QUERY)

    def _readAuthority(self, authority: str | None) -> bool:
        if authority is None:
            return True
        self._hasAuthority = True
        user, at, host = authority.rpartition("@")
        if at:
            name, colon, password = user.partition(":")
            self._user = encoded(name, _DELIMITERS)
            self._password = encoded(password, _DELIMITERS) if colon else None
        found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", host)
        if found is None or int(found[2] or 0) > 65535:
            self._host = host.partition(":")[0].lower()
            return False
        self._host = found[1].strip("[]").lower()
        self._port = int(found[2]) if found[2] else -1
        return True

    @staticmethod
    def fromEncoded(url: Any, mode: int = 0) -> QUrl:
        return QUrl(asBytes(url).decode("utf-8", "replace"), mode)

    @staticmethod
    def fromLocalFile(path: str) -> QUrl:
        made = QUrl()
        made._scheme, made._hasAuthority, made._isValid = "file", True, True
        made._path = _quoted(path, "/!$&'()*+,;=:@")
        return made

    @staticmethod
    def fromUserInput(text: str, *more: Any) -> QUrl:
        text = text.strip()
        if text.startswith("/"):
            return QUrl.fromLocalFile(text)
        return QUrl(text if QUrl(text).scheme() else f"http://{text}")

    @staticmethod
    def fromPercentEncoding(data: Any) -> str:
        return unquote_to_bytes(asBytes(data)).decode("utf-8", "replace")

    @staticmethod
    def toPercentEncoding(text: str, exclude: Any = b"", include: Any = b"") -> QByteArray:
        safe = (set(asBytes(exclude).decode("latin-1")) | _UNRESERVED) - set(
            asBytes(include).decode("latin-1")
        )
        escaped = (chr(b) if chr(b) in safe and b < 128 else f"%{b:02X}" for b in text.encode("utf-8"))
        return QByteArray("".join(escaped).encode())

    # The whole.

    def _written(self, options: int, show: Any) -> str:
        options = int(options)
        parts = []
        if self._scheme and not options & 1:
            parts.append(f"{self._scheme}:")
        if self._hasAuthority and options & 30 != 30:
            parts.append("//" + self._authority(options, show))
        path = "" if options & 32 else show(self._path)
        if options & 2048:
            path = path[: path.rfind("/") + 1]
        if options & 1024 and len(path) > 1:
            path = path.rstrip("/") or "/"
        parts.append(path)
        if self._query is not None and not options & 64:
            parts.append("?" + show(self._query))
        if self._fragment is not None and not options & 128:
            parts.append("#" + show(self._fragment))
        return "".join(parts)

    def _authority(self, options: int, show: Any) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        user = ""
        if self._user is not None and options & 6 != 6:
            user = show(self._user)
            if self._password is not None and not options & 2:
                user += ":" + show(self._password)
            user += "@"
        return user + host + (f":{self._port}" if self._port >= 0 and not options & 8 else "")

    def toString(self, options: int = 0) -> str:
        if not self._isValid:
            return ""
        if int(options) & 512 and self.isLocalFile():
            return self.toLocalFile()
        return self._written(options, lambda text: shown(text, options))

    url = toDisplayString = toString

    def toEncoded(self, options: int = _FULLY_ENCODED) -> QByteArray:
        return QByteArray(self._written(options, str).encode() if self._isValid else b"")

    def adjusted(self, options: int) -> QUrl:
        return QUrl(self._written(options, str))

    def resolved(self, relative: QUrl) -> QUrl:
        return QUrl(urljoin(self._written(0, str), relative._written(0, str)))

    def matches(self, other: QUrl, options: int) -> bool:
        return self.adjusted(options) == other.adjusted(options)

    # Its parts.

    def isValid(self) -> bool:
        return self._isValid

    def isEmpty(self) -> bool:
        return not self._written(0, str)

    def isRelative(self) -> bool:
        return not self._scheme

    def isLocalFile(self) -> bool:
        return self._scheme == "file"

    def toLocalFile(self) -> str:
        return unquote(self._path) if self.isLocalFile() else ""

    def scheme(self) -> str:
        return self._scheme

    def setScheme(self, scheme: str) -> None:
        self._scheme, self._isValid = scheme.lower(), True

    def authority(self, options: int = 0) -> str:
        return self._authority(0, lambda text: shown(text, options)) if self._hasAuthority else ""

    def setAuthority(self, authority: str, mode: int = 0) -> None:
        self._user = self._password = None
        self._isValid = self._readAuthority(authority)

    def userInfo(self, options: int = 0) -> str:
        return self.authority(options).rpartition("@")[0]

    def userName(self, options: int = _FULLY_DECODED) -> str:
        return shown(self._user or "", options)

    def setUserName(self, name: str, mode: int = 0) -> None:
        self._user, self._hasAuthority = encoded(name, _DELIMITERS), True

    def password(self, options: int = _FULLY_DECODED) -> str:
        return shown(self._password or "", options)

    def setPassword(self, password: str, mode: int = 0) -> None:
        self._password, self._hasAuthority = encoded(password, _DELIMITERS), True

    def host(self, options: int = _FULLY_DECODED) -> str:
        return self._host

    def setHost(self, host: str, mode: int = 0) -> None:
        self._host, self._hasAuthority, self._isValid = host.strip("[]").lower(), True, True

    def port(self, defaultPort: int = -1) -> int:
        return self._port if self._port >= 0 else defaultPort

    def setPort(self, port: int) -> None:
        self._port, self._hasAuthority = port, True

    def path(self, options: int = _FULLY_DECODED) -> str:
        return shown(self._path, options)

    def setPath(self, path: str, mode: int = 0) -> None:
        self._path, self._isValid = encoded(path, _DELIMITERS), True

    def fileName(self, options: int = _FULLY_DECODED) -> str:
        return self.path(options).rpartition("/")[2]

    def hasQuery(self) -> bool:
        return self._query is not None

    def query(self, options: int = 0) -> str:
        return shown(self._query or "", options, '"<>^{|}#')

    def setQuery(self, query: Any, mode: int = 0) -> None:
        self._isValid = True
        if isinstance(query, QUrlQuery):
            self._query = query.query(_FULLY_ENCODED)
        else:
            self._query = None if query is None else encoded(query, _QUERY)

    def hasFragment(self) -> bool:
        return self._fragment is not None

    def fragment(self, options: int = 0) -> str:
        return shown(self._fragment or "", options)

    def setFragment(self, fragment: str | None, mode: int = 0) -> None:
        self._fragment = None if fragment is None else encoded(fragment, _QUERY)

    def errorString(self) -> str:
        return "" if self._isValid else "the URL is not valid"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QUrl) and self._written(0, str) == other._written(0, str)

    def __lt__(self, other: QUrl) -> bool:
        return self._written(0, str) < other._written(0, str)

    def __hash__(self) -> int:
        return hash(self._written(0, str))

    def __repr__(self) -> str:
        return f"QUrl({self.toString()!r})"


class QUrlQuery:
    """The pairs of a query, percent-encoded."""

    def __init__(self, query: Any = ""):
        self._pairs: list[tuple[str, str | None]] = []
        if isinstance(query, QUrlQuery):
            self._pairs = list(query._pairs)
        else:
            self.setQuery(query.query(_FULLY_ENCODED) if isinstance(query, QUrl) else query)

    def setQuery(self, query: str) -> None:
        self._pairs = []
        for part in (query or "").split("&"):
            if part:
                name, equals, value = part.partition("=")
                self._pairs.append((encoded(name, _QUERY), encoded(value, _QUERY) if equals else None))

    def clear(self) -> None:
        self._pairs = []

    def isEmpty(self) -> bool:
        return not self._pairs

    def addQueryItem(self, key: str, value: str) -> None:
        self._pairs.append((_item(key), _item(value)))

    def setQueryItems(self, items: Any) -> None:
        self._pairs = [(_item(key), _item(value)) for key, value in items]

    def hasQueryItem(self, key: str) -> bool:
        return any(name == _item(key) for name, _ in self._pairs)

    def queryItems(self, options: int = 0) -> list[tuple[str, str]]:
        return [(_shownItem(name, options), _shownItem(value or "", options)) for name, value in self._pairs]

    def queryItemValue(self, key: str, options: int = 0) -> str:
        return next(iter(self.allQueryItemValues(key, options)), "")

    def allQueryItemValues(self, key: str, options: int = 0) -> list[str]:
        return [_shownItem(value or "", options) for name, value in self._pairs if name == _item(key)]

    def removeQueryItem(self, key: str) -> None:
        for place, (name, _) in enumerate(self._pairs):
            if name == _item(key):
                del self._pairs[place]
                return

    def removeAllQueryItems(self, key: str) -> None:
        self._pairs = [pair for pair in self._pairs if pair[0] != _item(key)]

    def query(self, options: int = 0) -> str:
        parts = (name if value is None else f"{name}={value}" for name, value in self._pairs)
        return shown("&".join(parts), options, "#")

    toString = query

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QUrlQuery) and self._pairs == other._pairs

    def __hash__(self) -> int:
        return hash(tuple(self._pairs))


def _item(text: str) -> str:
    """A name or value, whose delimiters stand for themselves."""
    return encoded(text, _QUERY.replace("&", "").replace("=", ""))


def _shownItem(text: str, options: int) -> str:
    return shown(text, options, "&=#")
