"""What a dataset is: its Arrow schema, what each column means, and its version.

Every other module of this package defines one `Dataset` (or one table that steps hand on) with `column`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

MEANING = b"meaning"


@dataclass(frozen=True)
class Dataset:
    """A table that a run writes: `name` is its folder, `version` rises when its columns change."""

    name: str
    version: int
    about: str
    schema: pa.Schema

    def meanings(self) -> dict[str, str]:
        """Column name to what it means, in the order of the columns."""
        return {field.name: field.metadata[MEANING].decode() for field in self.schema}

    def stamped(self, copydesk_version: str, carried: tuple[str, ...] = ()) -> pa.Schema:
        """The schema, with carried columns, and with the dataset's name and both versions in the file metadata."""
        carried_columns = [column(name, pa.string(), "carried from the input", nullable=True) for name in carried]
        return pa.schema([*self.schema, *carried_columns]).with_metadata(
            {
                "copydesk.dataset": self.name,
                "copydesk.schema_version": str(self.version),
                "copydesk.version": copydesk_version,
            }
        )


def type_name(type: pa.DataType) -> str:
    """A column's type as a reader of the files finds it: how strings are packed is nobody's business."""
    if pa.types.is_dictionary(type):
        return type_name(type.value_type)
    return f"list of {type_name(type.value_type)}" if pa.types.is_list(type) else str(type)


def column(name: str, type: pa.DataType, meaning: str, nullable: bool = False) -> pa.Field:
    """A column with its meaning; columns hold a value in every row unless `nullable`."""
    return pa.field(name, type, nullable=nullable, metadata={MEANING: meaning})
