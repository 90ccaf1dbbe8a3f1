#!/usr/bin/env python3
"""
Make the project of the demo, demo.qgs, from the data beside it.

Not needed to run the server: the project is kept beside this script.  Run with
the Python of a QGIS 3.22:
QT_HASH_SEED=0 QT_QPA_PLATFORM=offscreen python3 make_demo.py
"""

import os
import re

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsColorRampShader,
    QgsCoordinateReferenceSystem,
    QgsFillSymbol,
    QgsLayerTreeModel,
    QgsMapLayerServerProperties,
    QgsMapThemeCollection,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRasterShader,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSingleBandPseudoColorRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont

HERE = os.path.dirname(os.path.abspath(__file__))

CONTINENTS = (
    ("Africa", "#f2d7a0"),
    ("Antarctica", "#f4f6f7"),
    ("Asia", "#f3c9b5"),
    ("Europe", "#cfdfb0"),
    ("North America", "#e3cfe6"),
    ("Oceania", "#f6e3a6"),
    ("South America", "#bfdcc8"),
)

#: Label, filter, size in mm, colour, and the smallest scale (0: all scales).
PLACES = (
    ("10 million and more", '"population" >= 10000000', 3.2, "#9c1f2e", 0),
    ("3 to 10 million", '"population" >= 3000000 AND "population" < 10000000', 2.2, "#c8553d", 0),
    ("1 to 3 million", '"population" >= 1000000 AND "population" < 3000000', 1.6, "#e09f3e", 80_000_000),
    ("Less than 1 million", '"population" < 1000000', 1.2, "#ffffff", 40_000_000),
)

SEA = ((0, "#dcedf6"), (200, "#c3dfef"), (800, "#a6cde4"), (2500, "#86b6d6"))


def textFormat(size, color, buffer, isItalic=False, isBold=False):
    font = QFont("DejaVu Sans")
    font.setItalic(isItalic)
    font.setBold(isBold)
    form = QgsTextFormat()
    form.setFont(font)
    form.setSize(size)
    form.setColor(QColor(color))
    around = QgsTextBufferSettings()
    around.setEnabled(True)
    around.setSize(0.7)
    around.setColor(QColor(buffer))
    form.setBuffer(around)
    return form


def makeSea():
    layer = QgsRasterLayer(os.path.join(HERE, "sea.tif"), "Sea", "gdal")
    ramp = QgsColorRampShader(SEA[0][0], SEA[-1][0], None, QgsColorRampShader.Interpolated)
    items = [QgsColorRampShader.ColorRampItem(km, QColor(color), f"{km} km") for km, color in SEA]
    ramp.setColorRampItemList(items)
    shader = QgsRasterShader(SEA[0][0], SEA[-1][0])
    shader.setRasterShaderFunction(ramp)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader)
    renderer.setClassificationMin(SEA[0][0])
    renderer.setClassificationMax(SEA[-1][0])
    layer.setRenderer(renderer)
    layer.setShortName("sea")
    layer.setTitle("Distance to the coast")
    layer.setAbstract("Kilometres from the nearest coast, 0 on land; a grid of a third of a degree.")
    return layer


def makeCountries():
    layer = QgsVectorLayer(os.path.join(HERE, "demo.gpkg") + "|layername=countries", "Countries", "ogr")
    categories = []
    for name, color in CONTINENTS:
        symbol = QgsFillSymbol.createSimple(
            {"color": color, "outline_color": "#7d8a94", "outline_width": "0.15", "joinstyle": "round"}
        )
        categories.append(QgsRendererCategory(name, symbol, name))
    layer.setRenderer(QgsCategorizedSymbolRenderer("continent", categories))
    labels = QgsPalLayerSettings()
    labels.fieldName = 'CASE WHEN "population" > 40000000 OR @map_scale < 60000000 THEN upper("name") END'
    labels.isExpression = True
    labels.placement = QgsPalLayerSettings.Horizontal
    labels.setFormat(textFormat(7, "#5b6670", "#ffffff", isItalic=True))
    labels.priority = 3
    layer.setLabeling(QgsVectorLayerSimpleLabeling(labels))
    layer.setLabelsEnabled(True)
    layer.setShortName("countries")
    layer.setTitle("Countries")
    layer.setAbstract("Countries by continent, 1:50 million.")
    layer.setDisplayExpression('"name"')
    layer.setFieldAlias(layer.fields().lookupField("iso_n3"), "ISO 3166 number")
    return layer


