"""The way to a server whose accounts open this site (OpenID Connect)."""

import logging

from allauth.socialaccount.providers.openid_connect.views import login as django_allauths
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from requests import RequestException

from common.caching import private

logger = logging.getLogger(__name__)


def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """A page that goes on by itself instead of a redirect: browsers refuse a form's redirect to a host that the site's
    Content-Security-Policy does not name (form-action), and which host it will be only the other server knows."""
    try:
        response = django_allauths(request, provider_id)
    except (RequestException, ValueError, KeyError) as problem:  # it is away, or does not speak OpenID Connect
        logger.error("OIDC_SERVER %s cannot be asked: %s", settings.OIDC_SERVER, problem)
        return private(render(request, "socialaccount/authentication_error.html", status=502))
    if not isinstance(response, HttpResponse) or not response.headers.get("Location", "").startswith("http"):
        return response
    about = {"provider": settings.OIDC_NAME, "redirect_to": response.headers["Location"]}
    return private(render(request, "socialaccount/login_redirect.html", about))
