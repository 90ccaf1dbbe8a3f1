"""Transactions on a GeoPackage, from the request to the file."""

from __future__ import annotations

from typing import Any

from lxml import etree
from twisted.internet.defer import CancelledError, Deferred
from twisted.trial.unittest import SynchronousTestCase, TestCase

from ogctwist.access.permissions import LayerPermissions
from ogctwist.project.layers import FieldSettings, WfsPublication
from ogctwist.services.wfs.editing import WriterQueue, callerIn
from ogctwist.sources.editing import EditRefused
from tests.doubles.access import FixedAccess
from tests.doubles.features import HeldPool
from tests.services.wfs.edited import UNCHANGED, EditedWfs, document, freshPath, rows
from tests.sources.editing.files import writePoints

POINT = "<qgs:geometry><gml:Point><gml:coordinates>5,6</gml:coordinates></gml:Point></qgs:geometry>"
INSERT = (
    f"<wfs:Insert><qgs:points>{POINT}<qgs:name>d</qgs:name><qgs:pop>40</qgs:pop></qgs:points></wfs:Insert>"
)
FIRST = '<ogc:Filter><ogc:FeatureId fid="points.1"/></ogc:Filter>'
DELETE = f'<wfs:Delete typeName="points">{FIRST}</wfs:Delete>'


def update(value: str, name: str = "name", condition: str = FIRST) -> str:
    """An update of one property."""
    return (
        f'<wfs:Update typeName="points"><wfs:Property><wfs:Name>{name}</wfs:Name>{value}'
        f"</wfs:Property>{condition}</wfs:Update>"
    )


def totals(root: etree._Element) -> dict[str, str]:
    """The summary of an answer."""
    return {etree.QName(e).localname: e.text for e in root.find("{*}TransactionSummary")}


def fids(root: etree._Element) -> list[str]:
    return [e.get("fid") or e.get("rid") for e in root.iter("{*}FeatureId", "{*}ResourceId")]


class TransactionCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.wfs = EditedWfs(freshPath(self.mktemp()))

    def rows(self) -> dict[int, tuple[Any, ...]]:
        return rows(self.wfs.path)

    def withAccess(self, **answers: Any) -> FixedAccess:
        access = FixedAccess(**answers)
        self.wfs.served.double.interface.registerAccessControl(access, 0)
        return access


