"""Every recorded case, run through the model: it follows the standard in all of them."""

from __future__ import annotations

import pytest

from tests.browser import casefile, model

# The file keeps what a web-platform-test expects, the model what the standard says.
AGAINST_THE_STANDARD = {
    "preflight-cache-004": "Access-Control-Max-Age: -1 is no delta-seconds, so it counts as absent",
}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in casefile.load()])
def test_model_follows_the_standard(case: casefile.Json) -> None:
    found = casefile.all_differences(case, model.facts(case))
    assert any(found) is (case["id"] in AGAINST_THE_STANDARD), found
