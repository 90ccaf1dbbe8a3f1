# -*- test-case-name: tests.services.wcs.test_getcapabilities -*-
"""WCS DescribeCoverage (OGC 03-065r6, 8): the grids and bands of coverages."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from ogctwist.cache.documents import DocumentKey
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wcs.coverages import VERSION, Coverage, describedCoverages, publishedCoverages
from ogctwist.services.wcs.elements import SPACES, appendBrief, appendCorners, wcsRoot
from ogctwist.services.wcs.getcapabilities import CONTENT_TYPE
from ogctwist.services.wcs.kit import WcsKit
from ogctwist.services.xmldocuments import Writer, cornerTexts, serialised
from ogctwist.sources.coverage import CoverageInfo


def requestedNames(parameters: Parameters) -> list[str]:
    """COVERAGE, or IDENTIFIER, as QGIS also takes it; none for all that there are."""
    return parameters.items("COVERAGE") or parameters.items("IDENTIFIER")


class DescribeCoverageOperation:
    """Carries out DescribeCoverage."""

    def __init__(self, kit: WcsKit):
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """
        Write the descriptions, kept from before where the rights are the same.  Names that are not
        published, or not for this request, are passed over, as QGIS Server does.
        """
        names = requestedNames(request.parameters)
        key = DocumentKey("WCS", VERSION, "DescribeCoverage", (("COVERAGE", ",".join(names)),))
        document = await self._kit.documents.getDocument(request, project, key)
        if document is None:
            wanted = [
                (name, layer)
                for name, layer in publishedCoverages(project).items()
                if not names or name in names
            ]
            coverages = await describedCoverages(request, project, wanted)
            document = await self._kit.pool.run(descriptionDocument, coverages)
            if len(coverages) == len(wanted):
                # What cannot be opened now may be there again at the next request.
                await self._kit.documents.putDocument(request, project, key, document)
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(document)


def descriptionDocument(coverages: Sequence[Coverage]) -> bytes:
    """The document, as QGIS Server writes it."""
    writer = Writer(SPACES)
    root = wcsRoot(writer, "CoverageDescription", "describeCoverage.xsd")
    for coverage in coverages:
        if coverage.info is not None:
            _appendOffering(writer, writer.add(root, "CoverageOffering"), coverage, coverage.info)
    return serialised(root)


def _appendOffering(writer: Writer, offering: etree._Element, coverage: Coverage, info: CoverageInfo) -> None:
    appendBrief(writer, offering, coverage)
    _appendGrid(writer, writer.addPath(offering, "domainSet", "spatialDomain"), coverage, info)
    ranges = writer.addPath(offering, "rangeSet", "RangeSet")
    writer.add(ranges, "name", "Bands")
    writer.add(ranges, "label", "Bands")
    axis = writer.addPath(ranges, "axisDescription", "AxisDescription")
    writer.add(axis, "name", "bands")
    writer.add(axis, "label", "bands")
    values = writer.add(axis, "values")
    for band in info.bands:
        writer.add(values, "singleValue", str(band.number))
    systems = writer.add(offering, "supportedCRSs")
    writer.add(systems, "requestResponseCRSs", coverage.crs.authid)
    writer.add(systems, "nativeCRSs", coverage.crs.authid)
    writer.add(writer.add(offering, "supportedFormats", nativeFormat="raw binary"), "formats", "GeoTIFF")


def _appendGrid(writer: Writer, domain: etree._Element, coverage: Coverage, info: CoverageInfo) -> None:
    """Envelope and grid in the CRS of the coverage; the origin is the lower left corner."""
    box, crs = coverage.extent, coverage.crs
    envelope = writer.add(domain, "gml:Envelope", srsName=crs.authid)
    appendCorners(writer, envelope, box, crs)
    grid = writer.add(domain, "gml:RectifiedGrid", dimension="2")
    limits = writer.addPath(grid, "gml:limits", "gml:GridEnvelope")
    writer.add(limits, "gml:low", "0 0")
    writer.add(limits, "gml:high", f"{info.width} {info.height}")
    writer.add(grid, "gml:axisName", "x")
    writer.add(grid, "gml:axisName", "y")
    xmin, ymin, _, _ = cornerTexts(box, crs)
    writer.add(writer.add(grid, "gml:origin"), "gml:pos", f"{xmin} {ymin}")
    writer.add(grid, "gml:offsetVector", f"{box.width / info.width:.6g} 0")
    writer.add(grid, "gml:offsetVector", f"0 {box.height / info.height:.6g}")