def makePlaces():
    layer = QgsVectorLayer(os.path.join(HERE, "demo.gpkg") + "|layername=places", "Places", "ogr")
    root = QgsRuleBasedRenderer.Rule(None)
    for label, where, size, color, minimum in PLACES:
        symbol = QgsMarkerSymbol.createSimple(
            {
                "name": "circle",
                "color": color,
                "size": str(size),
                "outline_color": "#3b3b3b",
                "outline_width": "0.2",
            }
        )
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, minimum, where, label))
    layer.setRenderer(QgsRuleBasedRenderer(root))
    labels = QgsPalLayerSettings()
    labels.fieldName = (
        'CASE WHEN "population" >= 10000000 OR ("population" >= 3000000 AND @map_scale < 100000000) '
        'OR ("population" >= 1000000 AND @map_scale < 50000000) OR @map_scale < 25000000 THEN "name" END'
    )
    labels.isExpression = True
    labels.placement = QgsPalLayerSettings.AroundPoint
    labels.dist = 1.2
    labels.setFormat(textFormat(8, "#202428", "#ffffff"))
    labels.priority = 7
    layer.setLabeling(QgsVectorLayerSimpleLabeling(labels))
    layer.setLabelsEnabled(True)
    layer.setShortName("places")
    layer.setTitle("Places")
    layer.setAbstract("Capitals and large cities, with the rounded population of their urban area.")
    layer.setDisplayExpression('"name"')
    layer.setMapTipTemplate('<b>[% "name" %]</b>, [% "country" %]: [% format_number("population", 0) %]')
    return layer


def attribute(layers):
    for layer in layers:
        layer.setKeywordList("world,Natural Earth")
        layer.setAttribution("Made with Natural Earth")
        layer.setAttributionUrl("https://www.naturalearthdata.com/")
        layer.serverProperties().addMetadataUrl(
            QgsMapLayerServerProperties.MetadataUrl(
                "https://www.naturalearthdata.com/about/", "FGDC", "text/html"
            )
        )


def publish(project, places, countries, sea):
    for key, value in (
        ("WMSServiceTitle", "The world"),
        (
            "WMSServiceAbstract",
            "Countries and places of Natural Earth, which is in the public domain: the demo of a map server.",
        ),
        ("WMSKeywordList", ["world", "countries", "cities", "demo"]),
        ("WMSContactPerson", "The keeper of this server"),
        ("WMSContactOrganization", "Your organization"),
        ("WMSContactPosition", "publisher"),
        ("WMSContactMail", "maps@example.org"),
        ("WMSOnlineResource", "https://www.naturalearthdata.com/"),
        ("WMSFees", "none"),
        ("WMSAccessConstraints", "none"),
        ("WMSRootName", "world"),
        ("WMSExtent", ["-180", "-85.05", "180", "85.05"]),
        ("WMSCrsList", ["EPSG:4326", "EPSG:3857"]),
        ("WMSPrecision", "6"),
        ("WFSLayers", [places.id(), countries.id()]),
        ("WCSLayers", [sea.id()]),
    ):
        project.writeEntry(key, "/", value)
    project.writeEntryBool("WMSServiceCapabilities", "/", True)
    project.writeEntryBool("WMSAddWktGeometry", "/", True)
    for formats, layers in (
        ("WMTSLayers", [countries.id()]),
        ("WMTSPngLayers", [countries.id()]),
        ("WMTSJpegLayers", []),
    ):
        project.writeEntry(formats, "/Project", True)
        project.writeEntry(formats, "/Group", ["Base map"])
        project.writeEntry(formats, "/Layer", layers)
    for layer in (places, countries):
        project.writeEntry("WFSLayersPrecision", "/" + layer.id(), 6)


def tidy(path):
    """Take out who wrote the project and when, and give the layers ids that stay the same."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r' save(User|UserFull|DateTime)="[^"]*"', "", text)
    text = re.sub(r"<(author|creation)>[^<]*</", r"<\1></", text)
    number = "[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}"
    text = re.sub(
        f"(Places|Countries|Sea)_{number}", lambda found: found.group(1).lower() + "_of_natural_earth", text
    )
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    project.setTitle("The world")
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    places, countries, sea = makePlaces(), makeCountries(), makeSea()
    attribute((places, countries, sea))
    project.addMapLayers([places, countries, sea], False)
    root = project.layerTreeRoot()
    root.addLayer(places)
    base = root.addGroup("Base map")
    base.setCustomProperty("wmsShortName", "base")
    base.setCustomProperty("wmsTitle", "Base map")
    base.setCustomProperty("wmsAbstract", "Countries on the sea, without places")
    base.addLayer(countries)
    base.addLayer(sea)
    theme = QgsMapThemeCollection.createThemeFromCurrentState(root, QgsLayerTreeModel(root))
    project.mapThemeCollection().insert("everything", theme)
    publish(project, places, countries, sea)
    world = QgsReferencedRectangle(QgsRectangle(-180, -85.05, 180, 85.05), project.crs())
    project.viewSettings().setDefaultViewExtent(world)
    path = os.path.join(HERE, "demo.qgs")
    project.write(path)
    project.clear()
    tidy(path)
    for leftover in ("sea.tif.aux.xml", "demo.qgs~"):
        if os.path.exists(os.path.join(HERE, leftover)):
            os.remove(os.path.join(HERE, leftover))


if __name__ == "__main__":
    main()
