class LocalDBError(Exception):
    """The embedded DynamoDB engine cannot be had; the message says how to mend it."""


class NotHereError(LocalDBError):
    """This process must not use the embedded engine: it runs on Lambda, or another endpoint is configured."""


class EngineMissingError(LocalDBError):
    """ministack is not installed, or not in the version this package is made for."""


class PortTakenError(LocalDBError):
    """Something else answers on the port: another program, or an engine for another data directory."""


class DataInUseError(LocalDBError):
    """Another process holds the data directory, and does not answer."""


class JournalError(LocalDBError):
    """The journal cannot be read: a line before its last is not what was written."""


class StartError(LocalDBError):
    """The engine's process ended before it was ready, or is not ready in time."""
