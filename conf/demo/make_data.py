#!/usr/bin/env python3
"""
Make the data of the demo: demo.gpkg (countries, places) and sea.tif.

Not needed to run the server: the data are kept beside this script.  It wants
numpy, scipy, shapely, pyogrio and rasterio, and two files of Natural Earth
(public domain), as package registries carry them:

  - countries-50m.json of the npm package world-atlas 2.0.2;
  - naturalearth_cities.shp and naturalearth_lowres.shp of the PyPI package
    geopandas 0.14.4 (geopandas/datasets), in one folder each.

Usage: make_data.py countries-50m.json datasets-folder
"""

import csv
import json
import os
import sys

import numpy as np
import pyogrio
import rasterio
import rasterio.features
import shapely
from rasterio.transform import from_bounds
from scipy.spatial import cKDTree

HERE = os.path.dirname(os.path.abspath(__file__))

#: What Web Mercator can show.
LIMIT = 85.05

#: Names that the shapefile's encoding lost, and one that has changed since.
RENAMED = {
    "?saka": "Ōsaka",
    "Chi?in?u": "Chişinău",
    "Nur-Sultan": "Astana",
    "Washington,  D.C.": "Washington, D.C.",
}

#: Places that are no capitals.
CITIES = frozenset(
    """
    Abidjan,Atlanta,Auckland,Baguio,Bengaluru,Bloemfontein,Cape Town,Casablanca,Chengdu,Chicago,Cotonou,
    Dar es Salaam,Denver,Dubai,Geneva,Hargeisa,Hong Kong,Houston,Istanbul,Johannesburg,Kolkata,Kyoto,
    Laayoune,Lagos,Los Angeles,Melbourne,Miami,Monterrey,Mumbai,New York,Putrajaya,Rio de Janeiro,
    San Francisco,Shanghai,Sydney,São Paulo,Tel Aviv,The Hague,Toronto,Valparaíso,Vancouver,Yangon,Ürümqi,
    Ōsaka
    """.replace("\n", "")
    .replace("    ", "")
    .split(",")
)

#: Continents of what is too small for the 1:110m map.
SMALL = {
    "Africa": "São Tomé and Principe,Seychelles,Mauritius,Comoros,Cabo Verde,Saint Helena",
    "Asia": "Singapore,Maldives,Macao,Hong Kong,Bahrain,Siachen Glacier,Br. Indian Ocean Ter.",
    "Europe": "Vatican,San Marino,Monaco,Malta,Macedonia,Liechtenstein,Jersey,Guernsey,Isle of Man,"
    "Åland,Faeroe Is.,Andorra",
    "North America": "U.S. Virgin Is.,Anguilla,Cayman Is.,Bermuda,British Virgin Is.,Montserrat,"
    "Turks and Caicos Is.,St. Vin. and Gren.,Saint Lucia,St. Kitts and Nevis,Aruba,Curaçao,Grenada,"
    "St. Pierre and Miquelon,St-Martin,St-Barthélemy,Dominica,Barbados,Antigua and Barb.,Sint Maarten",
    "Oceania": "Micronesia,Marshall Is.,N. Mariana Is.,Guam,American Samoa,Pitcairn Is.,Tonga,Samoa,"
    "Palau,Niue,Cook Is.,Nauru,Kiribati,Wallis and Futuna Is.,Fr. Polynesia,Norfolk Island,"
    "Ashmore and Cartier Is.,Indian Ocean Ter.",
    "Antarctica": "S. Geo. and the Is.,Heard I. and McDonald Is.",
}


def decodeArcs(topology):
    """The arcs of a quantized TopoJSON, as arrays of degrees."""
    scale, translate = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]


def ringOf(arcs, numbers):
    parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    return np.vstack([parts[0], *(part[1:] for part in parts[1:])])


def unwrapped(ring):
    """
    The atlas joins what the antimeridian cuts.  A ring that crosses it goes on
    beyond 180 degrees; one around the pole is led to the pole and back.
    """
    steps = np.diff(ring[:, 0])
    turns = np.concatenate([[0], np.cumsum(np.where(steps > 180, -360, np.where(steps < -180, 360, 0)))])
    ring = np.column_stack([ring[:, 0] + turns, ring[:, 1]])
    if turns[-1]:
        ring = np.vstack([ring, [ring[-1, 0], -90], [ring[0, 0], -90], ring[0]])
    return ring


def cut(polygon):
    """The parts of an unwrapped polygon, each moved to where it is on the map."""
    parts = []
    for turn in (-360, 0, 360):
        part = shapely.intersection(polygon, shapely.box(turn - 180, -LIMIT, turn + 180, LIMIT))
        moved = shapely.transform(part, lambda xy, turn=turn: xy - [turn, 0])
        parts += [p for p in shapely.get_parts(moved) if p.geom_type == "Polygon" and p.area > 0]
    return parts


