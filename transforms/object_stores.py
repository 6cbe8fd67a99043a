"""What Beam's file systems cannot do on object stores: to write a file only if nobody has written it meanwhile.

- `replacer`: how to do it on the store that a path lies on; None where the store is none that has preconditions

Google Cloud Storage numbers an object's generations, S3 names its content by an ETag; both refuse a write whose
precondition no longer holds. Clients repeat a request whose answer was lost, and the repetition is refused because the
first one did its work: so a refusal counts only where the store holds something else than was to be written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

StateOf = Callable[[bytes | None], str]
Replacer = Callable[[str, bytes, str, StateOf], bool]


def replacer(path: str) -> Replacer | None:
    """A function of path, data, the state that the content is expected to have, and what tells the state of a content.

    It writes the data and says True, or says False and leaves the store as it is.
    """
    return {"gs": _replace_on_gcs, "s3": _replace_on_s3}.get(FileSystems.get_scheme(path) or "")


def _replace_on_gcs(path: str, data: bytes, expected: str, state_of: StateOf) -> bool:
    from apache_beam.io.gcp import gcsio  # there only with the extra `gcp`
    from google.api_core.exceptions import NotFound, PreconditionFailed

    bucket, name = gcsio.parse_gcs_path(path)
    blob = gcsio.GcsIO(pipeline_options=_options()).client.bucket(bucket).blob(name)

    def content() -> tuple[bytes | None, int]:
        try:
            blob.reload()
            generation = int(blob.generation)  # downloading may change what the blob says
            return blob.download_as_bytes(if_generation_match=generation), generation
        except NotFound:
            return None, 0

    try:
        found, generation = content()
        if state_of(found) != expected:
            return False
        blob.upload_from_string(data, if_generation_match=generation)
    except PreconditionFailed:
        return content()[0] == data
    return True


def _replace_on_s3(path: str, data: bytes, expected: str, state_of: StateOf) -> bool:
    from apache_beam.io.aws import s3io  # there only with the extra `aws`
    from botocore.exceptions import ClientError

    bucket, key = s3io.parse_s3_path(path)
    client = s3io.S3IO(options=_options()).client.client
    place = {"Bucket": bucket, "Key": key}

    def content() -> tuple[bytes | None, dict[str, str]]:
        try:
            found = client.get_object(**place)
        except client.exceptions.NoSuchKey:
            return None, {"IfNoneMatch": "*"}
        return found["Body"].read(), {"IfMatch": found["ETag"]}

    found, condition = content()
    if state_of(found) != expected:
        return False
    try:
        client.put_object(**place, Body=data, **condition)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] not in REFUSED:
            raise
        return content()[0] == data
    return True


REFUSED = (409, 412)  # another write at the same moment; the precondition does not hold


def _options() -> Any:
    """What Beam's own file systems were told: endpoints and credentials."""
    return FileSystems._pipeline_options or PipelineOptions([])
