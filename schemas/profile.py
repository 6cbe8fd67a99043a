"""Site profiles: what lines the stories of a site share, and what the stories are called; hashes, no text.

A profile is a folder, one a run, with a file for each partition of the site's hash. Profiles are merged on reading:
counts are added, so a run that is done again replaces its own folder and nothing counts twice.
"""

import numpy as np
import pyarrow as pa

from schemas.dataset import column

PARTITIONS = 64

SITE, LINE, TITLE = 0, 1, 2

# What one page tells about its site, as it is shuffled: `part` is the site's partition, `story` the same for copies.
SIGHTING = np.dtype([("part", "u1"), ("kind", "u1"), ("key", "<u8"), ("story", "<u8")])

PROFILE = pa.schema(
    [
        column("kind", pa.uint8(), "0 a site, 1 a line on a site, 2 a title on a site"),
        column(
            "key", pa.uint64(), "hash of the site, or of site and line, or of site and title; sorted by kind and key"
        ),
        column("stories", pa.int64(), "distinct stories that it was seen with; for a line two at least"),
        column("story", pa.uint64(), "the lowest of those stories"),
    ]
)
