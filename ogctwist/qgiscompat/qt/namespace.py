# -*- test-case-name: tests.qgiscompat.test_qt -*-
"""The namespace Qt: its enumerations."""

from __future__ import annotations

from ogctwist.qgiscompat.qt.enums import enum, flags, member

GlobalColor = enum(
    "GlobalColor",
    color0=0, color1=1, black=2, white=3, darkGray=4, gray=5, lightGray=6, red=7, green=8, blue=9, cyan=10,
    magenta=11, yellow=12, darkRed=13, darkGreen=14, darkBlue=15, darkCyan=16, darkMagenta=17, darkYellow=18,
    transparent=19,
)  # fmt: skip
DateFormat = enum(
    "DateFormat", TextDate=0, ISODate=1, SystemLocaleDate=2, LocalDate=2, RFC2822Date=8, ISODateWithMs=9
)
TimeSpec = enum("TimeSpec", LocalTime=0, UTC=1, OffsetFromUTC=2, TimeZone=3)
CaseSensitivity = enum("CaseSensitivity", CaseInsensitive=0, CaseSensitive=1)
ConnectionType = enum(
    "ConnectionType",
    AutoConnection=0, DirectConnection=1, QueuedConnection=2, BlockingQueuedConnection=3,
    UniqueConnection=128,
)  # fmt: skip
Orientation = flags("Orientation", Horizontal=1, Vertical=2)
AlignmentFlag = flags(
    "AlignmentFlag",
    AlignLeft=1, AlignRight=2, AlignHCenter=4, AlignJustify=8, AlignTop=32, AlignBottom=64, AlignVCenter=128,
    AlignCenter=132,
)  # fmt: skip
AspectRatioMode = enum(
    "AspectRatioMode", IgnoreAspectRatio=0, KeepAspectRatio=1, KeepAspectRatioByExpanding=2
)
TransformationMode = enum("TransformationMode", FastTransformation=0, SmoothTransformation=1)
PenStyle = enum(
    "PenStyle", NoPen=0, SolidLine=1, DashLine=2, DotLine=3, DashDotLine=4, DashDotDotLine=5, CustomDashLine=6
)
PenCapStyle = enum("PenCapStyle", FlatCap=0, SquareCap=16, RoundCap=32)
PenJoinStyle = enum("PenJoinStyle", MiterJoin=0, BevelJoin=64, RoundJoin=128, SvgMiterJoin=256)
BrushStyle = enum("BrushStyle", NoBrush=0, SolidPattern=1)
FillRule = enum("FillRule", OddEvenFill=0, WindingFill=1)
ScrollBarPolicy = enum("ScrollBarPolicy", ScrollBarAsNeeded=0, ScrollBarAlwaysOff=1, ScrollBarAlwaysOn=2)
WidgetAttribute = enum("WidgetAttribute", WA_DeleteOnClose=55, WA_DontShowOnScreen=103)
ItemDataRole = enum("ItemDataRole", DisplayRole=0, DecorationRole=1, EditRole=2, ToolTipRole=3, UserRole=256)
CheckState = enum("CheckState", Unchecked=0, PartiallyChecked=1, Checked=2)


@member(
    GlobalColor, DateFormat, TimeSpec, CaseSensitivity, ConnectionType, Orientation, AlignmentFlag,
    AspectRatioMode, TransformationMode, PenStyle, PenCapStyle, PenJoinStyle, BrushStyle, FillRule,
    ScrollBarPolicy, WidgetAttribute, ItemDataRole, CheckState,
)  # fmt: skip
class Qt:
    """The namespace."""
