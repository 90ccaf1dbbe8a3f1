# -*- test-case-name: tests.services.wfs.test_transaction -*-
"""What a Transaction came to (OGC 02-058, 11.3; 04-094, 12.3; 09-025r2, 15.3)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from ogctwist.services.wfs.actions import ActionFailed, Outcome
from ogctwist.services.wfs.transactions import ActionKind, Transaction
from ogctwist.services.wfs.versions import XSI, WfsVersion
from ogctwist.services.xmldocuments import Writer, serialised


def transactionReport(
    wanted: Transaction, outcomes: Sequence[Outcome], failure: ActionFailed | None
) -> bytes:
    """
    The document.

    @param outcomes: of all actions; empty when one failed.
    """
    if wanted.version.isTwo:
        return _report20(wanted, outcomes)
    if wanted.version.number == "1.0.0":
        return _report10(wanted, outcomes, failure)
    return _report11(wanted, outcomes, failure)


def _root(version: WfsVersion, name: str) -> tuple[Writer, etree._Element]:
    prefix = "fes" if version.isTwo else "ogc"
    spaces: dict[str | None, str] = {None: version.wfs, "xsi": XSI, prefix: version.filter}
    writer = Writer(spaces)
    root = etree.Element(writer.tag(name), nsmap=spaces)
    root.set("version", version.number)
    root.set(f"{{{XSI}}}schemaLocation", f"{version.wfs} {version.schema}")
    return writer, root


def _report10(wanted: Transaction, outcomes: Sequence[Outcome], failure: ActionFailed | None) -> bytes:
    writer, root = _root(wanted.version, "WFS_TransactionResponse")
    for outcome in outcomes:
        if outcome.action.kind is ActionKind.INSERT:
            result = writer.add(root, "InsertResult", **_handle(outcome))
            for name, identifier in outcome.ids:
                writer.add(result, "ogc:FeatureId", fid=f"{name}.{identifier}")
    result = writer.add(root, "TransactionResult", **({"handle": wanted.handle} if wanted.handle else {}))
    writer.addPath(result, "Status", "SUCCESS" if failure is None else "ERROR")
    if failure is not None:
        writer.add(result, "Locator", failure.locator)
        writer.add(result, "Message", failure.message)
    return serialised(root)


def _handle(outcome: Outcome) -> dict[str, str]:
    return {"handle": outcome.action.handle} if outcome.action.handle else {}


_TOTALS = (
    (ActionKind.INSERT, "totalInserted"),
    (ActionKind.UPDATE, "totalUpdated"),
    (ActionKind.REPLACE, "totalReplaced"),
    (ActionKind.DELETE, "totalDeleted"),
)


def _appendSummary(
    writer: Writer, root: etree._Element, wanted: Transaction, outcomes: Sequence[Outcome]
) -> None:
    """Totals of those kinds of action that were asked for."""
    summary = writer.add(root, "TransactionSummary")
    for kind, name in _TOTALS:
        if any(action.kind is kind for action in wanted.actions):
            total = sum(len(outcome.ids) for outcome in outcomes if outcome.action.kind is kind)
            writer.add(summary, name, str(total))


def _report11(wanted: Transaction, outcomes: Sequence[Outcome], failure: ActionFailed | None) -> bytes:
    writer, root = _root(wanted.version, "TransactionResponse")
    _appendSummary(writer, root, wanted, outcomes)
    if failure is not None:
        results = writer.add(root, "TransactionResults")
        action = writer.add(results, "Action", locator=failure.locator)
        writer.add(action, "Message", failure.message)
    _appendFeatures(writer, root, outcomes, ActionKind.INSERT, "InsertResults", "ogc:FeatureId", "fid")
    return serialised(root)


def _appendFeatures(
    writer: Writer,
    root: etree._Element,
    outcomes: Sequence[Outcome],
    kind: ActionKind,
    name: str,
    idElement: str,
    idAttribute: str,
) -> None:
    """The ids of the features of one kind of action, if there are some."""
    done = [outcome for outcome in outcomes if outcome.action.kind is kind and outcome.ids]
    if not done:
        return
    results = writer.add(root, name)
    for outcome in done:
        for typeName, identifier in outcome.ids:
            feature = writer.add(results, "Feature", **_handle(outcome))
            writer.add(feature, idElement, **{idAttribute: f"{typeName}.{identifier}"})


def _report20(wanted: Transaction, outcomes: Sequence[Outcome]) -> bytes:
    """A failure is an exception report there."""
    writer, root = _root(wanted.version, "TransactionResponse")
    _appendSummary(writer, root, wanted, outcomes)
    for kind, name in (
        (ActionKind.INSERT, "InsertResults"),
        (ActionKind.UPDATE, "UpdateResults"),
        (ActionKind.REPLACE, "ReplaceResults"),
    ):
        _appendFeatures(writer, root, outcomes, kind, name, "fes:ResourceId", "rid")
    return serialised(root)
