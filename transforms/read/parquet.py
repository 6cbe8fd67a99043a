"""Parquet: the row groups of a piece, a few rows at a time.

- `plain_values`: an Arrow column as the JSON values that records are made of
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from transforms.read.decoding import decode_utf8
from transforms.read.pieces import Batch, FilePiece, Limits, UnreadableError
from transforms.read.records import Records

ROWS = 256  # decoded at a time
BUFFER = 8 << 20  # bytes of a column that are read at a time, instead of all that the row group has


def read_parquet(piece: FilePiece, file: BinaryIO, records: Records, limits: Limits) -> Iterator[Batch]:
    """The rows of the piece's row groups, their positions those in the file.

    Of n row groups the i-th belongs to the piece that holds byte i/n of the file, so that planning needs no footer.
    Where it lies in truth only its column metadata tell, which in a damaged file end the process
    (pyarrow 25's `RowGroupMetaData.column` throws what Python cannot catch).

    A text that the file stores once and repeats is held once: in a file it takes no room, in memory it could take all.

    Raises:
        UnreadableError: the footer or a row group is damaged, there is no text column, or several, or the rows are a
            bomb.
    """
    if piece.compression != "plain":
        raise UnreadableError(f"Parquet compresses its columns itself: undo the {piece.compression} around it")
    try:
        footer = pq.ParquetFile(file)
        names = records.names(footer.schema_arrow.names)
        texts = [field.name for field in footer.schema_arrow if _is_text(field.type)]
        table = pq.ParquetFile(file, metadata=footer.metadata, buffer_size=BUFFER, read_dictionary=texts)
        position = given = 0
        count = table.metadata.num_row_groups
        end = piece.size if piece.end is None else piece.end
        for number in range(count):
            if piece.start <= number * piece.size // count < end:
                for row, (record, size, replaced) in enumerate(_rows(table, number, names)):
                    given += size
                    if given > limits.inflated_bytes and given > piece.size * limits.inflation:
                        raise UnreadableError(f"its rows grow to more than {limits.inflation} times its size")
                    records.add(position + row, record, size, replaced)
                    yield from records.full()
            position += table.metadata.row_group(number).num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableError(f"damaged: {error}") from error


def plain_values(column: pa.Array) -> tuple[list[Any], list[int] | None]:
    """The values as JSON knows them, and how many bytes were replaced in each, where any were.

    Dates, times and decimals become strings as Arrow writes them, UUIDs as RFC 9562 does. Bytes are read as UTF-8;
    those of a fixed length, mostly digests and keys, are hexadecimal where they are none, lest two become the same
    string. Nested values are lists and objects. Parquet's strings are not always UTF-8, whatever its standard says.
    What a dictionary repeats is one object.
    """
    if pa.types.is_dictionary(column.type):
        values, replaced = plain_values(column.dictionary)
        at = (
            pa.array(range(len(values)), pa.int64()).take(column.indices).to_pylist()
        )  # checks what a damaged file says
        counts = replaced and [0 if index is None else replaced[index] for index in at]
        return [None if index is None else values[index] for index in at], counts
    if pa.types.is_fixed_size_binary(column.type):
        return [None if value is None else _digest(value) for value in column.to_pylist()], None
    column = column.cast(_plain_type(column.type), safe=False)
    if pa.types.is_nested(column.type) or isinstance(column.type, pa.UuidType):
        return [_plain_value(value) for value in column.to_pylist()], None
    if not _is_text(column.type):
        return column.to_pylist(), None
    try:
        text = column.cast(pa.large_string())
        text.validate(full=True)
        return text.to_pylist(), None
    except pa.ArrowInvalid:
        decoded = [decode_utf8(value or b"") for value in column.cast(pa.large_binary()).to_pylist()]
        texts = [
            text if there else None for (text, _), there in zip(decoded, column.is_valid().to_pylist(), strict=True)
        ]
        return texts, [replaced for _, replaced in decoded]


def _rows(table: pq.ParquetFile, number: int, names: list[str]) -> Iterator[tuple[dict[str, Any], int, int]]:
    """The rows of a row group as records, each with its characters and how many bytes were replaced in it."""
    for batch in table.iter_batches(batch_size=ROWS, row_groups=[number], use_threads=False):
        columns = [plain_values(column) for column in batch.columns]
        replaced = [counts for _, counts in columns if counts is not None]
        for row, values in enumerate(zip(*(values for values, _ in columns), strict=True)):
            size = sum(len(value) for value in values if isinstance(value, str))
            yield dict(zip(names, values, strict=True)), size, sum(counts[row] for counts in replaced)


def _plain_type(type: pa.DataType) -> pa.DataType:
    """The nearest type whose values JSON knows, or bytes that can be decoded; the parts of nested types likewise."""
    if isinstance(type, pa.UuidType):
        return type
    if isinstance(type, pa.BaseExtensionType):
        return _plain_type(type.storage_type)
    if pa.types.is_dictionary(type):
        return _plain_type(type.value_type)
    if pa.types.is_temporal(type) or pa.types.is_decimal(type):
        return pa.string()
    if pa.types.is_struct(type):
        return pa.struct([field.with_type(_plain_part(field.type)) for field in type.fields])
    if pa.types.is_map(type):
        return pa.map_(_plain_part(type.key_type), _plain_part(type.item_type))
    if pa.types.is_list(type) or pa.types.is_large_list(type) or pa.types.is_fixed_size_list(type):
        return pa.large_list(_plain_part(type.value_type))
    if pa.types.is_string_view(type):
        return pa.large_string()
    if pa.types.is_fixed_size_binary(type) or pa.types.is_binary_view(type):
        return pa.large_binary()
    return type


def _plain_part(type: pa.DataType) -> pa.DataType:
    """As `_plain_type`, with strings as bytes: within nested values they cannot be checked as a column."""
    plain = _plain_type(type)
    written_by_arrow = pa.types.is_temporal(type) or pa.types.is_decimal(type)
    return pa.large_binary() if _is_text(plain) and not written_by_arrow else plain


def _plain_value(value: Any) -> Any:
    """A nested value with its bytes decoded, or a UUID; Arrow gives a map as pairs."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return decode_utf8(value)[0]
    if isinstance(value, dict):
        return {key: _plain_value(part) for key, part in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return {str(_plain_value(key)): _plain_value(part) for key, part in value}
    if isinstance(value, list):
        return [_plain_value(part) for part in value]
    return value


def _digest(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _is_text(type: pa.DataType) -> bool:
    checks = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(check(type) for check in checks)
