"""Where django-allauth asks the house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.utils import get_user_model
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import switches
from accounts.languages import language_of
from accounts.models import User
from accounts.sign_in import sign_in_url
from common.caching import private
from common.sentences import wrapped


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return switches.on("sign_up")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The mail with the sign-in code carries a link, too: it works on whatever device the mail is read."""
        if template_prefix == "account/email/login_code":
            context = {**context, "link": self._link(email, context["request"])}
        site = _site(context.get("request"))
        brand = (
            {"SITE_NAME": site.name, "SITE_URL": site.url}
            if site
            else {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
        )
        # Whoever asks is most often who reads it, so their language stands where the account chose none.
        with translation.override(language_of(email, {}) or translation.get_language()):
            super().send_mail(template_prefix, email, {**context, **brand})

    def get_from_email(self) -> str:
        site = _site(self.request)
        return str(site.sender if site else super().get_from_email())

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        message: EmailMessage = super().render_mail(*args, **kwargs)
        message.body = wrapped(str(message.body))
        # RFC 3834 §5: nobody's holiday notice need answer this.
        message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
        return message

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponseBase:
        """Whoever showed that the account is theirs learns why it does not open."""
        if isinstance(user, User) and user.is_suspended:
            return suspended_page(request, user)
        return super().respond_user_inactive(request, user)  # type: ignore[no-any-return]

    def _link(self, email: str, request: HttpRequest) -> str:
        user = self._owner(email)
        if user is None:
            return ""
        site = _site(request)
        return sign_in_url(user, email=email, next_url=safe_next(request), site_url=site.url if site else "")

    @staticmethod
    def _owner(email: str) -> User | None:
        from allauth.account.utils import filter_users_by_email

        users = filter_users_by_email(email, is_active=True, prefer_verified=True)
        return users[0] if users and isinstance(users[0], get_user_model()) else None


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts of an organisation (OpenID Connect)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return switches.on("sign_up")

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        given = data.get("name") or " ".join(data[part] for part in ("first_name", "last_name") if data.get(part))
        user.name = str(given)[:150].strip()
        return user


def suspended_page(request: HttpRequest, user: User) -> HttpResponseBase:
    """What a suspended person sees instead of signing in. Only for whoever proved that the account is theirs."""
    context = {"person": user, "contact": settings.CONTACT_ADDRESS}
    return private(render(request, "account/suspended.html", context, status=403))


def _site(request: HttpRequest | None) -> Any:
    """Of the domain whose host was asked (set by the middleware of an app above); None where there is no request."""
    return getattr(request, "site", None)


def safe_next(request: HttpRequest) -> str:
    """The page the person was on their way to, as a path of ours; "" where none was named or it is not ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=False)
    return wanted if ours and wanted.startswith("/") else ""
