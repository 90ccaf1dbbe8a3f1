# -*- test-case-name: tests.services.wfs.test_getfeature -*-
"""The formats in which features are given out, and the names by which they are asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ogctwist.ows.exceptions import InvalidParameterValue, quoted
from ogctwist.services.wfs.versions import WfsVersion


@dataclass(frozen=True)
class OutputFormat:
    """
    @ivar key: C{gml2}, C{gml3}, C{gml32}, C{geojson}, C{csv}, or a GDAL driver's name.
    @ivar isGml: whether the document is a C{wfs:FeatureCollection}.
    """

    key: str
    isGml: bool = False


GML2 = OutputFormat("gml2", isGml=True)
GML3 = OutputFormat("gml3", isGml=True)
GML32 = OutputFormat("gml32", isGml=True)
GEOJSON = OutputFormat("geojson")
CSV = OutputFormat("csv")

_BY_KEY = {form.key: form for form in (GML2, GML3, GML32, GEOJSON, CSV)}

#: What OUTPUTFORMAT may say, in lower case, blanks taken out (a plus sign in a URL becomes one).
_NAMES: tuple[tuple[re.Pattern[str], OutputFormat], ...] = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"gml2|text/xml;subtype=gml/2(\.\d+)*|text/xml;subtype=\"gml/2(\.\d+)*\"", GML2),
        (
            r"gml32|text/xml;subtype=\"?gml/3\.2(\.\d+)*\"?|application/gml\+?xml;version=\"?3\.2(\.\d+)*\"?",
            GML32,
        ),
        (r"gml3|text/xml;subtype=\"?gml/3(\.[01](\.\d+)*)?\"?", GML3),
        (r"(geojson|json|application/(vnd\.)?geo\+?json|application/json)(;.*)?", GEOJSON),
        (r"csv|text/csv(;.*)?", CSV),
    )
)


def outputFormat(text: str, version: WfsVersion) -> OutputFormat:
    """
    The format that OUTPUTFORMAT means; the version's own GML without one.

    @raise InvalidParameterValue: there is none of that name.
    """
    wanted = "".join(text.lower().split())
    if not wanted:
        return _BY_KEY[version.gmlFormat]
    for pattern, form in _NAMES:
        if pattern.fullmatch(wanted):
            return form
    raise InvalidParameterValue(f"The output format '{quoted(text)}' is not offered", locator="OUTPUTFORMAT")
