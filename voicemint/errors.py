"""Everything that can go wrong, as one tree; each leaf has a stable code, an HTTP status, a sentence and a hint.

VoicemintError
├── CallerError                    the request is at fault
│   ├── InvalidRequest             400  invalid_request
│   ├── SignInRequired             401  sign_in_required
│   ├── OriginNotAllowed           403  origin_not_allowed
│   ├── RoleRequired               403  role_required
│   ├── UnknownPersona             404  unknown_persona
│   ├── UnknownCall                404  unknown_call
│   ├── WrongCallMode              404  wrong_call_mode
│   ├── MethodNotAllowed           405  method_not_allowed
│   ├── BodyTooLarge               413  body_too_large
│   └── UnsupportedMediaType       415  unsupported_media_type
├── LimitReached                   the caller, or everybody together, has had enough for now
│   ├── RateLimited                429  rate_limited
│   ├── TooManyCalls               429  too_many_calls
│   ├── MinutesUsedUp              429  minutes_used_up
│   └── DailyLimitReached          429  daily_limit_reached
├── SetupError                     this deployment is at fault
│   ├── NotConfigured              503  not_configured
│   ├── AuthNotConfigured          503  auth_not_configured
│   ├── CredentialsUnavailable     503  credentials_unavailable
│   └── StorageUnavailable         503  storage_unavailable
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


class SignInRequired(CallerError):
    """Calls are for signed-in people, and nobody is signed in."""

    code = "sign_in_required"
    status = 401
    title = "Sign in to start a call"
    default_hint = "Sign in with one of the links that GET /api/config lists, then try again."


class OriginNotAllowed(CallerError):
    """The page that asks is not one of ours."""

    code = "origin_not_allowed"
    status = 403
    title = "This page may not start calls here"
    default_hint = "Add the page's exact origin (scheme, host and port) to ALLOWED_ORIGINS."


class RoleRequired(CallerError):
    """Signed in, but without any of the roles that may start calls."""

    code = "role_required"
    status = 403
    title = "Your account may not start calls here"
    default_hint = "Ask the owner of this site for one of the roles in ALLOWED_ROLES, then sign in again."


class UnknownPersona(CallerError):
    """No persona file has that name."""

    code = "unknown_persona"
    status = 404
    title = "There is no such persona"
    default_hint = "Choose one of the personas that GET /api/config lists."


class UnknownCall(CallerError):
    """The caller has no such call: it has ended, it is somebody else's, or there never was one. Never says which."""

    code = "unknown_call"
    status = 404
    title = "You have no such call"
    default_hint = "It may have ended already; then there is nothing to hang up."


class WrongCallMode(CallerError):
    """The route belongs to the other value of CALL_MODE."""

    code = "wrong_call_mode"
    status = 404
    title = "Calls are not started this way here"
    default_hint = "GET /api/config says the mode: token uses POST /api/session, relay uses POST /api/call."


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


class LimitReached(VoicemintError):
    """Nothing is wrong with the request but its time. Always carries `Retry-After`."""


class RateLimited(LimitReached):
    """This caller has started too many calls within a minute."""

    code = "rate_limited"
    status = 429
    title = "Too many attempts in a minute"
    default_hint = "Wait for the Retry-After seconds, then try once."
    default_retry_after = 60


class TooManyCalls(LimitReached):
    """This caller has as many calls open as is allowed."""

    code = "too_many_calls"
    status = 429
    title = "You have other calls open"
    default_hint = "End a call in another tab or on another device; one that was cut off counts until its time is up."
    default_retry_after = 30


class MinutesUsedUp(LimitReached):
    """This caller has talked as long as is allowed in a day, which ends at midnight UTC."""

    code = "minutes_used_up"
    status = 429
    title = "Your minutes for today are used up"
    default_hint = "Come back tomorrow; the owner can raise MAX_MINUTES_PER_DAY."
    default_retry_after = 3600


class DailyLimitReached(LimitReached):
    """All callers together have started as many calls as is allowed in a day, which ends at midnight UTC."""

    code = "daily_limit_reached"
    status = 429
    title = "This site has had all its calls for today"
    default_hint = "Come back tomorrow; the owner can raise MAX_CALLS_PER_DAY."
    default_retry_after = 3600


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
    default_hint = "Set REQUIRE_SIGN_IN or ALLOW_ANONYMOUS to true, and ALLOWED_ORIGINS to your pages' origins."
    default_retry_after = 60


class CredentialsUnavailable(SetupError):
    """Managed identity, the developer's sign-in or Key Vault did not give what was asked."""

    code = "credentials_unavailable"
    status = 503
    title = "The server could not get its credential"
    default_hint = "Check the managed identity and, with a key vault, its role on it; on a laptop run `az login`."
    default_retry_after = 10


class StorageUnavailable(SetupError):
    """The limits cannot be read or written, so no call may start: an unlimited call could cost any amount."""

    code = "storage_unavailable"
    status = 503
    title = "The server cannot check its limits now"
    default_hint = (
        "Check the identity's roles on the storage account and its network rules; calls start again by themselves."
    )
    default_retry_after = 5


class UpstreamError(VoicemintError):
    """Azure OpenAI did not give a session."""


class UpstreamAuth(UpstreamError):
    """Azure OpenAI refused our credential: a bad key, a missing role, or keys switched off."""

    code = "upstream_auth"
    status = 502
    title = "Azure OpenAI refused the server's credential"
    default_hint = "Check the key, or the role `Cognitive Services OpenAI User` on the Azure OpenAI resource."
    missing_role = False
    """Azure said that it is the role: one that was just given may take ten minutes to count."""


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
