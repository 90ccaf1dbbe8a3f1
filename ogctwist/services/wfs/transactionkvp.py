# -*- test-case-name: tests.services.wfs.test_transactionxml -*-
"""Transaction out of parameters (OGC 04-094, 14.7.5): deletes only."""

from __future__ import annotations

from ogctwist.ows.exceptions import InvalidParameterValue, quoted
from ogctwist.ows.parameters import Parameters
from ogctwist.services.wfs.exceptions import RequestNotWellFormed
from ogctwist.services.wfs.featuretypes import localTypeName
from ogctwist.services.wfs.querykvp import queriesOf
from ogctwist.services.wfs.transactions import Action, ActionKind, Transaction
from ogctwist.services.wfs.versions import WfsVersion


def transactionFromParameters(parameters: Parameters, version: WfsVersion, mostActions: int) -> Transaction:
    """
    @raise OWSException: it is no delete, or names no features: nothing named is never everything.
    """
    operation = parameters.text("OPERATION").strip()
    if operation.lower() != "delete":
        raise RequestNotWellFormed(
            f"OPERATION has to be Delete, not '{quoted(operation)}'", locator="OPERATION"
        )
    queries = queriesOf(parameters)
    if any(q.ids is None and q.filter is None and q.bbox is None and not q.expression for q in queries):
        raise RequestNotWellFormed("Delete takes FEATUREID, FILTER, EXP_FILTER or BBOX")
    if len(queries) > mostActions:
        raise RequestNotWellFormed(f"A Transaction has {mostActions} actions at most")
    release = parameters.text("RELEASEACTION", "ALL").upper()
    if release not in ("ALL", "SOME"):
        raise InvalidParameterValue("RELEASEACTION has to be ALL or SOME", locator="RELEASEACTION")
    actions = tuple(
        Action(ActionKind.DELETE, localTypeName(query.typeName), query=query, srsName=query.srsName)
        for query in queries
    )
    return Transaction(version, actions, lockId=parameters.text("LOCKID"), releasesAll=release == "ALL")
