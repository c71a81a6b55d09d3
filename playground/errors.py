"""Every error a caller can meet, and the HTTP status each one becomes.

PlaygroundError                500  our own base class; never raised itself
├── BadRequest                 400  the caller's mistake: the message says the rule, what came and what to do
│   ├── UnknownModel           404  no checkpoint of that name
│   └── TooLarge               413  a body, picture or batch beyond its limit
├── BrokenCheckpoint           422  a checkpoint folder that cannot be served, with the reason
├── OperationFailed            500  the worker's own fault, told as a sentence; the traceback is in the server's log
├── Busy                       429  the queue is full: try again shortly
├── WorkerLost                 503  the model process died or is being restarted
└── Expired                    504  the deadline passed before the result was ready
    └── Superseded             409  a newer request of the same view took this one's place
"""


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

    status = 500


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
