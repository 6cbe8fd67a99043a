"""Object stores on loopback, so that runs read and write `gs://` and `s3://` without a cloud.

- `gcs`: Google Cloud Storage, emulated; Google's client finds it by the environment variable that is set meanwhile
- `s3`: S3, as moto emulates it; Beam finds it by `S3.options`

Both start with an empty bucket, `news`, and are read and filled with `read`, `write` and `names`.
"""

from __future__ import annotations

import contextlib
import functools
import logging
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus, server
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlparse

import boto3
import pytest
from botocore.config import Config
from gcp_storage_emulator.exceptions import NotFound
from gcp_storage_emulator.server import RequestHandler
from gcp_storage_emulator.storage import Storage
from moto.server import ThreadedMotoServer

BUCKET = "news"
BUSY = [HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE]


class Gcs:
    """The emulated store. `requests` counts what was asked of it, by HTTP method.

    `fail`: statuses that the next requests are answered with instead, the first first; `busy`: one in so many requests
    is refused with 429, 500 and 503 in turn, and `refused` counts them.
    """

    root = f"gs://{BUCKET}"

    def __init__(self) -> None:
        self.storage = _Storage(use_memory_fs=True)
        self.requests: Counter[str] = Counter()
        self.fail: list[HTTPStatus] = []
        self.busy = 0
        self.refused = 0

    def write(self, name: str, data: bytes) -> None:
        described = {"bucket": BUCKET, "name": name, "size": str(len(data)), "generation": "1", "updated": _UPDATED}
        self.storage.create_file(BUCKET, name, data, {**described, "contentType": "application/octet-stream"})

    def read(self, name: str) -> bytes:
        return bytes(self.storage.get_file(BUCKET, name))

    def names(self, prefix: str = "") -> list[str]:
        found, _ = self.storage.get_file_list(BUCKET, prefix)
        return sorted(one["name"] for one in found)


class S3:
    """The emulated store; `options` are those that point Beam to it."""

    root = f"s3://{BUCKET}"

    def __init__(self, endpoint: str) -> None:
        region, key = "us-east-1", "key"
        self.options = (
            f"--s3_endpoint_url={endpoint}",
            f"--s3_access_key_id={key}",
            f"--s3_secret_access_key={key}",
            f"--s3_region_name={region}",
        )
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=key,
            config=Config(retries={"max_attempts": 1}),
        )

    def write(self, name: str, data: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=name, Body=data)

    def read(self, name: str) -> bytes:
        return bytes(self.client.get_object(Bucket=BUCKET, Key=name)["Body"].read())

    def names(self, prefix: str = "") -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", [])]


@contextlib.contextmanager
def gcs() -> Iterator[Gcs]:
    """The store, on a free port, until the block ends; no credentials are looked for."""
    store = Gcs()
    store.storage.create_bucket(BUCKET, {"name": BUCKET, "kind": "storage#bucket"})
    with (
        server.HTTPServer(("127.0.0.1", 0), partial(_Handler, store)) as http,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{http.server_port}")
        environment.setenv("NO_GCE_CHECK", "true")  # else a metadata server is looked for
        environment.setenv("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")  # a request more each time
        environment.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield store
        http.shutdown()
        thread.join()


@contextlib.contextmanager
def s3() -> Iterator[S3]:
    """The store, on a free port, until the block ends."""
    moto = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        store = S3(f"http://{host}:{port}")
        store.client.create_bucket(Bucket=BUCKET)
        with pytest.MonkeyPatch.context() as patch:
            # Beam makes a session for each operation, which reads some megabytes of AWS's descriptions first
            patch.setattr(boto3.session, "Session", functools.cache(boto3.session.Session))
            yield store
    finally:
        moto.stop()


logging.getLogger("gcp_storage_emulator").setLevel(logging.CRITICAL)

_UPDATED = "2026-05-31T00:00:00.000000Z"


class _PreconditionFailedError(Exception):
    """The object is of another generation than the request says."""


class _Storage(Storage):
    """The emulator's memory, which by itself takes no notice of preconditions."""

    wanted: str | None = None

    def create_file(self, bucket_name: str, file_name: str, *rest: Any) -> Any:
        if self.wanted not in (None, self.generation(bucket_name, file_name)):
            raise _PreconditionFailedError
        return super().create_file(bucket_name, file_name, *rest)

    def generation(self, bucket: str, name: str) -> str:
        """The object's generation; 0 where there is none, as preconditions have it."""
        try:
            return str(self.get_file_obj(bucket, name)["generation"])
        except NotFound:
            return "0"


class _Handler(RequestHandler):
    """The emulator's handler, with preconditions of writes, and failures when it is told to fail."""

    def __init__(self, store: Gcs, *arguments: Any) -> None:
        self._store = store
        super().__init__(store.storage, *arguments)

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        self._store.requests[self.command] += 1
        if self._store.busy and self._store.requests.total() % self._store.busy == 0:
            self._store.fail.append(BUSY[self._store.refused % len(BUSY)])
            self._store.refused += 1
        if self._store.fail:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._refuse(self._store.fail.pop(0))
            return False
        (self.storage.wanted,) = parse_qs(urlparse(self.path).query).get("ifGenerationMatch", [None])
        return True

    def do_POST(self) -> None:  # noqa: N802 - as http.server has it
        with self._checked():
            super().do_POST()

    def do_PUT(self) -> None:  # noqa: N802
        with self._checked():
            super().do_PUT()

    @contextlib.contextmanager
    def _checked(self) -> Iterator[None]:
        try:
            yield
        except _PreconditionFailedError:
            self._refuse(HTTPStatus.PRECONDITION_FAILED)

    def _refuse(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
