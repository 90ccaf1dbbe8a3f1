# -*- test-case-name: tests.sources.test_postgis_database -*-
"""
A connection of psycopg whose statements end when nobody waits for them.

The only module that imports psycopg at its top: the server runs without it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus

from ogctwist.sources.reader import IsCancelled, never

Error = psycopg.Error
OperationalError = psycopg.OperationalError

#: Seconds between two looks at whether the work was cancelled.
_INTERVAL = 0.05
_CANCEL_SECONDS = 5.0

#: What the statements here take for granted, whatever the server's defaults are.
_SESSION = {
    "standard_conforming_strings": "on",
    "DateStyle": "ISO, MDY",
    "synchronize_seqscans": "off",  # the pages of one table must not begin anywhere
    "jit": "off",  # compiling takes longer than most answers
}


class WatchedConnection(psycopg.Connection[Any]):
    """
    @ivar isCancelled: asked while the server works; when it is true the running
        statement is cancelled on the server and fails.
    """

    isCancelled: IsCancelled = staticmethod(never)

    def wait(  # type: ignore[override]
        self, gen: Any, interval: float = _INTERVAL, **options: Any
    ) -> Any:
        """See C{psycopg.Connection.wait}: every exchange with the server comes by here."""
        watched = gen if self.isCancelled is never else self._watched(gen)
        return super().wait(watched, interval, **options)

    def _watched(self, exchange: Any) -> Generator[Any, Any, Any]:
        """The exchange, with a look at C{isCancelled} whenever it waited."""
        isAsked = False
        try:
            state = next(exchange)
            while True:
                ready = yield state
                if not isAsked and self.isCancelled():
                    isAsked = True
                    self._cancelStatement()
                state = exchange.send(ready)
        except StopIteration as end:
            return end.value

    def _cancelStatement(self) -> None:
        cancel = getattr(self, "cancel_safe", None)
        if cancel is None:  # psycopg 3.1
            self.cancel()
        else:
            cancel(timeout=_CANCEL_SECONDS)

    @property
    def isReusable(self) -> bool:
        """Whether another transaction can begin on it."""
        return not self.closed and self.info.transaction_status == TransactionStatus.IDLE

    @property
    def isActive(self) -> bool:
        """Whether it is in a transaction in which nothing failed."""
        return not self.closed and self.info.transaction_status == TransactionStatus.INTRANS

    @property
    def isOpen(self) -> bool:
        """Whether a transaction can be ended on it."""
        return not self.closed and self.info.transaction_status in (
            TransactionStatus.INTRANS,
            TransactionStatus.INERROR,
        )


def connect(conninfo: Mapping[str, str], statementTimeout: float) -> WatchedConnection:
    """
    A new connection.  Nothing is prepared on it, so that poolers between may share connections.

    @param statementTimeout: seconds that one statement may take on the server.
    @raise Error: of psycopg.
    """
    connection = WatchedConnection.connect(
        make_conninfo(**conninfo, client_encoding="UTF8"), autocommit=True, prepare_threshold=None
    )
    milliseconds = str(int(statementTimeout * 1000))
    settings = {
        **_SESSION,
        "statement_timeout": milliseconds,
        # one that a client who takes nothing holds open for ever keeps the server from tidying up
        "idle_in_transaction_session_timeout": str(10 * int(milliseconds)),
    }
    calls = ", ".join(["set_config(%s, %s, false)"] * len(settings))
    try:
        connection.execute(f"SELECT {calls}", [part for item in settings.items() for part in item])
    except BaseException:
        connection.close()
        raise
    return connection