class ActionTests(TransactionCase):
    """What each action does."""

    def test_insert(self) -> None:
        root = self.wfs.transact(INSERT)
        self.assertEqual(totals(root), {"totalInserted": "1"})
        self.assertEqual(fids(root), ["points.4"])
        self.assertEqual(self.rows(), {**UNCHANGED, 4: ("d", 40, "POINT (5 6)")})

    def test_insertedSystem(self) -> None:
        """A geometry in another system, or with latitude first, is stored in the layer's."""
        for name, text, stored in (
            ("EPSG:3857", "111319.49,222684.21", "POINT (1 2)"),
            ("urn:ogc:def:crs:EPSG::4326", "2,1", "POINT (1 2)"),
        ):
            point = f'<gml:Point srsName="{name}"><gml:coordinates>{text}</gml:coordinates></gml:Point>'
            root = self.wfs.transact(
                f"<wfs:Insert><qgs:points><qgs:geometry>{point}</qgs:geometry></qgs:points></wfs:Insert>"
            )
            (fid,) = fids(root)
            found = self.rows()[int(fid.rpartition(".")[2])][2]
            self.assertEqual([round(float(n), 6) for n in found[7:-1].split()], [1.0, 2.0], stored)

    def test_insertedKeys(self) -> None:
        """The source numbers features unless the request wants their own ids."""
        feature = '<qgs:points fid="points.77"><qgs:fid>55</qgs:fid></qgs:points>'
        self.assertEqual(fids(self.wfs.transact(f"<wfs:Insert>{feature}</wfs:Insert>")), ["points.4"])
        own = f'<wfs:Insert idgen="UseExisting">{feature}</wfs:Insert>'
        self.assertEqual(fids(self.wfs.transact(own)), ["points.55"])
        unkeyed = own.replace("<qgs:fid>55</qgs:fid>", "")
        self.assertEqual(fids(self.wfs.transact(unkeyed)), ["points.77"])
        self.assertEqual(sorted(self.rows()), [1, 2, 3, 4, 55, 77])

    def test_update(self) -> None:
        root = self.wfs.transact(update("<wfs:Value>x &amp; y</wfs:Value>"))
        self.assertEqual(totals(root), {"totalUpdated": "1"})
        self.assertEqual(self.rows(), {**UNCHANGED, 1: ("x & y", 10, "POINT (0 0)")})

    def test_sameKey(self) -> None:
        """Clients send back the key of a feature as it is."""
        properties = (
            "<wfs:Property><wfs:Name>fid</wfs:Name><wfs:Value>1</wfs:Value></wfs:Property>"
            "<wfs:Property><wfs:Name>name</wfs:Name><wfs:Value>x</wfs:Value></wfs:Property>"
        )
        self.wfs.transact(f'<wfs:Update typeName="points">{properties}{FIRST}</wfs:Update>')
        self.assertEqual(self.rows(), {**UNCHANGED, 1: ("x", 10, "POINT (0 0)")})

    def test_nothing(self) -> None:
        """No value is NULL, an empty one is an empty text."""
        self.wfs.transact(update("<wfs:Value></wfs:Value>") + update("", "pop"))
        self.assertEqual(self.rows()[1], ("", None, "POINT (0 0)"))
        self.wfs.transact(update('<wfs:Value xsi:nil="true"/>') + update("", "geometry"))
        self.assertEqual(self.rows()[1], (None, None, None))

    def test_updatedGeometry(self) -> None:
        value = "<wfs:Value><gml:Point><gml:pos>7 8</gml:pos></gml:Point></wfs:Value>"
        self.wfs.transact(update(value, "qgs:points/qgs:geometry"))
        self.assertEqual(self.rows()[1], ("a", 10, "POINT (7 8)"))

    def test_updateOfAll(self) -> None:
        """An update without a filter is one of all features, as the standard has it."""
        root = self.wfs.transact(update("<wfs:Value>x</wfs:Value>", condition=""))
        self.assertEqual(totals(root), {"totalUpdated": "3"})
        self.assertEqual({row[0] for row in self.rows().values()}, {"x"})

    def test_delete(self) -> None:
        condition = (
            "<ogc:Filter><ogc:PropertyIsGreaterThan><ogc:PropertyName>pop</ogc:PropertyName>"
            "<ogc:Literal>5</ogc:Literal></ogc:PropertyIsGreaterThan></ogc:Filter>"
        )
        root = self.wfs.transact(f'<wfs:Delete typeName="points">{condition}</wfs:Delete>')
        self.assertEqual(totals(root), {"totalDeleted": "2"})
        self.assertEqual(list(self.rows()), [3])

    def test_replace(self) -> None:
        """What the new feature does not say is gone; the id stays."""
        condition = '<fes:Filter><fes:ResourceId rid="points.2"/></fes:Filter>'
        root = self.wfs.transact(
            f"<wfs:Replace><qgs:points><qgs:name>x</qgs:name></qgs:points>{condition}</wfs:Replace>", "2.0.0"
        )
        self.assertEqual(totals(root), {"totalReplaced": "1"})
        self.assertEqual(fids(root), ["points.2"])
        self.assertEqual(self.rows(), {**UNCHANGED, 2: ("x", None, None)})

    def test_order(self) -> None:
        """Each action sees what those before it did."""
        condition = (
            "<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>name</ogc:PropertyName>"
            "<ogc:Literal>d</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>"
        )
        root = self.wfs.transact(
            INSERT
            + update("<wfs:Value>41</wfs:Value>", "pop", condition)
            + f'<wfs:Delete typeName="points">{condition}</wfs:Delete>'
            + INSERT
        )
        self.assertEqual(totals(root), {"totalInserted": "2", "totalUpdated": "1", "totalDeleted": "1"})
        self.assertEqual(sorted(row[0] for row in self.rows().values()), ["a", "b", "c", "d"])

    def test_defaults(self) -> None:
        fields = (FieldSettings("pop", default='length("name") + 1'), FieldSettings("name", excludeWfs=False))
        self.wfs.addFile("points", f"{self.wfs.path}|layername=points", fields=fields, id="points_id")
        self.wfs.transact("<wfs:Insert><qgs:points><qgs:name>abc</qgs:name></qgs:points></wfs:Insert>")
        self.assertEqual(self.rows()[4], ("abc", 4, None))

    def test_parameters(self) -> None:
        """Deletes by parameters, by POST only."""
        query = {
            "REQUEST": "Transaction",
            "OPERATION": "Delete",
            "TYPENAME": "points",
            "FEATUREID": "points.1",
        }
        self.assertEqual(self.wfs.served.get(**query).status, 400)
        self.assertEqual(self.rows(), UNCHANGED)
        body = "&".join(f"{key}={value}" for key, value in query.items()).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        delivery, _done = self.wfs.served.double.start(
            "SERVICE=WFS", method="POST", body=body, headers=headers
        )
        self.assertEqual(totals(etree.fromstring(delivery.body)), {"totalDeleted": "1"})
        self.assertEqual(sorted(self.rows()), [2, 3])

    def test_afterwards(self) -> None:
        """What was changed is what is read."""
        self.wfs.transact(DELETE)
        root = self.wfs.served.root(REQUEST="GetFeature", TYPENAME="points")
        self.assertEqual([e.text for e in root.iter("{*}name")], ["b", "c"])


