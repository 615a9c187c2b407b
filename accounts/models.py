"""A User is a person who signs in. Addresses and their confirmation are django-allauth's EmailAddress rows."""

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from common.absence import Absence


class UserQuerySet(models.QuerySet["User"]):
    def may_act(self) -> Self:
        """People who may do something: not closed, not suspended. Every token, link and list of recipients asks this."""
        return self.filter(is_active=True)

    def suspended(self) -> Self:
        return self.filter(suspended_at__isnull=False)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser, PermissionsMixin, Absence):
    """A person. `email` is the address the house writes to; others are kept as EmailAddress rows."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=150, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name, as Europe/Oslo; empty: the site's.")
    language = models.CharField(max_length=16, blank=True, help_text="BCP 47 code, as pt-br; empty: the browser's.")
    daily_mail = models.BooleanField(default=False, help_text="One mail a day with everything new in all my groups.")
    mail_hour = models.PositiveSmallIntegerField(
        default=7, validators=[MaxValueValidator(23)], help_text="Local hour at which digests and the daily mail come."
    )
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    # Suspended by those who run the site: not active meanwhile, so that every door that asks for active people is shut
    # (accounts.actions.suspending).
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)
    suspended_until = models.DateTimeField(null=True, blank=True, editable=False)  # null: until somebody lifts it
    suspended_because = models.CharField(max_length=500, blank=True, editable=False)  # the person is told
    suspended_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", editable=False, db_index=False
    )
    feeds_ended = models.PositiveIntegerField(
        default=0, editable=False
    )  # how often they ended their private feed addresses

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_any_case")]
        indexes = [
            models.Index(
                fields=["suspended_until"],
                name="accounts_user_suspended",
                condition=models.Q(suspended_at__isnull=False),
            ),
            # Of a million people few are any of these; the panel lists them.
            models.Index(fields=["id"], name="accounts_user_staff", condition=models.Q(is_staff=True)),
            models.Index(fields=["id"], name="accounts_user_closed", condition=models.Q(is_active=False)),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name else self.email.split("@")[0]
