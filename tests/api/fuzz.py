"""Made-up requests to the whole API, valid and invalid, from its own OpenAPI document (schemathesis, hypothesis)."""

from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.callers import taken_back

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Names of what is there, so that not all ends at "there is no such group".
KNOWN = {
    "slug": ["gardeners", "plans"],
    "number": [1, 2, 5],
    "pk": [1, 2, 3, 7],
    "index": [1],
    "message_id": ["plan@example.org"],
}


def fuzz(token: str, examples: int) -> list[str]:
    """What was found: the request and the complaint, one for each operation at most."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # as Django's own test client: the test's transaction goes on
    try:
        return _fuzz(token, examples)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _fuzz(token: str, examples: int) -> list[str]:
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", get_wsgi_application(), headers={"Host": "localhost"}
    )
    headers = {
        "Host": "localhost",
        "Accept-Encoding": "identity",
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }
    found = []
    for operation in schema.get_all_operations():
        complaint = _try(operation.ok(), headers, examples)
        if complaint:
            found.append(complaint)
    return found


def _try(operation: Any, headers: dict[str, str], examples: int) -> str:
    modes = st.one_of(
        *(operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE))
    )

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=modes, data=st.data())
    def ask(case: Any, data: Any) -> None:
        for name in [each for each in case.path_parameters or {} if each in KNOWN]:
            if data.draw(st.integers(0, 3)):  # mostly what is there
                case.path_parameters[name] = data.draw(st.sampled_from(KNOWN[name]))
        with taken_back():
            response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS, headers=headers)

    try:
        ask()
    except (Exception, BaseExceptionGroup) as problem:
        return f"{operation.label}: {problem}"
    return ""