class FailureTests(TransactionCase):
    """What fails, fails whole."""

    def test_rolledBack(self) -> None:
        """Actions before the one that fails did not happen either."""
        for bad, locator, message in (
            ("<wfs:Insert><qgs:nix/></wfs:Insert>", "Insert:nix", "TypeName 'nix' unknown"),
            (
                "<wfs:Insert><qgs:points><qgs:pop>many</qgs:pop></qgs:points></wfs:Insert>",
                "Insert:points",
                "Property conversion error on layer 'points'",
            ),
            (
                "<wfs:Insert><qgs:points><qgs:nix>1</qgs:nix></qgs:points></wfs:Insert>",
                "Insert:points",
                "'points' has no property 'nix'",
            ),
            (
                '<wfs:Insert handle="H"><qgs:points><qgs:geometry><gml:LineString><gml:posList>0 0 1 1'
                "</gml:posList></gml:LineString></qgs:geometry></qgs:points></wfs:Insert>",
                "H",
                "Geometry from GML error on layer insert 'points'",
            ),
            (
                update("<wfs:Value>7</wfs:Value>", "fid", ""),
                "Update:points",
                "The key 'fid' of layer 'points' cannot be changed",
            ),
            (update("<wfs:Value>x</wfs:Value>", "nix"), "Update:points", "'points' has no property 'nix'"),
            (
                '<wfs:Insert idgen="UseExisting"><qgs:points fid="points.2"/></wfs:Insert>',
                "Insert:points",
                "A constraint of the data forbids it: UNIQUE",
            ),
            (
                '<wfs:Insert idgen="UseExisting"><qgs:points/></wfs:Insert>',
                "Insert:points",
                "A feature of 'points' has no id to use",
            ),
        ):
            self.assertEqual(self.wfs.failure(INSERT + DELETE + bad), (locator, message))

    def test_refused(self) -> None:
        """Requests that are wrong as such are exceptions."""
        for actions, code in (
            (DELETE.replace("points", "nix"), 400),
            (f"{INSERT}{DELETE.replace('points', 'nix')}", 400),
            (update("<wfs:Value>x</wfs:Value>", condition="<ogc:Filter><ogc:Nonsense/></ogc:Filter>"), 400),
            (
                '<wfs:Delete typeName="points"><ogc:Filter><ogc:PropertyIsNull><ogc:PropertyName>nix'
                "</ogc:PropertyName></ogc:PropertyIsNull></ogc:Filter></wfs:Delete>",
                400,
            ),
            (INSERT * 21, 400),
        ):
            self.assertEqual(self.wfs.answer(INSERT + actions).status, code)
            self.assertEqual(self.rows(), UNCHANGED)

    def test_severalSources(self) -> None:
        """One transaction is of one source: it could not be whole over two."""
        other = writePoints(freshPath(self.mktemp()), "GPKG", "points")
        self.wfs.addFile("other", f"{other}|layername=points")
        insert = "<wfs:Insert><qgs:other/></wfs:Insert>"
        self.assertEqual(self.wfs.answer(DELETE + insert).status, 400)
        self.assertEqual(self.rows(), UNCHANGED)
        self.assertEqual(totals(self.wfs.transact(insert)), {"totalInserted": "1"})

    def test_unwritable(self) -> None:
        """Data that cannot be changed."""
        self.wfs.addFile("memory", "Point?crs=EPSG:4326", "memory")
        answer = self.wfs.answer("<wfs:Insert><qgs:memory/></wfs:Insert>")
        self.assertEqual(answer.status, 403)
        self.assertIn(b"No permissions to do WFS changes on layer 'memory'", answer.body)

    def test_busy(self) -> None:
        """A source that does not let us begin is the first action's failure."""

        class Busy:
            def begin(self) -> None:
                raise EditRefused("Somebody else is changing the data")

            def close(self) -> None:
                pass

        self.patch(self.wfs.sessions, "session", lambda layer: Busy())
        self.assertEqual(self.wfs.failure(DELETE), ("Delete:points", "Somebody else is changing the data"))


