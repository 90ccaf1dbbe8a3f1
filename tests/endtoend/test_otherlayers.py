"""Styles whose expressions look at other layers, as far as the request may see those."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from tests.endtoend import test_joins
from tests.endtoend.running import ServerTestCase

RULES = """
<renderer-v2 type="RuleRenderer">
  <rules key="root">
    <rule key="a" symbol="0"
      filter="attribute(get_feature('mayors', 'town', &quot;town&quot;), 'age') &gt; 50"/>
  </rules>
  <symbols><symbol type="marker" name="0">
    <layer class="SimpleMarker" enabled="1">
      <prop k="color" v="255,0,0,255"/><prop k="outline_style" v="no"/>
      <prop k="size" v="20"/><prop k="size_unit" v="Pixel"/><prop k="name" v="square"/>
    </layer>
  </symbol></symbols>
</renderer-v2>
"""


class OtherLayerTests(test_joins.TownsServer, ServerTestCase):
    renderer = RULES

    async def drawn(self, **parameters: object) -> list[bool]:
        """Whether Here, There and Nowhere are drawn."""
        response, body = await self.ask(
            SERVICE="WMS", VERSION="1.1.1", REQUEST="GetMap", LAYERS="towns", STYLES="", SRS="EPSG:4326",
            BBOX="0,0,8,8", WIDTH=160, HEIGHT=160, FORMAT="image/png", **parameters,
        )  # fmt: skip
        self.assertEqual(response.code, 200, body[:300])
        picture = np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))
        return [
            bool((picture[160 - 20 * y, 20 * x] == (255, 0, 0)).all()) for x, y in ((1, 2), (3, 4), (5, 6))
        ]

    async def test_aRuleLooksAtAnotherLayer(self) -> None:
        self.assertEqual(await self.drawn(), [False, True, False])

    async def test_whatIsHiddenIsNotThere(self) -> None:
        """The layer, some of its features, an attribute."""
        for who in ("stranger", "clerk", "guest"):
            self.assertEqual(await self.drawn(WHO=who), [False, False, False], who)
