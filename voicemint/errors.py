"""Everything that can go wrong, as one tree; each leaf has a stable code, an HTTP status, a sentence and a hint.

VoicemintError
├── CallerError                    the request is at fault
│   ├── InvalidRequest             400  invalid_request
│   ├── OriginNotAllowed           403  origin_not_allowed
│   ├── UnknownPersona             404  unknown_persona
│   ├── MethodNotAllowed           405  method_not_allowed
│   ├── BodyTooLarge               413  body_too_large
│   └── UnsupportedMediaType       415  unsupported_media_type
├── SetupError                     this deployment is at fault
│   ├── NotConfigured              503  not_configured
│   ├── AuthNotConfigured          503  auth_not_configured
│   └── CredentialsUnavailable     503  credentials_unavailable
├── UpstreamError                  Azure OpenAI, or the way to it, is at fault
│   ├── UpstreamAuth               502  upstream_auth
│   ├── UpstreamNotFound           502  upstream_not_found
│   ├── UpstreamRejected           502  upstream_rejected
│   ├── UpstreamThrottled          429  upstream_throttled
│   ├── UpstreamTimeout            504  upstream_timeout
│   ├── UpstreamUnreachable        502  upstream_unreachable
│   └── UpstreamMalformed          502  upstream_malformed
└── InternalError                  500  internal_error, the only one that is our own fault

No message carries upstream text, a credential, instructions or a value of the caller's. `docs/errors.md` explains each
code to the people who meet it, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

MAX_RETRY_AFTER_SECONDS = 86_400
"""The longest wait passed on: Azure has been seen to send exactly a day when a quota is used up."""


class VoicemintError(Exception):
    """A failure as the caller may see it: `code`, `status`, `title`, `detail`, `hint`, maybe `retry_after` seconds."""

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    default_hint: ClassVar[str]
    default_retry_after: ClassVar[int | None] = None

    def __init__(self, detail: str | None = None, *, hint: str | None = None, retry_after: int | None = None) -> None:
        self.detail = detail or f"{self.title}."
        self.hint = hint or self.default_hint
        wait = self.default_retry_after if retry_after is None else retry_after
        self.retry_after = None if wait is None else max(1, min(wait, MAX_RETRY_AFTER_SECONDS))
        super().__init__(self.detail)


class CallerError(VoicemintError):
    """The request is at fault; the same request will fail again."""


class InvalidRequest(CallerError):
    """The body is not what the contract says. The detail names every bad field, never a value."""

    code = "invalid_request"
    status = 400
    title = "The request is not valid"
    default_hint = "Correct the fields that the detail names; GET /api/config lists the allowed choices."


class OriginNotAllowed(CallerError):
    """The page that asks is not one of ours."""

    code = "origin_not_allowed"
    status = 403
    title = "This page may not start calls here"
    default_hint = "Add the page's exact origin (scheme, host and port) to ALLOWED_ORIGINS."


class UnknownPersona(CallerError):
    """No persona file has that name."""

    code = "unknown_persona"
    status = 404
    title = "There is no such persona"
    default_hint = "Choose one of the personas that GET /api/config lists."


class MethodNotAllowed(CallerError):
    """The route exists, the method does not. `allowed` goes into the `Allow` header."""

    code = "method_not_allowed"
    status = 405
    title = "This route does not answer that method"
    default_hint = "Use one of the methods in the Allow header."

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__(f"This route answers {', '.join(self.allowed)} only.")


class BodyTooLarge(CallerError):
    """The body is over the limit."""

    code = "body_too_large"
    status = 413
    title = "The request body is too large"
    default_hint = "Send the choices of one session, nothing else."


class UnsupportedMediaType(CallerError):
    """There is a body and it is not JSON."""

    code = "unsupported_media_type"
    status = 415
    title = "The request body is not JSON"
    default_hint = "Send Content-Type: application/json, or no body at all."


class SetupError(VoicemintError):
    """This deployment cannot serve until somebody changes it, or until its identity answers again."""


class NotConfigured(SetupError):
    """Settings or persona files are missing or wrong. The detail names every one of them."""

    code = "not_configured"
    status = 503
    title = "The server is not configured"
    default_hint = "The server's log says what is wrong with each; docs/settings.md lists every setting."
    default_retry_after = 60

    def __init__(self, faults: Iterable[tuple[str, str]], *, names_only: bool) -> None:
        """`faults` are (setting or file, what is wrong). `names_only` keeps the second half for the log: the outside
        world need not see the values of a hosted deployment."""
        self.faults = tuple(faults)
        self.report = "\n".join(f"{name} {problem}" for name, problem in self.faults)
        names = ", ".join(dict.fromkeys(name for name, _ in self.faults))
        super().__init__(f"Missing or wrong: {names}." if names_only else f"{'; '.join(self.report.splitlines())}.")


class AuthNotConfigured(SetupError):
    """Hosted, and nobody has said who may start calls."""

    code = "auth_not_configured"
    status = 503
    title = "The server does not know who may start calls"
    default_hint = "Set ALLOW_ANONYMOUS=true and ALLOWED_ORIGINS to your pages' origins to let their visitors call."
    default_retry_after = 60


class CredentialsUnavailable(SetupError):
    """Managed identity, the developer's sign-in or Key Vault did not give what was asked."""

    code = "credentials_unavailable"
    status = 503
    title = "The server could not get its credential"
    default_hint = "Check the managed identity and its role on the key vault; on a laptop run `azd auth login`."
    default_retry_after = 10