class RightsTests(TransactionCase):
    """What the project and access control allow."""

    def publish(self, **rights: bool) -> None:
        wfs = WfsPublication(published=True, **rights)
        self.wfs.addFile("points", f"{self.wfs.path}|layername=points", wfs=wfs, id="points_id")

    def test_project(self) -> None:
        """The rights of a layer; without any it is a matter of security."""
        self.publish(insert=True)
        self.assertEqual(
            self.wfs.failure(DELETE), ("Delete:points", "No permissions to do WFS deletes on layer 'points'")
        )
        self.assertEqual(totals(self.wfs.transact(INSERT)), {"totalInserted": "1"})
        self.publish()
        self.assertEqual(self.wfs.answer(INSERT).status, 403)

    def test_permissions(self) -> None:
        self.withAccess(permissions=LayerPermissions(canRead=True, canUpdate=True))
        self.assertEqual(
            self.wfs.failure(INSERT), ("Insert:points", "No permissions to do WFS inserts on layer 'points'")
        )
        self.assertEqual(totals(self.wfs.transact(update("<wfs:Value>x</wfs:Value>"))), {"totalUpdated": "1"})

    def test_unreadable(self) -> None:
        self.withAccess(permissions=LayerPermissions(canInsert=True))
        self.assertEqual(self.wfs.answer(INSERT).status, 403)

    def test_allowToEdit(self) -> None:
        """Asked before and after an update, before a delete, on an insert; about the whole feature."""
        seen: list[Any] = []

        def mayEdit(layer: Any, feature: Any) -> bool:
            seen.append((feature.id, dict(feature), feature.geometry and feature.geometry.wkt))
            return True

        self.withAccess(edit=mayEdit)
        self.wfs.transact(INSERT + update("<wfs:Value>x</wfs:Value>") + DELETE)
        self.assertEqual(
            seen,
            [
                (None, {"name": "d", "pop": 40}, "POINT (5 6)"),
                (1, {"fid": 1, "name": "a", "pop": 10}, "POINT (0 0)"),
                (1, {"fid": 1, "name": "x", "pop": 10}, "POINT (0 0)"),
                (1, {"fid": 1, "name": "x", "pop": 10}, "POINT (0 0)"),
            ],
        )

    def test_denied(self) -> None:
        """The feature before, or after, is one that must not be touched."""
        self.withAccess(edit=lambda layer, feature: feature["name"] != "a")
        denied = "Feature modify permission denied"
        self.assertEqual(self.wfs.failure(DELETE), ("Delete:points", denied))
        self.assertEqual(
            self.wfs.failure(update("<wfs:Value>x</wfs:Value>")),
            ("Update:points", f"{denied} on layer 'points'"),
        )
        second = FIRST.replace("points.1", "points.2")
        self.assertEqual(
            self.wfs.failure(update("<wfs:Value>a</wfs:Value>", condition=second))[1],
            f"{denied} on layer 'points'",
        )
        self.assertEqual(
            self.wfs.failure(INSERT.replace(">d<", ">a<")), ("Insert:points", f"{denied} on layer 'points'")
        )
        self.assertEqual(totals(self.wfs.transact(INSERT)), {"totalInserted": "1"})

    def test_invisible(self) -> None:
        """Rows that a request may not see are not changed by it."""
        self.withAccess(expression="\"name\" <> 'a'")
        self.assertEqual(totals(self.wfs.transact(DELETE)), {"totalDeleted": "0"})
        self.assertEqual(
            totals(self.wfs.transact(update("<wfs:Value>x</wfs:Value>", condition=""))), {"totalUpdated": "2"}
        )
        self.assertEqual([row[0] for row in self.rows().values()], ["a", "x", "x"])

    def test_hidden(self) -> None:
        """A filter cannot find out about attributes that are hidden; what decides sees them."""
        seen: list[Any] = []
        self.withAccess(
            attributes=lambda layer, names: [name for name in names if name != "pop"],
            edit=lambda layer, feature: bool(seen.append(feature["pop"])) or True,
        )
        condition = (
            "<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>pop</ogc:PropertyName>"
            "<ogc:Literal>10</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>"
        )
        self.assertEqual(
            self.wfs.answer(f'<wfs:Delete typeName="points">{condition}</wfs:Delete>').status, 400
        )
        self.assertEqual(self.rows(), UNCHANGED)
        self.wfs.transact(DELETE)
        self.assertEqual(seen, [10])

    def test_excluded(self) -> None:
        """An attribute that the project keeps out of WFS is not written either."""
        fields = (FieldSettings("pop", excludeWfs=True),)
        self.wfs.addFile("points", f"{self.wfs.path}|layername=points", fields=fields, id="points_id")
        failure = self.wfs.failure(update("<wfs:Value>1</wfs:Value>", "pop"))
        self.assertEqual(failure[1], "'points' has no property 'pop'")

    def test_computed(self) -> None:
        """Clients send back virtual attributes with new features; they cannot be changed."""
        fields = (FieldSettings("twice", expression='"pop" * 2', typeCode=2),)
        self.wfs.addFile("points", f"{self.wfs.path}|layername=points", fields=fields, id="points_id")
        self.wfs.transact("<wfs:Insert><qgs:points><qgs:twice>3</qgs:twice></qgs:points></wfs:Insert>")
        self.assertEqual(len(self.rows()), 4)
        root = self.wfs.transact(update("<wfs:Value>1</wfs:Value>", "twice"))
        self.assertEqual(root.findtext(".//{*}Message"), "'points' has no property 'twice'")


