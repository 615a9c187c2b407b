"""A person's own pages, and the other end of the mailed sign-in link. Everything else about accounts is django-allauth's."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.addresses import confirm_address
from accounts.actions.feeds import end_private_feeds
from accounts.adapter import safe_next, suspended_page
from accounts.forms.person import LanguageForm, ProfileForm
from accounts.models import User
from accounts.sign_in import read_token, use_up
from common.ratelimit import allowed

ATTEMPTS_A_MINUTE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows one button and changes nothing, because scanners follow links in mail before people do. POST signs in."""
    if request.method == "POST" and not allowed("sign-in-link", _client(request), limit=ATTEMPTS_A_MINUTE, seconds=60):
        return _page(request, "account/link_expired.html", status=429)
    link = read_token(token)
    if link is None:
        return _page(request, "account/link_expired.html", status=410)
    if link.user.is_suspended:
        return suspended_page(request, link.user)
    if request.method != "POST":
        return _page(request, "account/link.html", link=link, next=safe_next(request))
    if not use_up(link) or not confirm_address(user=link.user, email=link.email):
        return _page(request, "account/link_expired.html", status=410)
    link.user.refresh_from_db()
    record_authentication(request, link.user, method="link", email=link.email)
    # The rest is allauth's own way in, which asks for the second factor where there is one.
    login = Login(user=link.user, email=link.email, redirect_url=safe_next(request) or None)
    return perform_login(request, login)


def _client(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def _page(request: HttpRequest, template: str, status: int = 200, **context: object) -> HttpResponse:
    """No Referrer-Policy of its own: "no-referrer" makes browsers send "Origin: null" with the form, which is refused, and
    the site's "same-origin" keeps this page's secret address from others, too."""
    return render(request, template, context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponseBase:
    """In which language the pages are: for strangers a cookie of their browser, for others a line of their profile."""
    if request.user.is_authenticated:
        return redirect("profile")
    form = LanguageForm(request.POST or None, initial={"language": get_language()})
    if not form.is_valid():
        return _page(
            request, "account/language.html", status=422 if form.is_bound else 200, form=form, next=safe_next(request)
        )
    response = redirect(safe_next(request) or "/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        form.cleaned_data["language"],
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    return render(request, "account/profile.html", {"form": form})


@never_cache
@login_required
@require_POST
def end_feeds(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    end_private_feeds(user=request.user)
    messages.success(request, _("Your private feed addresses no longer work. Every page of letters shows new ones."))
    return redirect("profile")