def readCountries(path):
    """@return: names, ISO numbers, multipolygons in degrees."""
    with open(path, encoding="utf-8") as file:
        topology = json.load(file)
    arcs = decodeArcs(topology)
    names, numbers, shapes = [], [], []
    for geometry in topology["objects"]["countries"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        parts = []
        for polygon in polygons:
            outer, *holes = (unwrapped(ringOf(arcs, ring)) for ring in polygon)
            parts += cut(shapely.make_valid(shapely.Polygon(outer, holes)))
        names.append(geometry["properties"]["name"])
        numbers.append(geometry.get("id") or "")
        shapes.append(shapely.multipolygons(parts))
    return names, numbers, np.array(shapes)


def writeCountries(path, names, numbers, shapes, folder):
    meta, _, _, columns = pyogrio.raw.read(
        os.path.join(folder, "naturalearth_lowres", "naturalearth_lowres.shp")
    )
    rows = [dict(zip(meta["fields"], row, strict=True)) for row in zip(*columns, strict=True)]
    known = {row["name"]: row for row in rows}
    known["Macedonia"] = known["North Macedonia"]
    continents = {name: continent for continent, listed in SMALL.items() for name in listed.split(",")}
    continent = [str(known[name]["continent"]) if name in known else continents[name] for name in names]
    continent = ["Antarctica" if "seas" in text else text for text in continent]
    population = [float(known[name]["pop_est"]) if name in known else np.nan for name in names]
    population = np.ma.masked_invalid(population)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        [
            np.array(names, dtype=object),
            np.array(numbers, dtype=object),
            np.array(continent, dtype=object),
            population.filled(0).astype("int64"),
        ],
        ["name", "iso_n3", "continent", "population"],
        field_mask=[None, None, None, np.ma.getmaskarray(population)],
        layer="countries",
        driver="GPKG",
        geometry_type="MultiPolygon",
        crs="EPSG:4326",
        VERSION="1.3",
        DESCRIPTION="Countries of Natural Earth, 1:50m",
    )


def writePlaces(path, folder, names, shapes):
    with open(os.path.join(HERE, "population.csv"), encoding="utf-8", newline="") as file:
        population = {row["name"]: 1000 * int(row["thousands"]) for row in csv.DictReader(file)}
    _, _, geometry, (cities,) = pyogrio.raw.read(
        os.path.join(folder, "naturalearth_cities", "naturalearth_cities.shp")
    )
    cities = [RENAMED.get(city, city) for city in cities]
    kept = sorted(
        (i for i, city in enumerate(cities) if city in population), key=lambda i: -population[cities[i]]
    )
    points = shapely.from_wkb(geometry)[kept]
    nearest = shapely.STRtree(shapes).nearest(points)
    unknown = sorted(set(population) - set(cities))
    if unknown:
        raise SystemExit(f"no such places: {unknown}")
    pyogrio.raw.write(
        path,
        shapely.to_wkb(points),
        [
            np.array([cities[i] for i in kept], dtype=object),
            np.array([names[i] for i in nearest], dtype=object),
            np.array([population[cities[i]] for i in kept], dtype="int64"),
            np.array([cities[i] not in CITIES for i in kept], dtype=bool),
        ],
        ["name", "country", "population", "capital"],
        layer="places",
        driver="GPKG",
        geometry_type="Point",
        crs="EPSG:4326",
        append=True,
        DESCRIPTION="Places of Natural Earth, with the rounded population of their urban area",
    )


def onSphere(longitude, latitude):
    lon, lat = np.radians(longitude), np.radians(latitude)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def writeSea(path, shapes, width=1080, height=540):
    """A grid of the distance to the nearest coast: kilometres, 0 on land."""
    coast = shapely.get_coordinates(shapely.segmentize(shapes, 0.25))
    tree = cKDTree(onSphere(coast[:, 0], coast[:, 1]))
    transform = from_bounds(-180, -90, 180, 90, width, height)
    longitude = -180 + (np.arange(width) + 0.5) * 360 / width
    latitude = 90 - (np.arange(height) + 0.5) * 180 / height
    grid = np.stack(np.meshgrid(longitude, latitude), axis=-1).reshape(-1, 2)
    chord = tree.query(onSphere(grid[:, 0], grid[:, 1]))[0]
    distance = np.round(2 * np.arcsin(np.minimum(chord / 2, 1)) * 6371 / 5) * 5
    land = rasterio.features.rasterize(shapes, (height, width), transform=transform)
    values = np.where(land == 1, 0, distance.reshape(height, width)).astype("int16")
    values[latitude < -LIMIT] = 0
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=1,
        dtype="int16",
        crs="EPSG:4326",
        transform=transform,
        compress="deflate",
        predictor=2,
        zlevel=9,
        tiled=True,
    ) as file:
        file.write(values, 1)
        file.set_band_description(1, "distance to the coast, km")
        file.build_overviews([2, 4], rasterio.enums.Resampling.average)


def main():
    countries, folder = sys.argv[1:]
    geopackage = os.path.join(HERE, "demo.gpkg")
    if os.path.exists(geopackage):
        os.remove(geopackage)
    names, numbers, shapes = readCountries(countries)
    writeCountries(geopackage, names, numbers, shapes, folder)
    writePlaces(geopackage, folder, names, shapes)
    writeSea(os.path.join(HERE, "sea.tif"), shapes)


if __name__ == "__main__":
    main()
