#!/usr/bin/env python3
"""
Write the projects below tests/data/projects with PyQGIS.

Not needed to run the tests: the projects are kept in the repository.  Run with
the Python of a QGIS 3.22:
QT_HASH_SEED=0 QT_QPA_PLATFORM=offscreen python3 tests/data/make_projects.py
"""

import json
import os
import re
import zipfile

from qgis.core import (
    QgsAnnotationLayer,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsExpressionContextUtils,
    QgsField,
    QgsFieldConstraints,
    QgsLayerTreeModel,
    QgsMapLayer,
    QgsMapLayerServerProperties,
    QgsMapThemeCollection,
    QgsMeshLayer,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsRelation,
    QgsVectorLayer,
    QgsVectorLayerJoinInfo,
)
from qgis.PyQt.QtCore import QVariant

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "projects")


def writeData():
    """Two GeoJSON layers, a table and a grid: a few hundred bytes each."""
    points = [
        {
            "type": "Feature",
            "properties": {"id": i, "name": name, "class": kind, "height": height},
            "geometry": {"type": "Point", "coordinates": [i, 45 + i / 2]},
        }
        for i, (name, kind, height) in enumerate(
            (("one", "a", 1.5), ("two", "b", 2.5), ("thrée", "a", None)), 1
        )
    ]
    areas = [
        {
            "type": "Feature",
            "properties": {"code": code, "label": label},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 45], [x + 1, 45], [x + 1, 46], [x, 45]]]},
        }
        for x, code, label in ((0, "a", "Area A"), (2, "b", "Area B"))
    ]
    for name, features in (("points", points), ("areas", areas)):
        with open(os.path.join(HERE, "data", f"{name}.geojson"), "w", encoding="utf-8") as file:
            json.dump({"type": "FeatureCollection", "features": features}, file, ensure_ascii=False)
    with open(os.path.join(HERE, "data", "codes, list.csv"), "w", encoding="utf-8") as file:
        file.write("code;text\na;first\nb;second\n")
    with open(os.path.join(HERE, "data", "grid.asc"), "w", encoding="utf-8") as file:
        file.write("ncols 2\nnrows 2\nxllcorner 0\nyllcorner 45\ncellsize 1\nNODATA_value -9\n1 2\n3 -9\n")


def data(name):
    return os.path.join(HERE, "data", name)


def describe(layer):
    """All that the QGIS Server page of a layer asks for."""
    layer.setShortName("pts")
    layer.setTitle("The points")
    layer.setAbstract("Points, <all> & sundry")
    layer.setKeywordList("dots,places")
    layer.setDataUrl("http://example.org/data")
    layer.setDataUrlFormat("text/plain")
    layer.setAttribution("Nobody")
    layer.setAttributionUrl("http://example.org/nobody")
    layer.setLegendUrl("http://example.org/legend.png")
    layer.setLegendUrlFormat("image/png")
    server = layer.serverProperties()
    for url, kind, form in (
        ("http://example.org/m1", "TC211", "text/xml"),
        ("http://example.org/m2", "FGDC", "text/plain"),
    ):
        server.addMetadataUrl(QgsMapLayerServerProperties.MetadataUrl(url, kind, form))
    server.addWmsDimension(
        QgsMapLayerServerProperties.WmsDimensionInfo("elevation", "height", "", "metres", "m", 1, 2.5)
    )


def setFields(layer, other):
    layer.setFieldAlias(1, "Name of it")
    layer.setEditorWidgetSetup(
        2, QgsEditorWidgetSetup("ValueMap", {"map": [{"First": "a"}, {"Second": "b"}]})
    )
    config = {
        "Layer": other.id(),
        "Key": "code",
        "Value": "label",
        "AllowMulti": False,
        "NofColumns": 2,
        "Step": 0.5,
    }
    layer.setEditorWidgetSetup(
        1, QgsEditorWidgetSetup("ValueRelation", {**config, "Nothing": None, "Some": ["x", "y"]})
    )
    layer.setDefaultValueDefinition(3, QgsDefaultValue("1 + 1", True))
    layer.setConstraintExpression(3, '"height" > 0', "above ground")
    layer.setFieldConstraint(
        3, QgsFieldConstraints.ConstraintNotNull, QgsFieldConstraints.ConstraintStrengthSoft
    )
    layer.addExpressionField('"height" * 2', QgsField("twice", QVariant.Double, "double", 10, 3, "virtual"))
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(other)
    join.setJoinFieldName("code")
    join.setTargetFieldName("class")
    join.setPrefix("area_")
    join.setJoinFieldNamesSubset(["label"])
    layer.addJoin(join)


