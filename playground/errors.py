"""Every error a caller can meet; ``status`` is the HTTP status it becomes."""


class PlaygroundError(Exception):
    """Base of all errors whose message may be shown to a visitor."""

    status = 500


class BadRequest(PlaygroundError):
    """The caller's mistake; the message names the rule, what came and what to do."""

    status = 400


class UnknownModel(BadRequest):
    """No checkpoint has that name."""

    status = 404


class TooLarge(BadRequest):
    """A body, picture or batch is beyond its stated limit."""

    status = 413


class BrokenCheckpoint(PlaygroundError):
    """A checkpoint folder cannot be served; the message gives the reason."""

    status = 422


class OperationFailed(PlaygroundError):
    """The worker met an error of its own; the message is a sentence and the server's log has the traceback."""


class Busy(PlaygroundError):
    """The queue is full; the same request may succeed a moment later."""

    status = 429


class WorkerLost(PlaygroundError):
    """The model process died with this request, or none is running."""

    status = 503


class Expired(PlaygroundError):
    """The deadline passed before the result was ready."""

    status = 504


class Superseded(Expired):
    """A newer request of the same session and view made this one pointless."""

    status = 409
