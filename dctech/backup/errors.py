class BackupError(Exception):
    """A backup could not be made or brought back, and why."""
