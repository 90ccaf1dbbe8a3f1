# -*- test-case-name: tests.services.wfs.test_transaction -*-
"""
Transaction (OGC 02-058, 11; 04-094, 12; 09-025r2, 15): by POST only, whole or not at all.

Everything happens in one session on one data source, in a thread of its own: what is not committed
when it ends, for whatever reason, did not happen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twisted.internet.defer import CancelledError
from twisted.logger import Logger

from ogctwist.access.view import ProjectView
from ogctwist.interfaces import OWSException
from ogctwist.ows.exceptions import InvalidParameterValue, SecurityException, quoted
from ogctwist.ows.xml import localName
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.variables import layerContext
from ogctwist.services.wfs.actions import (
    Abandoned,
    ActionFailed,
    ActionRunner,
    EditedType,
    MayEdit,
    Outcome,
)
from ogctwist.services.wfs.editing import Editing
from ogctwist.services.wfs.exceptions import RequestNotWellFormed, readDenied, unknownType
from ogctwist.services.wfs.featuretypes import publishedTypes
from ogctwist.services.wfs.getcapabilities import CONTENT_TYPE, operationsOn
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.transactionkvp import transactionFromParameters
from ogctwist.services.wfs.transactionreport import transactionReport
from ogctwist.services.wfs.transactions import Action, ActionKind, Transaction
from ogctwist.services.wfs.transactionxml import transactionFromDocument
from ogctwist.services.wfs.versions import WfsVersion
from ogctwist.sources.editing import EditRefused
from ogctwist.sources.reader import IsCancelled

log = Logger()


class TransactionFailed(OWSException):
    """A Transaction of WFS 2.0 that cannot be carried out (OGC 09-025r2, 15.4)."""

    code = "OperationProcessingFailed"
    status = 403


class TransactionOperation:
    """Carries out Transaction for one version."""

    def __init__(self, version: WfsVersion, kit: WfsKit):
        assert kit.editing is not None
        self._version = version
        self._kit = kit
        self._editing: Editing = kit.editing

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Change features, and say what was changed."""
        wanted = self._decoded(request)
        types = await self._typesOf(request, project, wanted)
        outcomes: Sequence[Outcome] = ()
        failure = None
        try:
            outcomes = await self._carryOut(wanted, *types)
        except ActionFailed as error:
            if self._version.isTwo:
                raise TransactionFailed(error.message, locator=error.locator) from error
            failure = error
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(transactionReport(wanted, outcomes, failure))

    def _decoded(self, request: ServiceRequest) -> Transaction:
        if request.method != "POST":
            raise RequestNotWellFormed("Transaction is by POST only", locator="REQUEST")
        document = request.document
        if document is not None and localName(document) == "Transaction":
            return transactionFromDocument(document, self._version, self._kit.mostActions)
        return transactionFromParameters(request.parameters, self._version, self._kit.mostActions)

    async def _typesOf(
        self, request: ServiceRequest, project: Project, wanted: Transaction
    ) -> tuple[dict[str, EditedType], ProjectView]:
        """
        The types that the actions name, as far as there are such.

        @raise OWSException: one cannot be updated or deleted from because there is none, or must
            not be changed at all.
        """
        published = publishedTypes(project)
        names = {}
        for action in wanted.actions:
            for name in (action.typeName, *(feature.typeName for feature in action.features)):
                if name not in published and action.kind is not ActionKind.INSERT:
                    raise unknownType(name)
                names[name] = published.get(name)
        layers = {name: layer for name, layer in names.items() if layer is not None}
        view = await request.view(project, [layer.id for layer in layers.values()])
        if any(layer.id in view.denied for layer in layers.values()):
            raise readDenied()
        return {name: _editedType(project, view, name, layer) for name, layer in layers.items()}, view

    async def _carryOut(
        self, wanted: Transaction, types: Mapping[str, EditedType], view: ProjectView
    ) -> list[Outcome]:
        if not types:
            raise _unknown(wanted.actions[0])
        layers = [edited.layer for edited in types.values()]
        editing = self._editing
        try:
            sources = await editing.pool.run(lambda: {editing.sessions.sourceOf(layer) for layer in layers})
        except EditRefused as error:
            log.warn("{layers}: {reason}", layers=[layer.id for layer in layers], reason=str(error))
            raise changesDenied(next(iter(types))) from error
        if len(sources) > 1:
            raise InvalidParameterValue(
                "The layers of a Transaction have to be of one data source", locator="typeName"
            )
        async with editing.queue.turn(sources.pop()):
            return await editing.pool.runCancellable(_carriedOut, editing, wanted, types, self._mayEdit(view))

    def _mayEdit(self, view: ProjectView) -> MayEdit | None:
        """How a thread asks access control."""
        if not view.watchesEdits:
            return None
        call = self._editing.inReactor
        return lambda layer, feature: bool(call(lambda: view.allowToEdit(layer.id, feature)))


def _editedType(project: Project, view: ProjectView, name: str, layer: Layer) -> EditedType:
    """
    @raise SecurityException: nothing may be done with it but read it.
    """
    entry = view.layer(layer.id)
    rights = frozenset(operationsOn(layer, entry.permissions)) - {"Query"}
    if not rights:
        raise changesDenied(name)
    assert entry.restriction is not None
    return EditedType(name, layer, rights, entry.restriction, layerContext(project, layer))


def changesDenied(name: str) -> SecurityException:
    """A layer must not be changed."""
    return SecurityException(f"No permissions to do WFS changes on layer '{name}'")


def _unknown(action: Action) -> ActionFailed:
    return ActionFailed(action.locator, f"TypeName '{quoted(action.typeName)}' unknown")


def _carriedOut(
    editing: Editing,
    wanted: Transaction,
    types: Mapping[str, EditedType],
    mayEdit: MayEdit | None,
    isCancelled: IsCancelled,
) -> list[Outcome]:
    """
    Carry out all actions, in a thread.

    @raise ActionFailed: one fails, and so nothing was changed.
    """
    session = editing.sessions.session(next(iter(types.values())).layer)
    try:
        action = wanted.actions[0]
        try:
            session.begin()
            runner = ActionRunner(wanted.version, types, session, mayEdit, isCancelled)
            outcomes = []
            for action in wanted.actions:
                outcomes.append(runner.run(action))
            if isCancelled():
                raise CancelledError
            moved = session.commit()
        except EditRefused as error:
            raise ActionFailed(action.locator, str(error)) from error
        except Abandoned:
            raise CancelledError from None
    finally:
        session.close()
    for outcome in outcomes:
        outcome.ids = [(name, moved.get(identifier, identifier)) for name, identifier in outcome.ids]
    return outcomes
