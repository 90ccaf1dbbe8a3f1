"""Several access-control filters, combined: plugin_semantics 8 and 9, with their recommendations."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.access.control import NOTHING, AccessControl, closesWhatItOpens
from ogctwist.access.permissions import LayerPermissions
from ogctwist.expression import Expression
from ogctwist.ows.exceptions import SecurityException
from ogctwist.project.layers import DataSource, Layer, LayerKind
from ogctwist.server.hooks import HookCaller
from ogctwist.server.registrations import Registrations
from ogctwist.sources.query import UNRESTRICTED
from tests.doubles.access import FixedAccess
from tests.doubles.server import MemoryCatalogue, projectOf, vectorLayer

LAYER = vectorLayer("points", "name", "role")
PROJECT = projectOf("/p.qgs", LAYER, vectorLayer("other", "name"))


class ControlCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.catalogue = MemoryCatalogue()
        self.registrations: Registrations = Registrations()
        self.control = AccessControl(self.registrations, HookCaller(self.clock, 10), self.catalogue)

    def register(self, *filters: FixedAccess) -> None:
        for priority, each in enumerate(filters):
            self.registrations.add(each, priority, "plugin")

    def request(self) -> Any:
        return self.control.forRequest(SimpleNamespace(requestId="r"))

    def start(self, *layerIds: str, request: Any = None, contents: bool = True) -> Deferred:
        access = request or self.request()
        return Deferred.fromCoroutine(access.view(PROJECT, layerIds or ("points",), contents))

    def view(self, *layerIds: str, **named: Any) -> Any:
        return self.successResultOf(self.start(*layerIds, **named))

    def layer(self, **named: Any) -> Any:
        return self.view(**named).layer("points")


class CombinationTests(ControlCase):
    def test_withoutFiltersNothingIsRestricted(self) -> None:
        self.catalogue.fields["points"] = None
        entry = self.layer()
        self.assertEqual(entry.permissions, LayerPermissions.all())
        self.assertIs(entry.restriction, UNRESTRICTED)

    def test_aPermissionNeedsAllFilters(self) -> None:
        self.register(
            FixedAccess(LayerPermissions(True, True, False, True)),
            FixedAccess(LayerPermissions(True, False, True, True)),
        )
        self.assertEqual(self.layer().permissions, LayerPermissions(True, False, False, True))

    def test_afterADenyNobodyIsAsked(self) -> None:
        later = FixedAccess()
        self.register(FixedAccess(LayerPermissions()), later)
        view = self.view()
        self.assertEqual(view.denied, {"points"})
        self.assertEqual(later.asked, [])

    def test_expressionsAreJoinedAsTrees(self) -> None:
        self.register(
            FixedAccess(expression="name = 'a' OR name = 'b'"),
            FixedAccess(),
            FixedAccess(expression="role = 'x'"),
        )
        expected = Expression.parse("(name = 'a' OR name = 'b') AND role = 'x'")
        self.assertEqual(str(self.layer().restriction.rowFilter), str(expected))

    def test_anExpressionCannotCloseABracket(self) -> None:
        self.register(FixedAccess(expression="role = 'x'"), FixedAccess(expression="1 = 1) OR (1 = 1"))
        self.assertEqual(self.layer().restriction.rowFilter, NOTHING)
        self.flushLoggedErrors()

    def test_subsetStringsAreJoinedInBrackets(self) -> None:
        self.register(
            FixedAccess(subset="a = 1 OR b = 2"), FixedAccess(subset=None), FixedAccess(subset="c = ')'")
        )
        self.assertEqual(self.layer().restriction.subset, "(a = 1 OR b = 2) AND (c = ')')")

    def test_aSubsetStringAloneIsLeftAsItIs(self) -> None:
        self.register(FixedAccess(subset="a = 1"))
        self.assertEqual(self.layer().restriction.subset, "a = 1")

    def test_aSubsetStringThatBreaksOutMeansNoFeatures(self) -> None:
        self.register(FixedAccess(subset="a = 1) OR (1 = 1"))
        self.assertEqual(self.layer().restriction.rowFilter, NOTHING)

    def test_attributesAreChained(self) -> None:
        second = []

        def note(layer, names):
            second.append(list(names))
            return names

        self.register(
            FixedAccess(attributes=lambda layer, names: [n for n in names if n != "role"]),
            FixedAccess(attributes=note),
        )
        self.assertEqual(self.layer().restriction.hiddenFields, {"role"})
        self.assertEqual(second, [["name"]])

    def test_attributesOfTheSourceThatTheProjectDoesNotKnowAreAskedFor(self) -> None:
        self.catalogue.fields["points"] = ["name", "added_later"]
        self.register(FixedAccess(attributes=lambda layer, names: ["name"]))
        self.assertEqual(self.layer().restriction.hiddenFields, {"role", "added_later"})

    def test_inventedAttributesCountForNothing(self) -> None:
        self.register(
            FixedAccess(attributes=lambda layer, names: ["name"]),
            FixedAccess(attributes=lambda layer, names: ["name", "role", "invented"]),
        )
        self.assertEqual(self.layer().restriction.hiddenFields, {"role"})

    def test_fieldsAreSpelledAsTheSourceHasThem(self) -> None:
        self.register(FixedAccess(expression="ROLE = 'x'"))
        self.assertEqual(self.layer().restriction.rowFilter.fields, {"role"})

    def test_aRasterIsAskedForPermissionsOnly(self) -> None:
        raster = Layer("dem", "dem", LayerKind.RASTER, DataSource("gdal", "dem.tif"))
        project = projectOf("/r.qgs", raster)
        asking = FixedAccess()
        self.register(asking)
        view = self.successResultOf(Deferred.fromCoroutine(self.request().view(project, ["dem"])))
        self.assertEqual(view.layer("dem").restriction, UNRESTRICTED)
        self.assertEqual(asking.asked, [("layerPermissions", "dem")])

    def test_permissionsAloneForCapabilities(self) -> None:
        asking = FixedAccess()
        self.register(asking)
        view = self.view(contents=False)
        self.assertEqual(asking.asked, [("layerPermissions", "points")])
        self.assertRaises(LookupError, view.features, "points")

    def test_allowToEditNeedsAll(self) -> None:
        self.register(FixedAccess(), FixedAccess(edit=lambda layer, feature: succeed(feature["ok"])))
        view = self.view()
        self.assertTrue(self.successResultOf(view.allowToEdit("points", {"ok": True})))
        self.assertFalse(self.successResultOf(view.allowToEdit("points", {"ok": False})))


class MemoryTests(ControlCase):
    def test_askedOncePerRequestAndLayer(self) -> None:
        asking = FixedAccess()
        self.register(asking)
        request = self.request()
        for _ in range(3):
            self.view("points", "other", "points", request=request)
        self.view("points", request=request, contents=False)
        self.assertEqual(len(asking.asked), len(set(asking.asked)))
        self.assertEqual(len(asking.asked), 8)
        self.view("points")
        self.assertEqual(len(asking.asked), 12)

    def test_layersAndHooksAreAskedAtTheSameTime(self) -> None:
        pending: list[Deferred] = []

        def later(answer):
            def ask(*arguments):
                pending.append(Deferred())
                return pending[-1].addCallback(lambda _: answer)

            return ask

        self.register(FixedAccess(later(LayerPermissions.all()), later("name = 'a'"), later("")))
        view = self.start("points", "other")
        self.assertEqual(len(pending), 2)
        for each in pending[:2]:
            each.callback(None)
        self.assertEqual(len(pending), 6)
        for each in pending[2:]:
            each.callback(None)
        self.assertEqual(
            self.successResultOf(view).layer("points").restriction.rowFilter, Expression.parse("name = 'a'")
        )

    def test_twoWaitersShareOneQuestion(self) -> None:
        pending: Deferred = Deferred()
        self.register(FixedAccess(permissions=lambda layer: pending))
        request = self.request()
        first, second = self.start(request=request), self.start(request=request)
        first.cancel()
        self.failureResultOf(first)
        self.assertNoResult(second)
        pending.callback(LayerPermissions.readOnly())
        self.assertEqual(
            self.successResultOf(second).layer("points").permissions, LayerPermissions.readOnly()
        )

    def test_whenNobodyWaitsTheQuestionIsWithdrawn(self) -> None:
        cancelled = []
        self.register(FixedAccess(permissions=lambda layer: Deferred(lambda d: cancelled.append(1))))
        waiting = self.start()
        waiting.cancel()
        self.failureResultOf(waiting)
        self.assertEqual(cancelled, [1])
        self.assertEqual(self.clock.getDelayedCalls(), [])


class LatencyTests(ControlCase):
    def test_fiftyRequestsOverTwentyLayersWaitForThreeRoundsOnly(self) -> None:
        """Each hook takes 100 ms, as one that asks another server does."""

        def slowly(answer):
            def ask(*arguments):
                waiting: Deferred = Deferred()
                self.clock.callLater(
                    0.1, waiting.callback, answer(*arguments) if callable(answer) else answer
                )
                return waiting

            return ask

        self.register(
            FixedAccess(
                slowly(LayerPermissions.all()),
                slowly("name = 'a'"),
                slowly(""),
                slowly(lambda layer, names: names),
            )
        )
        layers = [vectorLayer(f"layer{n}", "name") for n in range(20)]
        project = projectOf("/big.qgs", *layers)
        views = [Deferred.fromCoroutine(self.request().view(project, project.layers)) for _ in range(50)]
        self.clock.pump([0.1, 0.1, 0.1])
        for view in views:
            self.assertEqual(self.successResultOf(view).denied, frozenset())


class FailureTests(ControlCase):
    """What goes wrong denies."""

    def raising(self, *arguments: Any) -> Any:
        raise ZeroDivisionError("secret")

    def test_permissions(self) -> None:
        sloppy = LayerPermissions.all()
        sloppy.canRead = "yes"  # type: ignore[assignment]
        for answer in (self.raising, None, lambda layer: None, True, sloppy, lambda layer: Deferred(), {}):
            self.setUp()
            filter = FixedAccess()
            filter.permissions = answer
            self.register(filter)
            waiting = self.start()
            self.clock.advance(11)
            view = self.successResultOf(waiting)
            self.assertEqual((answer, view.denied), (answer, {"points"}))
            self.assertEqual(view.layer("points").restriction.rowFilter, NOTHING)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.flushLoggedErrors()

    def test_rows(self) -> None:
        for expression in (self.raising, 7, b"1", "name = ", "missing_field = 1", "no_such_function()"):
            self.setUp()
            self.register(FixedAccess(expression=expression))
            self.assertEqual((expression, self.layer().restriction.rowFilter), (expression, NOTHING))
        self.flushLoggedErrors()

    def test_subsets(self) -> None:
        for subset in (self.raising, 7, "a = 1; DROP TABLE x", "a = 1 -- ", "a = '", "(a"):
            self.setUp()
            self.register(FixedAccess(subset=subset))
            self.assertEqual((subset, self.layer().restriction.rowFilter), (subset, NOTHING))
        self.flushLoggedErrors()

    def test_attributes(self) -> None:
        for attributes in (
            self.raising,
            lambda layer, names: None,
            lambda layer, names: "name",
            lambda *a: [1],
        ):
            self.setUp()
            self.register(FixedAccess(attributes=attributes))
            restriction = self.layer().restriction
            self.assertEqual(restriction.rowFilter, NOTHING)
            self.assertEqual(restriction.hiddenFields, {"name", "role"})
        self.flushLoggedErrors()

    def test_aSourceThatCannotBeDescribed(self) -> None:
        self.catalogue.fields["points"] = None
        self.register(FixedAccess())
        self.assertEqual(self.layer().restriction.rowFilter, NOTHING)
        self.flushLoggedErrors()

    def test_edits(self) -> None:
        for edit in (self.raising, None, 1, "yes"):
            self.setUp()
            filter = FixedAccess()
            filter.edit = edit
            self.register(filter)
            self.assertFalse(self.successResultOf(self.view().allowToEdit("points", {})))
        self.flushLoggedErrors()

    def test_anOwsExceptionIsTheAnswer(self) -> None:
        def refuse(layer):
            raise SecurityException("log in first", status=401)

        self.register(FixedAccess(permissions=refuse))
        failure = self.failureResultOf(self.start("points", "other"), SecurityException)
        self.assertEqual(failure.value.status, 401)


class CacheKeyTests(ControlCase):
    def key(self) -> Any:
        return self.successResultOf(Deferred.fromCoroutine(self.request().cacheKey()))

    def test_withoutFilters(self) -> None:
        self.assertEqual(self.key(), "")

    def test_allKeysCount(self) -> None:
        self.register(FixedAccess(key="a"), FixedAccess(key=lambda: succeed("b")))
        both = self.key()
        self.setUp()
        self.register(FixedAccess(key='a","b'))
        self.assertNotEqual(self.key(), both)

    def test_anEmptyKeyOfAnyForbidsCaching(self) -> None:
        for empty in ("", None, 7, lambda: 1 / 0):
            self.setUp()
            first = FixedAccess()
            first.key = empty
            self.register(first, FixedAccess(key="b"))
            self.assertIs(self.key(), None)
        self.flushLoggedErrors()


class SubsetTextTests(SynchronousTestCase):
    def test_sound(self) -> None:
        for sql in ("", "a = 1", "a IN (1, (2))", "a = ')'", "a = 'it''s -- ; ('", '"odd(name" = 1'):
            self.assertTrue(closesWhatItOpens(sql), sql)

    def test_unsound(self) -> None:
        for sql in (")", "(", ")(", "a = 1) OR (1 = 1", "a = 'x", "a; b", "a -- b", "a /* b", '"a'):
            self.assertFalse(closesWhatItOpens(sql), sql)

    @given(st.text("()';-/*\"ab ", max_size=12))
    def test_inBracketsItEndsWhereItShould(self, sql: str) -> None:
        """SQLite agrees: what is sound is one operand within brackets."""
        import sqlite3

        if not closesWhatItOpens(sql):
            return
        connection = sqlite3.connect(":memory:")
        try:
            found = connection.execute(
                f"SELECT count(*) FROM (SELECT 1 AS a, 1 AS b) WHERE 1 = 0 AND ({sql})"
            )
            self.assertEqual(found.fetchone(), (0,))
        except sqlite3.Error:
            pass
        finally:
            connection.close()
