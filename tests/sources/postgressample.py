"""The features of the conformance suite in a table of a real PostgreSQL."""

from __future__ import annotations

from typing import Any

import shapely

from tests.conformance.featuresource import DAYS, HEIGHTS, NAMES, POPS, SHAPES
from tests.postgres import PostgresServer


def writePostgres(server: PostgresServer, schema: str, columns: str = "pk int4 PRIMARY KEY") -> str:
    """
    Make the table C{sample} in a new schema.

    @param columns: what stands before the suite's columns.
    @return: the beginning of a URI of a layer on it.
    """
    isText = columns.split()[1] == "text"
    with server.connect() as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(
            f"CREATE TABLE {schema}.sample ({columns}, name varchar(20), pop int4, height float8, day date, "
            "geom geometry(Polygon, 2154))"
        )
        connection.execute(f"CREATE INDEX ON {schema}.sample USING gist (geom)")
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {schema}.sample VALUES (%s, %s, %s, %s, %s, ST_GeomFromWKB(%s, 2154))",
                [_row(row, isText) for row in range(len(NAMES))],
            )
    return f'{server.uri} table="{schema}"."sample" (geom)'


def _row(row: int, isText: bool) -> tuple[Any, ...]:
    shape = SHAPES[row]
    wkb = None if shape is None else shapely.to_wkb(shape)
    key = f"{row + 1:02}" if isText else row + 1
    return (key, NAMES[row], POPS[row], HEIGHTS[row], DAYS[row], wkb)
