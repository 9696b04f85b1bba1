"""Why a fetch failed: one tree, so that a caller can record one feed's failure and go on with the next."""


class FetchError(Exception):
    """A fetch that gave no usable answer.

    `kind` is a stable slug ("http-404", "timeout", "private-address"); `str()` is a sentence for
    people that names the host, never the path or the query (they hold private feeds' secrets).
    `transient` says whether the same request may well succeed a moment later, `retry_after` how
    many seconds the host asked for before that.
    """

    def __init__(
        self, message: str, *, kind: str, transient: bool = False, retry_after: float = 0.0
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.transient = transient
        self.retry_after = retry_after


class RefusedError(FetchError):
    """We did not ask: `bad-url`, `private-address`."""


class UnreachableError(FetchError):
    """No answer came: `dns`, `connection`, `tls`, `timeout`, `deadline`, `retry-later`."""


class AnswerError(FetchError):
    """An answer came and cannot be used.

    `http-<status>`, `too-many-redirects`, `too-large`, `truncated`, `encoding`, `protocol`.
    """
