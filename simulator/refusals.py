"""How the service says no: the exceptions that carry a refusal and the bodies that Azure gives them.

`Rejected` is a fault in a session or an event; it becomes a 400 body or an `error` event. `Refused` is an HTTP answer.
Codes and texts are those recorded on Azure in 2026 unless a line says "our reading".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPERATION_NOT_SUPPORTED = "OpperationNotSupported"  # the service's own spelling, recorded several times


class Rejected(Exception):
    """A session or an event that the service refuses.

    `param` is the path of the field at fault, as in `session.audio.output.voice`. No text quotes more than a few
    characters of what was sent.
    """

    def __init__(
        self, message: str, *, code: str | None, param: str | None = None, type: str = "invalid_request_error"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.type = type

    def error(self, client_event_id: str | None = None) -> dict[str, Any]:
        """The `error` member of an `error` event (recorded keys); `event_id` is that of the client's event."""
        return {
            "type": self.type,
            "code": self.code,
            "message": self.message,
            "param": self.param,
            "event_id": client_event_id,
        }


class Refused(Exception):
    """An HTTP answer instead of the one that was asked for. Its text is never logged."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def gateway_error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Refused:
    """The gateway's own refusals carry a code and a text, nothing else."""
    return Refused(status, {"error": {"code": code, "message": message}}, headers)


def model_error(rejected: Rejected, status: int = 400) -> Refused:
    """The refusal of a session's fields: the shape of OpenAI's errors inside Azure's envelope."""
    error = {"code": rejected.code, "message": rejected.message, "param": rejected.param, "type": rejected.type}
    return Refused(status, {"error": error})


def bad_key() -> Refused:
    return gateway_error(
        401,
        "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
        "active subscription and use a correct regional API endpoint for your resource.",
    )


def missing_role() -> Refused:
    return gateway_error(
        401,
        "PermissionDenied",
        "The principal lacks the required data action "
        "`Microsoft.CognitiveServices/accounts/OpenAI/deployments/realtime/action` to perform "
        "`POST /openai/v1/realtime/client_secrets` operation.",
    )


def wrong_tenant() -> Refused:
    """Recorded as an opaque 400 at the WebSocket upgrade; for the mint it is our reading."""
    return gateway_error(400, "400", "Bad request: the token does not belong to the tenant of this resource.")


def local_auth_disabled() -> Refused:
    return gateway_error(403, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource.")


def deployment_not_found() -> Refused:
    return gateway_error(
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 "
        "minutes, please wait a moment and try again.",
    )


def operation_not_supported() -> Refused:
    return gateway_error(
        400,
        OPERATION_NOT_SUPPORTED,
        "The realtime operation does not work with the specified model. Please choose different model and try again.",
    )


def throttled(retry_after: int | None) -> Refused:
    """Status and header are documented; the body's text was recorded on other operations."""
    wait = f" Please retry after {retry_after} seconds." if retry_after is not None else ""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    message = f"Requests to the realtime operation have exceeded the rate limit of this deployment.{wait}"
    return gateway_error(429, "429", message, headers)


def not_found() -> Refused:
    return gateway_error(404, "404", "Resource not found")


def call_not_found() -> Refused:
    """Unknown or ended call. The status is recorded, the text is our reading."""
    return gateway_error(404, "call_not_found", "No call with this id is in progress.")


def secret_needed_instead_of_key() -> Refused:
    """`/calls` with an api-key: text recorded."""
    return gateway_error(401, "401", "Realtime session ephemeral token is required.")


def secret_needed_instead_of_token() -> Refused:
    """`/calls` with any other bearer than a client secret: text recorded."""
    return gateway_error(401, "401", "This operation requires ephemeral tokens for authentication.")


def secret_expired() -> Refused:
    """`/calls` with an expired or unknown client secret: 401 by analogy, never captured. Our reading."""
    return gateway_error(401, "401", "The client secret is invalid or has expired. Mint a new one and try again.")


def too_large(limit: int) -> Refused:
    """Our reading: the service's own limits on bodies are not documented."""
    return gateway_error(413, "413", f"The request body is larger than {limit} bytes.")


def invalid_offer() -> Refused:
    """`/calls` with something that is no SDP offer: body recorded. What was sent is not quoted."""
    message = "Failed to parse offer: failed to unmarshal SDP: the text is not an SDP offer with audio"
    return Refused(400, {"error": {"message": message, "code": "invalid_offer", "type": "invalid_request_error"}})
