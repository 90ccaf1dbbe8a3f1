"""Tests of the rule-based renderer."""

from twisted.trial.unittest import SynchronousTestCase

from tests.symbology.drawing import batchOf, fillXml, frameOf, planOf

SYMBOLS = "".join(fillXml(f"{i},0,0", str(i)) for i in range(6))
SQUARE = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))"


def rules(*children: str) -> str:
    return (
        f'<renderer-v2 type="RuleRenderer"><rules key="root">{"".join(children)}</rules>'
        f"<symbols>{SYMBOLS}</symbols></renderer-v2>"
    )


def rule(symbol=None, filter="", *children: str, **attributes) -> str:
    extra = " ".join(f'{k}="{v}"' for k, v in attributes.items())
    own = "" if symbol is None else f'symbol="{symbol}"'
    return f'<rule {own} filter="{filter}" {extra}>{"".join(children)}</rule>'


def chosen(renderer: str, values: list, **frame) -> list[list[int]]:
    """The symbols of each feature, in order."""
    jobs = planOf(renderer, "v").renderer.jobs(batchOf(*[SQUARE] * len(values), v=values), frameOf(**frame))
    return [jobs.symbols[jobs.rows == row].tolist() for row in range(len(values))]


class RuleTests(SynchronousTestCase):
    def test_everyMatchingRule(self):
        renderer = rules(rule(0, "v &gt; 1"), rule(1, "v &gt; 2"), rule(2))
        self.assertEqual(chosen(renderer, [1, 2, 3, None]), [[2], [0, 2], [0, 1, 2], [2]])

    def test_else(self):
        renderer = rules(rule(0, "v = 1"), rule(1, "ELSE"), rule(2, "v = 2"))
        self.assertEqual(chosen(renderer, [1, 2, 3]), [[0], [2], [1]])

    def test_nested(self):
        renderer = rules(rule(0, "v &gt; 0", rule(1, "v = 1"), rule(2, "else")), rule(3, "ELSE"))
        self.assertEqual(chosen(renderer, [1, 2, 0]), [[0, 1], [0, 2], [3]])

    def test_headingWithoutSymbolDrawsWhatIsBelow(self):
        renderer = rules(rule(None, "v &gt; 0", rule(1, "v = 1")), rule(3, "ELSE"))
        self.assertEqual(chosen(renderer, [1, 2]), [[1], [3]])

    def test_elseLeavesWhatIsSwitchedOff(self):
        renderer = rules(rule(0, "v = 1", checkstate="0"), rule(1, "ELSE"))
        self.assertEqual(chosen(renderer, [1, 2]), [[], [1]])

    def test_scales(self):
        renderer = rules(rule(0, "", scalemindenom="1000", scalemaxdenom="5000"))
        self.assertEqual(chosen(renderer, [1], scale=500.0), [[]])
        self.assertEqual(chosen(renderer, [1], scale=1000.0), [[0]])
        self.assertEqual(chosen(renderer, [1], scale=5000.0), [[0]])
        self.assertEqual(chosen(renderer, [1], scale=5001.0), [[]])

    def test_brokenFilterDrawsNothing(self):
        self.assertEqual(chosen(rules(rule(0, "v ((")), [1]), [[]])

    def test_checkedInTheRequest(self):
        renderer = rules(rule(0, "", key="a"), rule(1, "", key="b", checkstate="0"))
        self.assertEqual(chosen(renderer, [1], checkedRules=frozenset(["root", "b"])), [[1]])

    def test_requirements(self):
        renderer = rules(rule(0, "v = 1"), rule(1, "v = 2"))
        needs = planOf(renderer, "v").requirements(frameOf())
        self.assertEqual(needs.fields, frozenset(["v"]))
        self.assertEqual(
            needs.filter.mask(batchOf(SQUARE, SQUARE, SQUARE, v=[1, 2, 3])).tolist(), [True, True, False]
        )

    def test_noFilterWhereSomethingDrawsAll(self):
        for renderer in (rules(rule(0, "v = 1"), rule(1)), rules(rule(0, "v = 1"), rule(1, "ELSE"))):
            self.assertIsNone(planOf(renderer, "v").requirements(frameOf()).filter)