def configure(layer, other):
    describe(layer)
    setFields(layer, other)
    layer.setSubsetString("\"class\" = 'a' OR \"class\" = 'b'")
    layer.setScaleBasedVisibility(True)
    layer.setMinimumScale(1e8)
    layer.setMaximumScale(100)
    layer.setOpacity(0.5)
    layer.setMapTipTemplate('Tip of [% "name" %]')
    layer.setDisplayExpression('"name"')
    layer.setFlags((layer.flags() & ~QgsMapLayer.Searchable) | QgsMapLayer.Private)
    layer.setCustomProperty("list", ["a", "b"])
    layer.setCustomProperty("number", 3)
    QgsExpressionContextUtils.setLayerVariable(layer, "mine", "7")
    layer.styleManager().addStyleFromLayer("pale")
    layer.styleManager().setCurrentStyle("pale")
    layer.setOpacity(0.25)
    layer.setScaleBasedVisibility(False)
    layer.styleManager().setCurrentStyle("default")


def makeTree(project, points, areas, grid, table, notes):
    root = project.layerTreeRoot()
    group = root.addGroup("Group")
    group.setCustomProperty("wmsShortName", "grp")
    group.setCustomProperty("wmsTitle", "The group")
    group.setCustomProperty("wmsAbstract", "Of two")
    group.addLayer(points)
    below = group.addGroup("Below")
    below.addLayer(areas)
    below.setItemVisibilityChecked(False)
    below.setExpanded(False)
    choice = root.addGroup("Choice")
    choice.addLayer(grid)
    choice.addLayer(table)
    choice.setIsMutuallyExclusive(True, 0)
    root.addLayer(notes)
    root.setHasCustomLayerOrder(True)
    root.setCustomLayerOrder([grid, points, areas])


def publish(project, points, areas, grid):
    for key, value in (
        ("WMSServiceTitle", "Service title"),
        ("WMSServiceAbstract", "Abstract text"),
        ("WMSKeywordList", ["one", "two"]),
        ("WMSContactPerson", "A. Person"),
        ("WMSContactOrganization", "The organization"),
        ("WMSContactPosition", "keeper"),
        ("WMSContactMail", "a@example.org"),
        ("WMSContactPhone", "123"),
        ("WMSOnlineResource", "http://example.org/"),
        ("WMSFees", "none"),
        ("WMSAccessConstraints", "None"),
        ("WMSUrl", "http://example.org/wms"),
        ("WFSUrl", "http://example.org/wfs"),
        ("WCSUrl", "http://example.org/wcs"),
        ("WMTSUrl", "http://example.org/wmts"),
        ("WMSRootName", "rooted"),
        ("WMSExtent", ["0", "45", "4", "47"]),
        ("WMSCrsList", ["EPSG:4326", "EPSG:3857"]),
        ("WMSRestrictedLayers", ["areas"]),
        ("WMSRestrictedComposers", ["Secret"]),
        ("WMSMaxWidth", 2000),
        ("WMSMaxHeight", 1000),
        ("WMSImageQuality", 80),
        ("WMSTileBuffer", 20),
        ("WMSMaxAtlasFeatures", 7),
        ("WMSPrecision", "4"),
        ("WFSLayers", [points.id(), areas.id()]),
        ("WCSLayers", [grid.id()]),
    ):
        project.writeEntry(key, "/", value)
    for key in (
        "WMSServiceCapabilities",
        "WMSAddWktGeometry",
        "WMSUseLayerIDs",
        "WMSSegmentizeFeatureInfoGeometry",
    ):
        project.writeEntryBool(key, "/", key != "WMSUseLayerIDs")
    project.writeEntryDouble("WMSDefaultMapUnitsPerMm", "/", 2.5)
    project.writeEntry("WFSLayersPrecision", "/" + points.id(), 3)
    for key, ids in (("Insert", [points, areas]), ("Update", [points]), ("Delete", [])):
        project.writeEntry("WFSTLayers", key, [layer.id() for layer in ids])
    for scope in ("WMTSLayers", "WMTSPngLayers"):
        project.writeEntryBool(scope, "Project", True)
        project.writeEntry(scope, "Group", ["Group"])
        project.writeEntry(scope, "Layer", [points.id()])
    project.writeEntry("WMTSGrids", "Config", ["EPSG:3857,20037508.34,-20037508.34,559082264.0,18"])
    project.writeEntryBool("WMSInspire", "activated", True)
    project.writeEntry("WMSInspire", "language", "ita")


