# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""The named styles of a layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ogctwist.project.layers import Style
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsMapLayerStyle(Wrapper):
    """A style as XML."""

    def _make(self, xml: Any = b"") -> None:
        self._q_style: Style | None = None
        self._q_xml = xml.encode() if isinstance(xml, str) else bytes(xml)

    @classmethod
    def _q_of(cls, style: Style) -> QgsMapLayerStyle:
        made = cls(style.xml)
        made._q_style = style
        return made

    def xmlData(self) -> str:
        """The XML, as text."""
        return self._q_xml.decode("utf-8", "replace")

    def isValid(self) -> bool:
        """Whether there is some."""
        return bool(self._q_xml)

    def clear(self) -> None:
        """Take it away."""
        self._q_xml, self._q_style = b"", None


class QgsMapLayerStyleManager(Wrapper):
    """
    The first of a layer's styles is the current one: choosing another, or overriding it,
    is what the request is served with.
    """

    def _make(self, layer: Any = None) -> None:
        self._q_owner = layer

    def _q_styles(self) -> tuple[Style, ...]:
        return self._q_owner._q_layer.styles

    def _q_use(self, styles: tuple[Style, ...]) -> None:
        changes: dict[str, Any] = {"styles": styles}
        if styles:
            changes.update(opacity=styles[0].opacity, blendMode=styles[0].blendMode, scales=styles[0].scales)
        self._q_owner._q_change(**changes)
        self._q_owner._q_setUp()

    def layer(self) -> Any:
        """Whose they are."""
        return self._q_owner

    def styles(self) -> list[str]:
        """Their names."""
        return sorted(style.name for style in self._q_styles())

    def currentStyle(self) -> str:
        """The name of the current one."""
        styles = self._q_styles()
        return styles[0].name if styles else "default"

    def style(self, name: str) -> QgsMapLayerStyle:
        """One of them; one that is not valid when there is none of that name."""
        found = next((s for s in self._q_styles() if s.name == name), None)
        return QgsMapLayerStyle() if found is None else QgsMapLayerStyle._q_of(found)

    def mapLayerStyles(self) -> dict[str, QgsMapLayerStyle]:
        """All of them."""
        return {style.name: QgsMapLayerStyle._q_of(style) for style in self._q_styles()}

    def setCurrentStyle(self, name: str) -> bool:
        """Make another one the current; whether there is one of that name."""
        styles = self._q_styles()
        chosen = next((s for s in styles if s.name == name), None)
        if chosen is None:
            return False
        self._q_use((chosen, *(s for s in styles if s is not chosen)))
        return True

    def setOverrideStyle(self, style: str) -> bool:
        """Draw with a style of that name, or with one in XML, though another is the current."""
        if style.lstrip().startswith("<"):
            current = self._q_styles()[:1]
            made = replace(current[0], xml=style.encode()) if current else Style("default", style.encode())
            self._q_owner._q_override = self._q_styles()
            self._q_use((made, *self._q_styles()[1:]))
            return True
        before = self._q_styles()
        if not self.setCurrentStyle(style):
            return False
        self._q_owner._q_override = before
        return True

    def restoreOverrideStyle(self) -> bool:
        """Draw with the current style again."""
        before = self._q_owner.__dict__.pop("_q_override", None)
        if before is None:
            return False
        self._q_use(before)
        return True

    def addStyle(self, name: str, style: QgsMapLayerStyle) -> bool:
        """Add one; False when the name is taken or the style is not valid."""
        if name in self.styles() or not style.isValid():
            return False
        made = Style(name, style._q_xml) if style._q_style is None else replace(style._q_style, name=name)
        self._q_use((*self._q_styles(), made))
        return True

    def addStyleFromLayer(self, name: str) -> bool:
        """Add a copy of the current one."""
        return self.addStyle(name, self.style(self.currentStyle()))

    def removeStyle(self, name: str) -> bool:
        """Remove one; the last one stays."""
        styles = self._q_styles()
        if len(styles) < 2 or name not in self.styles():
            return False
        self._q_use(tuple(s for s in styles if s.name != name))
        return True

    def renameStyle(self, name: str, newName: str) -> bool:
        """Rename one; False when there is none, or the name is taken."""
        if name not in self.styles() or newName in self.styles():
            return False
        self._q_use(tuple(replace(s, name=newName) if s.name == name else s for s in self._q_styles()))
        return True

    def isDefault(self, name: str) -> bool:
        """Whether it is the name of the style that every layer has."""
        return name == "default"