class ReportTests(TransactionCase):
    """The answers of each version."""

    def test_10(self) -> None:
        root = self.wfs.transact(INSERT.replace("<wfs:Insert>", '<wfs:Insert handle="H">') + INSERT, "1.0.0")
        self.assertEqual(etree.QName(root).localname, "WFS_TransactionResponse")
        self.assertEqual(root.get("version"), "1.0.0")
        results = root.findall("{*}InsertResult")
        self.assertEqual([result.get("handle") for result in results], ["H", None])
        self.assertEqual(fids(root), ["points.4", "points.5"])
        self.assertIsNotNone(root.find("{*}TransactionResult/{*}Status/{*}SUCCESS"))

    def test_10Failure(self) -> None:
        root = self.wfs.transact(INSERT + update("<wfs:Value>x</wfs:Value>", "nix"), "1.0.0")
        self.assertEqual([etree.QName(e).localname for e in root], ["TransactionResult"])
        result = root[0]
        self.assertIsNotNone(result.find("{*}Status/{*}ERROR"))
        self.assertEqual(result.findtext("{*}Locator"), "Update:points")
        self.assertEqual(result.findtext("{*}Message"), "'points' has no property 'nix'")
        self.assertEqual(self.rows(), UNCHANGED)

    def test_11Failure(self) -> None:
        root = self.wfs.transact(INSERT + update("<wfs:Value>x</wfs:Value>", "nix"))
        self.assertEqual(totals(root), {"totalInserted": "0", "totalUpdated": "0"})
        self.assertEqual(fids(root), [])

    def test_20(self) -> None:
        condition = '<fes:Filter><fes:ResourceId rid="points.1"/></fes:Filter>'
        change = update("<wfs:Value>x</wfs:Value>", condition=condition).replace(
            "wfs:Name", "wfs:ValueReference"
        )
        delete = DELETE.replace(FIRST, condition.replace(".1", ".2"))
        root = self.wfs.transact(INSERT + change + delete, "2.0.0")
        self.assertEqual(root.tag, "{http://www.opengis.net/wfs/2.0}TransactionResponse")
        self.assertEqual(totals(root), {"totalInserted": "1", "totalUpdated": "1", "totalDeleted": "1"})
        kinds = [etree.QName(e).localname for e in root]
        self.assertEqual(kinds, ["TransactionSummary", "InsertResults", "UpdateResults"])
        self.assertEqual(fids(root), ["points.4", "points.1"])

    def test_20Failure(self) -> None:
        """An exception report there."""
        answer = self.wfs.answer(INSERT + update("<wfs:Value>x</wfs:Value>", "nix"), "2.0.0")
        self.assertEqual(answer.status, 403)
        (exception,) = etree.fromstring(answer.body).iter("{*}Exception")
        self.assertEqual(exception.get("exceptionCode"), "OperationProcessingFailed")
        self.assertEqual(exception.get("locator"), "Update:points")
        self.assertEqual(self.rows(), UNCHANGED)


