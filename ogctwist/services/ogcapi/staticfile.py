# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""Files that pages need: the administrator's, else those that come with the server."""

from __future__ import annotations

import mimetypes
import os
from importlib.resources import files

from ogctwist.ows.exceptions import quoted
from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.errors import notFound

#: A larger file does not belong here.
MOST_BYTES = 8 * 1024 * 1024


async def staticFile(call: Call) -> None:
    """Answer with the file that the path names."""
    name = call.names["file"]
    data = await call.kit.pool.run(fileContents, call.kit.resources, name)
    if data is None:
        raise notFound(f"Static file {quoted(name)} was not found")
    call.response.setHeader("Content-Type", mimetypes.guess_type(name)[0] or "application/octet-stream")
    call.response.setHeader("Cache-Control", "public, max-age=86400")
    call.response.write(data)


def fileContents(resources: str, name: str) -> bytes | None:
    """
    The contents of a file; None when there is none.  Blocking.

    @param resources: the folder of the administrator, or ''.
    @param name: as in the URL: it may try to get out of the folder.
    """
    folders = [os.path.join(resources, "ogc", "static")] if resources else []
    folders.append(str(files("ogctwist.services.ogcapi") / "static"))
    for folder in map(os.path.realpath, folders):
        if "\0" in name:
            return None
        path = os.path.realpath(os.path.join(folder, name))
        if not path.startswith(folder + os.sep) or not os.path.isfile(path):
            continue
        if os.path.getsize(path) <= MOST_BYTES:
            with open(path, "rb") as file:
                return file.read(MOST_BYTES)
    return None
