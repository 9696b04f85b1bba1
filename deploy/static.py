"""Static files on their way to their bucket. Their names are made of their content: they may be kept for ever."""

import mimetypes
from pathlib import Path

from botocore.session import get_session  # noqa: TID251 - S3, on the way there

PREFIX = "static/"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"


def upload(folder: Path, bucket: str) -> int:
    """Put a folder's files into a bucket and return how many; those of earlier releases stay, for old pages."""
    client = get_session().create_client("s3")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        name = path.relative_to(folder).as_posix()
        kind, coding = mimetypes.guess_type(name)
        client.put_object(
            Bucket=bucket,
            Key=PREFIX + name,
            Body=path.read_bytes(),
            ContentType=kind or "application/octet-stream",
            CacheControl=FOR_EVER if _is_hashed(path) else FOR_A_DAY,
            **({"ContentEncoding": coding} if coding else {}),
        )
    return len(files)


def _is_hashed(path: Path) -> bool:
    """Tell whether Django has put twelve digits of the content's hash before the last suffix."""
    digest = path.stem.rpartition(".")[2]
    return len(digest) == 12 and set(digest) <= set("0123456789abcdef")  # noqa: PLR2004 - Django's