class CancelTests(SynchronousTestCase):
    def test_abandoned(self) -> None:
        """A client that goes before the commit: nothing happened."""
        held = HeldPool()
        wfs = EditedWfs(freshPath(self.mktemp()), editPool=held)
        _delivery, done = wfs.served.start(document(INSERT), VERSION="1.1.0")
        held.work()
        ((_answer, carryOut, arguments),) = held.waiting
        done.cancel()
        done.addErrback(lambda _: None)
        with self.assertRaises(CancelledError):
            carryOut(*arguments)
        self.assertEqual(rows(wfs.path), UNCHANGED)


class QueueTests(SynchronousTestCase):
    def test_turns(self) -> None:
        """One after another at each source; a place that is given up is nobody's."""
        queue, log = WriterQueue(), []

        def enter(source: str, name: str) -> tuple[Deferred[None], Deferred[None]]:
            leave: Deferred[None] = Deferred()

            async def stay() -> None:
                async with queue.turn(source):
                    log.append(name)
                    await leave

            return Deferred.fromCoroutine(stay()), leave

        (_first, leaveFirst), (second, _), (_third, leaveThird) = (enter("a", n) for n in ("1", "2", "3"))
        (_other, leaveOther) = enter("b", "other")
        self.assertEqual(log, ["1", "other"])
        second.addErrback(lambda failure: failure.trap(CancelledError))
        second.cancel()
        leaveFirst.callback(None)
        self.assertEqual(log, ["1", "other", "3"])
        leaveThird.callback(None)
        leaveOther.callback(None)
        self.assertEqual(queue._locks, {})


class CallerTests(TestCase):
    """With a real reactor."""

    def test_called(self) -> Any:
        from twisted.internet import reactor
        from twisted.internet.threads import deferToThread
        from twisted.python.threadable import isInIOThread

        call = callerIn(reactor)  # type: ignore[arg-type]

        async def where() -> bool:
            return bool(isInIOThread())

        async def failing() -> None:
            raise EditRefused("no")

        def work() -> None:
            self.assertTrue(call(where))
            self.assertRaises(EditRefused, call, failing)

        return deferToThread(work)
