"""The HTTP API, version 1: the routers of the apps put together, and the document that describes them (OpenAPI 3.1).

What it promises, and what may change, is in docs/api.md.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI, Schema
from ninja.openapi.docs import DocsBase
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from accounts.models import User
from accounts.tokens.auth import needs
from archive.api import messages, search, topics
from common.api import problems
from common.api.problems import CONTENT_TYPE, ProblemDetails
from groups.access import TakenDown, person
from groups.api import groups, moderation
from groups.polls import api as polls
from mail.api import members, membership, posts

DESCRIPTION = (
    "Groups, letters and members for programs. Whoever asks sees and does what they may on the pages, and no more. "
    "Make a token on the page “API tokens” of your account, and send it as “Authorization: Bearer ph_…”."
)
ROUTERS = (groups, membership, members, topics, messages, search, posts, moderation, polls)
ANYBODY: dict[str, list[str]] = {}  # a way in that asks for nothing (OpenAPI 3.1, Security Requirement Object)


class Documentation(DocsBase):
    """Swagger UI from our own files, in a page that our Content-Security-Policy lets run."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        return render(request, "api/docs.html", {"document": self.get_openapi_url(api, kwargs)})


class Api(NinjaAPI):
    _document: OpenAPISchema | None = None

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """Made once: it does not change while the process lives."""
        if self._document is None:
            self._document = self._completed(super().get_openapi_schema(path_prefix=path_prefix))
        return self._document

    def _completed(self, document: OpenAPISchema) -> OpenAPISchema:
        document["components"].setdefault("schemas", {})["Problem"] = ProblemDetails.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        schemas = document["components"]["schemas"]
        schemas |= schemas["Problem"].pop("$defs", {})
        asked = {self.get_openapi_operation_id(each): each.auth_callbacks[0] for each in operations_of(self)}
        for operations in document["paths"].values():
            for operation in operations.values():
                _complete(operation, asked[operation["operationId"]])
        return document


def operations_of(api: NinjaAPI) -> list[Operation]:
    routers = api._get_bound_routers()
    return [each for router in routers for view in router.path_operations.values() for each in view.operations]


def _complete(operation: dict[str, Any], asks: Any) -> None:
    """What is the same of every operation: the scope, whether strangers may come, what else it may answer."""
    if asks.anybody:
        operation["security"].append(ANYBODY)
    if asks.scope is not None:
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{asks.scope.value}`".strip()
    refused = {"schema": {"$ref": "#/components/schemas/Problem"}}
    operation["responses"]["default"] = {"description": "A problem (RFC 9457).", "content": {CONTENT_TYPE: refused}}


api = Api(
    title=f"{settings.SITE_NAME} API",
    version="1",
    description=DESCRIPTION,
    docs=Documentation(),
    urls_namespace="api-v1",
)
problems.install(api)
api.add_exception_handler(TakenDown, lambda request, error: problems.answer(410, str(error)))


class Me(Schema):
    """Whose word this is, and how far it goes. `scopes`, `only_groups`: null without a token, or without a limit."""

    name: str
    email: str
    scopes: list[str] | None
    only_groups: list[int] | None


@api.get("/me", response=Me, auth=needs(None, across_groups=False), tags=["me"])
def read_me(request: HttpRequest) -> dict[str, Any]:
    """Who I am to the API."""
    user, token = person(request), request.auth.token  # type: ignore[attr-defined]
    assert isinstance(user, User)
    return {
        "name": user.name,
        "email": user.email,
        "scopes": token.scopes if token is not None else None,
        "only_groups": token.only_groups if token is not None else None,
    }


for each in ROUTERS:
    api.add_router("", each.router)
