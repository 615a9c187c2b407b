"""Errors of the API: problem details (RFC 9457), each with a sentence that says what is wrong."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from common.http import sentence_of

CONTENT_TYPE = "application/problem+json"
NEEDS_TOKEN = "This needs an API token in the header: “Authorization: Bearer ph_…”."  # noqa: S105
NOWHERE = "There is nothing at this address."
NOT_JSON = "The body is no JSON that can be read (RFC 8259, in UTF-8)."


class FieldProblem(Schema):
    """What is wrong with one value. `where`: its place, as `body.subject` or `query.limit`."""

    where: str
    detail: str


class ProblemDetails(Schema):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


class Problem(Exception):
    """Ends the request with this status and sentence."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, list(errors), dict(headers or {})


def answer(
    status: int, detail: str, *, errors: Iterable[tuple[str, str]] = (), headers: Mapping[str, str] | None = None
) -> HttpResponse:
    about: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    wrong = [{"where": where, "detail": said} for where, said in errors]
    if wrong:
        about["errors"] = wrong
    return HttpResponse(json.dumps(about), status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def checked(form: BaseForm) -> dict[str, Any]:
    """What the form understood; where it refuses, its own sentences."""
    if form.is_valid():
        return form.cleaned_data
    errors = [
        (f"body.{name}" if name != "__all__" else "body", str(sentence))
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]
    raise Problem(422, errors[0][1], errors=errors)


def unauthorized(detail: str = NEEDS_TOKEN, error: str = "") -> Problem:
    """RFC 6750 section 3."""
    return Problem(401, detail, headers={"WWW-Authenticate": f'Bearer error="{error}"' if error else "Bearer"})


def install(api: NinjaAPI) -> None:
    """Every error that the API knows becomes a problem; others are Django's, and end as 500."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(PermissionDenied, _denied)
    api.add_exception_handler(AuthenticationError, lambda request, error: _problem(request, unauthorized()))
    api.add_exception_handler(HttpError, _of_ninja)
    api.add_exception_handler(ValidationError, _not_understood)


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error.status, error.detail, errors=error.errors, headers=error.headers)


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(404, sentence_of(error) or NOWHERE)


def _denied(request: HttpRequest, error: Any) -> HttpResponse:
    """Who has not said who they are is asked to; others may not."""
    said = sentence_of(error) or "You may not do this."
    if request.user.is_authenticated:
        return answer(403, said)
    return _problem(request, unauthorized(f"{said} {NEEDS_TOKEN}"))


def _of_ninja(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error.status_code, NOT_JSON if error.status_code == 400 else str(error))


def _not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [(_place(each["loc"]), _sentence(each)) for each in error.errors]
    return answer(422, f"{errors[0][0]}: {errors[0][1]}", errors=errors[:20])


def _place(place: Iterable[Any]) -> str:
    """`body.attachments.0.filename`: without the names of our own parameters."""
    where, *rest = (str(part).encode("utf-8", "replace").decode() for part in place)
    return ".".join([where, *(rest[1:] if where == "body" and len(rest) > 1 else rest)])


def _sentence(error: Mapping[str, Any]) -> str:
    said = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."
