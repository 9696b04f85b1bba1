"""Where backups are: a folder, or a bucket of S3. Both hold private data and are made for nobody else's eyes."""

import base64
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session
from django.conf import settings

from dctech.backup.errors import BackupError

CHUNK = 1 << 20


class Place(Protocol):
    def files(self) -> list[str]:
        """Return the names of what is there."""

    def put(self, name: str, content: IO[bytes], sha256: bytes) -> None:
        """Store a file from its beginning."""

    def get(self, name: str, into: IO[bytes]) -> None:
        """Copy a file; raise BackupError when it is not there."""


def place(address: str) -> Place:
    """Return the place that `s3://bucket/prefix`, or the path of a folder, names."""
    if found := re.fullmatch(r"s3://([^/]+)/?(.*?)/?", address):
        return Bucket(found[1], f"{found[2]}/" if found[2] else "")
    if "://" in address:
        raise BackupError(f"{address!r} is neither a folder nor s3://bucket/prefix.")
    return Folder(Path(address))


@contextmanager
def fetched(where: Place, name: str) -> Iterator[IO[bytes]]:
    """Give a file of a place, as a temporary one at its beginning."""
    with TemporaryFile() as file:
        where.get(name, file)
        file.seek(0)
        yield file


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def files(self) -> list[str]:
        return sorted(found.name for found in self.path.iterdir()) if self.path.is_dir() else []

    def put(self, name: str, content: IO[bytes], sha256: bytes) -> None:  # noqa: ARG002 - S3 checks it
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self.path / name).open("xb") as file:
                (self.path / name).chmod(0o600)
                shutil.copyfileobj(content, file, CHUNK)
        except OSError as error:
            raise BackupError(f"{self.path / name} cannot be written: {error.strerror}.") from error

    def get(self, name: str, into: IO[bytes]) -> None:
        try:
            with (self.path / name).open("rb") as file:
                shutil.copyfileobj(file, into, CHUNK)
        except OSError as error:
            raise BackupError(f"{self.path / name} cannot be read: {error.strerror}.") from error


class Bucket:
    """A part of a bucket of S3. A file is one PutObject: 5 GB at most."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self.bucket, self.prefix = bucket, prefix
        self.client = get_session().create_client("s3", region_name=settings.AWS_REGION)

    def files(self) -> list[str]:
        with self._explained("listed"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix
            )
            return [
                found["Key"].removeprefix(self.prefix)
                for page in pages
                for found in page.get("Contents", [])
            ]

    def put(self, name: str, content: IO[bytes], sha256: bytes) -> None:
        with self._explained("written", name):
            self.client.put_object(
                Bucket=self.bucket,
                Key=self.prefix + name,
                Body=content,
                ChecksumSHA256=base64.b64encode(sha256).decode("ascii"),
                ServerSideEncryption="AES256",
            )

    def get(self, name: str, into: IO[bytes]) -> None:
        with self._explained("read", name):
            answer: Any = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)
            shutil.copyfileobj(answer["Body"], into, CHUNK)

    @contextmanager
    def _explained(self, done: str, name: str = "") -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            address = f"s3://{self.bucket}/{self.prefix}{name}"
            raise BackupError(f"{address} cannot be {done}: {error}") from error
