# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""
Renderers as plugins look at them: kind, classes, legend entries, and which of these are checked.

What is checked is written into the layer's current style, which the request is served with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import etree

from ogctwist.project.layers import Style
from ogctwist.project.options import scalar
from ogctwist.qgiscompat.wrapper import Wrapper

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


class QgsLegendSymbolItem(Wrapper):
    """An entry of a legend."""

    def _make(
        self, label: str = "", key: str = "", isCheckable: bool = False, parentKey: str = "",
        scales: tuple[float, float] = (-1.0, -1.0),
    ) -> None:  # fmt: skip
        self._q_label, self._q_key, self._q_checkable = label, key, isCheckable
        self._q_parent, self._q_scales = parentKey, scales

    def label(self) -> str:
        """Its text."""
        return self._q_label

    def ruleKey(self) -> str:
        """What names it."""
        return self._q_key

    def parentRuleKey(self) -> str:
        """What names the one above it."""
        return self._q_parent

    def isCheckable(self) -> bool:
        """Whether it can be switched off."""
        return self._q_checkable

    def scaleMinDenom(self) -> float:
        """From which denominator on it is drawn; -1: any."""
        return self._q_scales[0]

    def scaleMaxDenom(self) -> float:
        """Up to which."""
        return self._q_scales[1]


class QgsFeatureRenderer(Wrapper):
    """How features are drawn, by its XML."""

    def _make(self, element: Any = None, owner: Any = None) -> None:
        self._q_element = etree.Element("renderer-v2") if element is None else element
        self._q_owner = owner

    def type(self) -> str:
        """singleSymbol, categorizedSymbol, …"""
        return self._q_element.get("type", "")

    def dump(self) -> str:
        """Its kind."""
        return f"[{self.type()}]"

    def clone(self) -> Any:
        """A copy, which belongs to no layer."""
        from copy import deepcopy

        return type(self)(deepcopy(self._q_element))

    def _q_classes(self) -> list[Any]:
        """The elements of what can be switched off."""
        return []

    def _q_flag(self) -> str:
        return "render"

    def legendSymbolItems(self) -> list[QgsLegendSymbolItem]:
        """The entries of its legend."""
        return [QgsLegendSymbolItem("", "0")]

    def legendSymbolItemsCheckable(self) -> bool:
        """Whether they can be switched off."""
        return bool(self._q_classes())

    def _q_class(self, key: str) -> Any:
        found = self._q_classes()
        return found[int(key)] if key.isdecimal() and int(key) < len(found) else None

    def legendSymbolItemChecked(self, key: str) -> bool:
        """Whether an entry is drawn."""
        element = self._q_class(str(key))
        return element is None or element.get(self._q_flag(), "1").lower() not in ("0", "false")

    def checkLegendSymbolItem(self, key: str, state: bool = True) -> None:
        """Draw an entry, or do not."""
        element = self._q_class(str(key))
        if element is not None:
            on, off = ("1", "0") if self._q_flag() == "checkstate" else ("true", "false")
            element.set(self._q_flag(), on if state else off)
            if self._q_owner is not None:
                self._q_giveTo(self._q_owner)

    def classAttribute(self) -> str:
        """What its classes are made by."""
        return self._q_element.get("attr", "")

    def usedAttributes(self, context: Any = None) -> set[str]:
        """Fields that its classes look at."""
        from ogctwist.qgiscompat.core.expression import QgsExpression

        made = QgsExpression(self.classAttribute())
        return made.referencedColumns() if made.isValid() else {self.classAttribute()} - {""}

    def _q_giveTo(self, layer: Any) -> None:
        """Have a layer drawn with it."""
        style = layer._q_layer.style
        if style is None:
            style = Style("default", b"<maplayer/>")
        root = etree.fromstring(style.xml, _PARSER)
        for old in root.findall("renderer-v2"):
            root.remove(old)
        from copy import deepcopy

        root.append(deepcopy(self._q_element))
        styles = layer._q_layer.styles
        layer._q_change(styles=(replace(style, xml=etree.tostring(root)), *styles[1:]))
        self._q_owner = layer

    def startRender(self, *arguments: Any) -> None:
        """@raise NotImplementedError: plugins do not draw here."""
        raise NotImplementedError("a plugin of this server does not draw features itself")


class QgsSingleSymbolRenderer(QgsFeatureRenderer):
    """One symbol for all."""


