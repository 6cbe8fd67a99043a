"""All that a run writes, in the order of the dataset card."""

from schemas.dataset import Dataset
from schemas.duplicates import DUPLICATES
from schemas.edits import EDITS
from schemas.filtered import FILTERED
from schemas.rejects import REJECTS
from schemas.stories import STORIES

DATASETS: tuple[Dataset, ...] = (STORIES, DUPLICATES, EDITS, FILTERED, REJECTS)