class UpstreamError(VoicemintError):
    """Azure OpenAI did not give a session."""


class UpstreamAuth(UpstreamError):
    """Azure OpenAI refused our credential: a bad key, a missing role, or keys switched off."""

    code = "upstream_auth"
    status = 502
    title = "Azure OpenAI refused the server's credential"
    default_hint = "Check the key, or the role `Cognitive Services OpenAI User` on the Azure OpenAI resource."


class UpstreamNotFound(UpstreamError):
    """The deployment or the host is wrong."""

    code = "upstream_not_found"
    status = 502
    title = "Azure OpenAI does not have that deployment"
    default_hint = "Check AZURE_OPENAI_DEPLOYMENT (the deployment's name, not the model's) and AZURE_OPENAI_ENDPOINT."


class UpstreamRejected(UpstreamError):
    """Azure OpenAI understood the session and refused it."""

    code = "upstream_rejected"
    status = 502
    title = "Azure OpenAI refused the session"
    default_hint = "The deployed model may not know one of the choices; try the persona's own voice and turn detection."


class UpstreamThrottled(UpstreamError):
    """The deployment is over its quota. Carries `Retry-After`."""

    code = "upstream_throttled"
    status = 429
    title = "Azure OpenAI is at its limit"
    default_hint = "Try again after the Retry-After seconds; if it stays, raise the deployment's capacity."
    default_retry_after = 10


class UpstreamTimeout(UpstreamError):
    """No answer in time."""

    code = "upstream_timeout"
    status = 504
    title = "Azure OpenAI did not answer in time"
    default_hint = "Try again; if it stays, check the network between the function and the resource."


class UpstreamUnreachable(UpstreamError):
    """No connection, or an answer that says the service itself has failed (HTTP 5xx)."""

    code = "upstream_unreachable"
    status = 502
    title = "Azure OpenAI could not be reached"
    default_hint = "Check AZURE_OPENAI_ENDPOINT, DNS and outbound rules; if they are right, try again."


class UpstreamMalformed(UpstreamError):
    """An answer that is not what the protocol says, or is far too long."""

    code = "upstream_malformed"
    status = 502
    title = "Azure OpenAI's answer could not be understood"
    default_hint = "Check that AZURE_OPENAI_ENDPOINT is an Azure OpenAI resource and not something in front of it."


class InternalError(VoicemintError):
    """A fault of ours. The log has its place under the request id."""

    code = "internal_error"
    status = 500
    title = "Something went wrong in the server"
    default_hint = "Try again; if it stays, give the request id to whoever runs this server."


def leaves(root: type[VoicemintError] = VoicemintError) -> Iterator[type[VoicemintError]]:
    """Every error that can reach a caller, in the order of the tree above."""
    below = root.__subclasses__()
    if not below:
        yield root
    for kind in below:
        yield from leaves(kind)