def makeFull(name):
    project = QgsProject.instance()
    project.clear()
    project.setTitle("A full project")
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    points = QgsVectorLayer(data("points.geojson"), "points", "ogr")
    areas = QgsVectorLayer(data("areas.geojson") + "|layername=areas", "areas", "ogr")
    grid = QgsRasterLayer(data("grid.asc"), "grid", "gdal")
    grid.setCrs(QgsCoordinateReferenceSystem.fromProj("+proj=laea +lat_0=40 +lon_0=10 +datum=WGS84"))
    url = "file://" + data("codes, list.csv").replace(" ", "%20") + "?type=csv&delimiter=;&geomType=none"
    table = QgsVectorLayer(url, "codes", "delimitedtext")
    notes = QgsAnnotationLayer("notes", QgsAnnotationLayer.LayerOptions(project.transformContext()))
    project.addMapLayers([points, areas, grid, table, notes], False)
    makeTree(project, points, areas, grid, table, notes)
    configure(points, areas)
    grid.renderer().setOpacity(0.3)
    relation = QgsRelation()
    relation.setId("rel1")
    relation.setName("points of areas")
    relation.setReferencingLayer(points.id())
    relation.setReferencedLayer(areas.id())
    relation.addFieldPair("class", "code")
    project.relationManager().addRelation(relation)
    root = project.layerTreeRoot()
    theme = QgsMapThemeCollection.createThemeFromCurrentState(root, QgsLayerTreeModel(root))
    project.mapThemeCollection().insert("as it is", theme)
    project.setCustomVariables({"year": "2020", "place": "here"})
    publish(project, points, areas, grid)
    shown = QgsReferencedRectangle(QgsRectangle(0, 45, 4, 47), QgsCoordinateReferenceSystem("EPSG:4326"))
    project.viewSettings().setDefaultViewExtent(shown)
    project.write(os.path.join(HERE, name))
    return points, areas


def makeBorrowing(name, source):
    project = QgsProject.instance()
    with open(os.path.join(HERE, source), encoding="utf-8") as file:
        ids = re.findall(r"<id>(areas_[0-9a-f_]+)</id>", file.read())
    project.clear()
    project.setTitle("A project that borrows")
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    project.layerTreeRoot().addChildNode(project.createEmbeddedGroup("Group", os.path.join(HERE, source), []))
    project.layerTreeRoot().addGroup("own")
    project.writeEntry("WFSLayers", "/", ids)
    project.write(os.path.join(HERE, name))


def makeProviders(name):
    """One layer for each provider; those that cannot be opened are written all the same."""
    project = QgsProject.instance()
    project.clear()
    project.setTitle("Providers")
    layers = [
        QgsVectorLayer(
            "dbname='a b' host=localhost port=5432 user='bob' password='it\\'s' sslmode=disable key='id' "
            'srid=4326 type=Point table="pub"."tab" (geom) sql=a=\'b\' and c=1',
            "postgres",
            "postgres",
        ),
        QgsVectorLayer("Point?crs=EPSG:4326&field=id:integer&field=name:string(20,0)", "memory", "memory"),
        QgsVectorLayer(
            "?query=select * from p&layer=ogr:" + data("points.geojson").replace("/", "%2F") + ":p:UTF-8",
            "virtual",
            "virtual",
        ),
        QgsVectorLayer(f"dbname='{data('none.sqlite')}' table=\"t\" (geom) sql=", "spatialite", "spatialite"),
        QgsRasterLayer("GPKG:" + data("none.gpkg") + ":tiles", "geopackage", "gdal"),
        QgsRasterLayer(
            "type=xyz&url=http://localhost:1/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmax=19&zmin=0", "xyz", "wms"
        ),
        QgsRasterLayer("type=mbtiles&url=file://" + data("none.mbtiles"), "mbtiles", "wms"),
        QgsMeshLayer(data("none.2dm"), "mesh", "mdal"),
    ]
    for layer in layers:
        project.addMapLayer(layer)
    project.write(os.path.join(HERE, name))


def tidied(text):
    """
    The project without the names of the machine and its user; and with what PyQGIS
    3.22 cannot set: a field that services do not show.
    """
    text = re.sub(r' save(User|UserFull|DateTime)="[^"]*"', "", text)
    text = re.sub(r"<(author|creation)>[^<]*</", r"<\1></", text)
    text = text.replace(HERE, ".").replace(HERE.replace("/", "%2F"), ".")
    hidden = 'configurationFlags="HideFromWms|HideFromWfs" name="class"'
    for shown in ('configurationFlags="None" name="class"', 'name="class" configurationFlags="None"'):
        text = text.replace(shown, hidden)
    return text


def tidy(name):
    path = os.path.join(HERE, name)
    if not zipfile.is_zipfile(path):
        with open(path, encoding="utf-8") as file:
            text = tidied(file.read())
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return
    with zipfile.ZipFile(path) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            isProject = member.endswith(".qgs")
            archive.writestr(member, tidied(content.decode()).encode() if isProject else content)


def main():
    application = QgsApplication([], False)
    application.initQgis()
    os.makedirs(os.path.join(HERE, "data"), exist_ok=True)
    writeData()
    makeFull("full.qgs")
    makeFull("full.qgz")
    makeBorrowing("borrowing.qgs", "full.qgs")
    makeProviders("providers.qgs")
    QgsProject.instance().clear()
    for name in ("full.qgs", "full.qgz", "borrowing.qgs", "providers.qgs"):
        tidy(name)
    os.remove(data("grid.asc.aux.xml"))


if __name__ == "__main__":
    main()