class QgsRendererCategory(Wrapper):
    """A value, its label."""

    def _make(self, element: Any) -> None:
        self._q_element = element

    def value(self) -> Any:
        """The value, in its type."""
        element = self._q_element
        return scalar(element.get("type", "string"), element.get("value", ""))

    def label(self) -> str:
        """What the legend says."""
        return self._q_element.get("label", "")

    def renderState(self) -> bool:
        """Whether it is drawn."""
        return self._q_element.get("render", "true") != "false"


class QgsRendererRange(Wrapper):
    """A range, its label."""

    def _make(self, element: Any) -> None:
        self._q_element = element

    def lowerValue(self) -> float:
        """From which value on."""
        return float(self._q_element.get("lower", "0"))

    def upperValue(self) -> float:
        """Up to which."""
        return float(self._q_element.get("upper", "0"))

    def label(self) -> str:
        """What the legend says."""
        return self._q_element.get("label", "")

    def renderState(self) -> bool:
        """Whether it is drawn."""
        return self._q_element.get("render", "true") != "false"


class ClassedRenderer(QgsFeatureRenderer):
    """One with a symbol for each class."""

    _q_path = ""

    def _q_classes(self) -> list[Any]:
        return self._q_element.findall(self._q_path)

    def legendSymbolItems(self) -> list[QgsLegendSymbolItem]:
        """An entry for each class; its key is its place."""
        return [
            QgsLegendSymbolItem(each.get("label", ""), str(place), True)
            for place, each in enumerate(self._q_classes())
        ]


class QgsCategorizedSymbolRenderer(ClassedRenderer):
    """A symbol for each value."""

    _q_path = "categories/category"

    def categories(self) -> list[QgsRendererCategory]:
        """Its values."""
        return [QgsRendererCategory(each) for each in self._q_classes()]


class QgsGraduatedSymbolRenderer(ClassedRenderer):
    """A symbol for each range."""

    _q_path = "ranges/range"

    def ranges(self) -> list[QgsRendererRange]:
        """Its ranges."""
        return [QgsRendererRange(each) for each in self._q_classes()]


class Rule(Wrapper):
    """A rule and those below it."""

    def _make(self, element: Any) -> None:
        self._q_element = element

    def ruleKey(self) -> str:
        """What names it."""
        return self._q_element.get("key", "")

    def label(self) -> str:
        """What the legend says."""
        return self._q_element.get("label", "")

    def filterExpression(self) -> str:
        """For which features."""
        return self._q_element.get("filter", "")

    def active(self) -> bool:
        """Whether it is drawn."""
        return self._q_element.get("checkstate", "1") != "0"

    def children(self) -> list[Rule]:
        """Rules below."""
        return [Rule(each) for each in self._q_element.findall("rule")]


class QgsRuleBasedRenderer(QgsFeatureRenderer):
    """A symbol for each rule."""

    Rule = Rule

    def _q_classes(self) -> list[Any]:
        return self._q_element.findall("rules//rule")

    def _q_class(self, key: str) -> Any:
        return next((each for each in self._q_classes() if each.get("key") == key), None)

    def _q_flag(self) -> str:
        return "checkstate"

    def rootRule(self) -> Rule:
        """The rule that all others are below."""
        found = self._q_element.find("rules")
        return Rule(etree.Element("rules") if found is None else found)

    def legendSymbolItems(self) -> list[QgsLegendSymbolItem]:
        """An entry for each rule."""
        items = []
        for each in self._q_classes():
            scales = (float(each.get("scalemindenom", -1)), float(each.get("scalemaxdenom", -1)))
            parent = each.getparent().get("key", "")
            items.append(
                QgsLegendSymbolItem(each.get("label", ""), each.get("key", ""), True, parent, scales)
            )
        return items

    @staticmethod
    def convertFromRenderer(renderer: Any, layer: Any = None) -> Any:
        """@raise NotImplementedError: of another kind than rules."""
        if isinstance(renderer, QgsRuleBasedRenderer):
            return renderer.clone()
        raise NotImplementedError("renderers are not turned into rules on this server")


_CLASSES = {
    "singleSymbol": QgsSingleSymbolRenderer,
    "categorizedSymbol": QgsCategorizedSymbolRenderer,
    "graduatedSymbol": QgsGraduatedSymbolRenderer,
    "RuleRenderer": QgsRuleBasedRenderer,
}


def rendererOf(layer: Any) -> Any:
    """The renderer of a layer's current style; None when it has none."""
    style = layer._q_layer.style
    element = None if style is None else etree.fromstring(style.xml, _PARSER).find("renderer-v2")
    if element is None:
        return None
    return _CLASSES.get(element.get("type", ""), QgsFeatureRenderer)(element, layer)
