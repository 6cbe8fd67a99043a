"""Site profiles: what lines the stories of a site share, and what the stories are called; hashes, no text.

A profile is a folder, one a run, whose files share out its sites by their hash. Profiles are merged on reading:
counts are added, so a run that is done again replaces its own folder and nothing counts twice.
"""

import numpy as np
import pyarrow as pa

from schemas.dataset import column

PARTITIONS = 64

SITE, LINE, TITLE = 0, 1, 2

# What one page tells about its site: `part` is the site's partition. Copies of a story mostly agree in two of the three
# `story` columns at least.
STORY = ("story_a", "story_b", "story_c")
SIGHTING = np.dtype([("part", "u1"), ("kind", "u1"), ("key", "<u8"), *((name, "<u4") for name in STORY)])

# The same in a unit's file, a record batch a partition.
SIGHTINGS = pa.schema(
    [
        column("kind", pa.uint8(), "0 a site, 1 a line on a site, 2 a title on a site"),
        column("key", pa.uint64(), "as in `PROFILE`"),
        *(column(name, pa.uint32(), "the story that it was seen with, by one of three hashes") for name in STORY),
    ]
)

PROFILE = pa.schema(
    [
        column("kind", pa.uint8(), "0 a site, 1 a line on a site, 2 a title on a site"),
        column(
            "key", pa.uint64(), "hash of the site, or of site and line, or of site and title; sorted by kind and key"
        ),
        column("stories", pa.int64(), "distinct stories that it was seen with; for a line two at least"),
        *(column(name, pa.uint32(), "the lowest of those stories, by one of three hashes") for name in STORY),
    ]
)
