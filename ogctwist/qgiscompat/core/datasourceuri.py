# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsDataSourceUri: where the data of databases and services lie, as text."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote

from ogctwist.project.datasource import splitDatabaseUri
from ogctwist.qgiscompat.core.enums import enumOf, withEnums
from ogctwist.qgiscompat.core.wkbtypes import Type, typeNamed
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.wrapper import Wrapper

_Ssl = enumOf("QgsDataSourceUri", "SslMode")
_MODES = {
    "disable": _Ssl.SslDisable, "allow": _Ssl.SslAllow, "prefer": _Ssl.SslPrefer, "require": _Ssl.SslRequire,
    "verify-ca": _Ssl.SslVerifyCa, "verify-full": _Ssl.SslVerifyFull,
}  # fmt: skip
_TEXT = (
    "host", "port", "driver", "service", "database", "username", "password", "authConfigId", "schema",
    "table", "geometryColumn", "sql", "keyColumn",
)  # fmt: skip


@withEnums("QgsDataSourceUri")
class QgsDataSourceUri(Wrapper):
    """The parts of a data source's text; what is no part of its own is a parameter."""

    def _make(self, uri: Any = None) -> None:
        if isinstance(uri, QgsDataSourceUri):
            vars(self).update({k: v for k, v in vars(uri).items() if k.startswith("_q_")})
            self._q_params = list(uri._q_params)
            return
        self._q_parts = dict.fromkeys(_TEXT, "")
        self._q_ssl = _Ssl.SslPrefer
        self._q_params: list[tuple[str, str]] = []
        self._q_estimated = self._q_noSelectAtId = False
        self._q_srid, self._q_type = "", Type.Unknown
        if uri:
            self._q_read(str(uri))

    def _q_read(self, text: str) -> None:
        split = splitDatabaseUri(text)
        self._q_parts = {
            "host": split.host, "port": split.port, "driver": "", "service": split.service,
            "database": split.database, "username": split.user, "password": split.password,
            "authConfigId": split.authConfig, "schema": split.schema, "table": split.table,
            "geometryColumn": split.geometryColumn, "sql": split.sql, "keyColumn": split.keyColumn,
        }  # fmt: skip
        self._q_ssl = _MODES.get(split.sslMode, _Ssl.SslPrefer)
        for name, value in split.parameters.items():
            self._q_parameter(name, value)

    def _q_parameter(self, name: str, value: str) -> None:
        if name == "srid":
            self._q_srid = value
        elif name == "type":
            self._q_type = typeNamed(next((n for n in Type.__members__ if n.lower() == value.lower()), ""))
        elif name == "estimatedmetadata":
            self._q_estimated = value == "true"
        elif name == "selectatid":
            self._q_noSelectAtId = value == "false"
        elif name == "driver":
            self._q_parts["driver"] = value
        else:
            self._q_params.append((name, value))

    # -- parts

    def sql(self) -> str:
        """The subset."""
        return self._q_parts["sql"]

    def sslMode(self) -> Any:
        """How the connection is secured."""
        return self._q_ssl

    def wkbType(self) -> Any:
        """The type of the geometries, as claimed."""
        return self._q_type

    def srid(self) -> str:
        """The number of the reference system, as claimed; text."""
        return self._q_srid

    def useEstimatedMetadata(self) -> bool:
        """Whether guesses of the database will do."""
        return self._q_estimated

    def selectAtIdDisabled(self) -> bool:
        """Whether features cannot be read by their ids."""
        return self._q_noSelectAtId

    def setConnection(self, *parts: Any) -> None:
        """
        Host, port, database, user name, password, SSL mode, authentication; or, with a service
        in the place of host and port: service, database, …
        """
        texts, rest = [], list(parts)
        while rest and isinstance(rest[0], str):
            texts.append(rest.pop(0))
        if len(texts) >= 5:
            names = ["host", "port", "database", "username", "password"]
        else:
            names = ["service", "database", "username", "password"]
        self._q_parts.update(zip(names, texts, strict=False))
        if rest:
            self._q_ssl = _Ssl(int(rest[0]))
            if len(rest) > 1:
                self._q_parts["authConfigId"] = str(rest[1])

    def setDataSource(
        self, schema: str, table: str, geometryColumn: str | None, sql: str = "", keyColumn: str = ""
    ) -> None:
        """Which table."""
        self._q_parts.update(
            schema=schema, table=table, geometryColumn=geometryColumn or "", sql=sql, keyColumn=keyColumn
        )

    def clearSchema(self) -> None:
        """No schema."""
        self._q_parts["schema"] = ""

    def setUseEstimatedMetadata(self, use: bool) -> None:
        """Set it."""
        self._q_estimated = bool(use)

    def disableSelectAtId(self, disabled: bool) -> None:
        """Set it."""
        self._q_noSelectAtId = bool(disabled)

    def setWkbType(self, type: int) -> None:
        """Set the type of the geometries."""
        self._q_type = Type(int(type))

    def setSrid(self, srid: str) -> None:
        """Set the reference system."""
        self._q_srid = str(srid)

    # -- parameters

    def param(self, name: str) -> str:
        """The first value of a parameter, ''."""
        return next((value for key, value in self._q_params if key == name), "")

    def params(self, name: str) -> list[str]:
        """All values of a parameter."""
        return [value for key, value in self._q_params if key == name]

    def hasParam(self, name: str) -> bool:
        """Whether there is one."""
        return any(key == name for key, value in self._q_params)

    def setParam(self, name: str, value: Any) -> None:
        """Add a value, or several; parts of their own are set."""
        for each in [value] if isinstance(value, str) else value:
            if name in ("username", "password", "authcfg", "host", "port", "service", "dbname", "key"):
                part = {"authcfg": "authConfigId", "dbname": "database", "key": "keyColumn"}.get(name, name)
                self._q_parts[part] = each
            else:
                self._q_parameter(name, each)

    def removeParam(self, name: str) -> int:
        """@return: how many there were."""
        left = [(key, value) for key, value in self._q_params if key != name]
        removed, self._q_params = len(self._q_params) - len(left), left
        return removed

    def setEncodedUri(self, uri: Any) -> None:
        """The text of a service: C{a=b&c=d}."""
        text = uri if isinstance(uri, str) else bytes(uri).decode()
        for name, value in parse_qsl(text, keep_blank_values=True):
            self.setParam(name, value)

    def encodedUri(self) -> Any:
        """The same as a QByteArray."""
        pairs = sorted(self._q_params, key=lambda pair: pair[0])
        for name, part in (("username", "username"), ("password", "password"), ("authcfg", "authConfigId")):
            if self._q_parts[part]:
                pairs.append((name, self._q_parts[part]))
        text = "&".join(f"{quote(k)}={quote(v)}" for k, v in pairs)
        return qtModule("QtCore").QByteArray(text.encode())

    # -- texts

    def quotedTablename(self) -> str:
        """C{"schema"."table"}."""
        table, schema = self._q_parts["table"], self._q_parts["schema"]
        if schema:
            return f'"{_doubled(schema)}"."{_doubled(table)}"'
        return table if table.startswith("(") else f'"{_doubled(table)}"'

    def connectionInfo(self, expandAuthConfig: bool = True) -> str:
        """What a client of the database needs to connect."""
        part, items = self._q_parts, []
        if part["database"]:
            items.append(f"dbname='{_escaped(part['database'])}'")
        if part["service"]:
            items.append(f"service='{_escaped(part['service'])}'")
        elif part["host"]:
            items.append(f"host={part['host']}")
        if (part["service"] or part["host"]) and part["port"]:
            items.append(f"port={part['port']}")
        if part["driver"]:
            items.append(f"driver='{_escaped(part['driver'])}'")
        if part["username"]:
            items.append(f"user='{_escaped(part['username'])}'")
        if part["password"] and part["username"]:
            items.append(f"password='{_escaped(part['password'])}'")
        if self._q_ssl != _Ssl.SslPrefer:
            items.append(f"sslmode={self.encodeSslMode(self._q_ssl)}")
        if part["authConfigId"]:
            items.append(f"authcfg={part['authConfigId']}")
        return " ".join(items)

    def uri(self, expandAuthConfig: bool = True) -> str:
        """The whole text."""
        part = self._q_parts
        items = [self.connectionInfo(expandAuthConfig)] if self.connectionInfo(expandAuthConfig) else []
        if part["keyColumn"]:
            items.append(f"key='{_escaped(part['keyColumn'])}'")
        if self._q_estimated:
            items.append("estimatedmetadata=true")
        if self._q_srid:
            items.append(f"srid={self._q_srid}")
        if self._q_type not in (Type.Unknown, Type.NoGeometry):
            items.append(f"type={self._q_type.name}")
        if self._q_noSelectAtId:
            items.append("selectatid=false")
        for name, value in self._q_params:
            items.append(f"{name}='{_escaped(value)}'")
        if part["table"]:
            items.append(f"table={self.quotedTablename()}")
            if part["geometryColumn"]:
                items[-1] += f" ({part['geometryColumn']})"
        if part["sql"]:
            items.append(f"sql={part['sql']}")
        return " ".join(items)

    @staticmethod
    def decodeSslMode(text: str) -> Any:
        """A mode of its name."""
        return _MODES.get(text.replace("Ssl", "").lower(), _Ssl.SslPrefer)

    @staticmethod
    def encodeSslMode(mode: int) -> str:
        """The name of a mode."""
        return next(name for name, known in _MODES.items() if known == mode)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsDataSourceUri) and self.uri() == other.uri()

    def __hash__(self) -> int:
        return hash(self.uri())


def _addParts() -> None:
    """A method that tells each part, and one that sets it."""
    for name in _TEXT:
        if name == "sql":
            getter = None
        else:
            getter = _getter(name)
            setattr(QgsDataSourceUri, name, getter)
        setattr(QgsDataSourceUri, f"set{name[0].upper()}{name[1:]}", _setter(name))


def _getter(part: str) -> Any:
    def get(self: QgsDataSourceUri) -> str:
        return self._q_parts[part]

    get.__name__, get.__doc__ = part, f"The part C{{{part}}}, ''."
    return get


def _setter(part: str) -> Any:
    def set(self: QgsDataSourceUri, value: str) -> None:
        self._q_parts[part] = str(value)

    set.__name__, set.__doc__ = f"set{part}", f"Set the part C{{{part}}}."
    return set


_addParts()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _doubled(text: str) -> str:
    return text.replace('"', '""')
