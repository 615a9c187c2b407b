"""Forms on the way in. Apart from the others, because django-allauth's forms ask for ours while they are loaded."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm


class SignInMailForm(RequestLoginCodeForm):
    """Asks for the mail with link and code. The button on the sign-in page sends the address under that form's own name."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and "email" not in data and "login" in data:
            data = data.copy()
            data["email"] = data["login"]
        super().__init__(data, *args, **kwargs)
