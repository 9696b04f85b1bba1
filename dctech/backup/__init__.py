"""All tables as files, and back: one file of JSON Lines for each table, and a manifest that vouches for them."""

from dctech.backup.copying import back_up
from dctech.backup.errors import BackupError
from dctech.backup.manifest import Entry, Manifest
from dctech.backup.restoring import restore

__all__ = ["BackupError", "Entry", "Manifest", "back_up", "restore"]
