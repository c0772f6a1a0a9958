"""Every recorded case in two real browsers: where they leave the standard, it is named."""

from __future__ import annotations

import pytest

from tests.browser import casefile, model
from tests.browser.conftest import Facts

pytestmark = pytest.mark.browser

CASES = [pytest.param(case, id=case["id"]) for case in casefile.load()]

HTTP_CACHE = "the HTTP cache answers before the CORS check; the model has none"
RELOAD = "fetch's cache: 'reload' goes around the preflight cache"

# Where a browser leaves the standard, and why.
DISAGREEMENTS = {
    "chromium": {
        "origin-header-001": "no-cors requests carry the origin whatever the referrer policy",
        "origin-header-004": "no-cors requests carry the origin whatever the referrer policy",
        "origin-header-010": "no-cors requests carry the origin whatever the referrer policy",
        "x-length-13": "lines of one header are joined before they are judged",
        "x-value-22": "client hints need no preflight",
        "x-value-23": "client hints need no preflight",
        "x-value-26": "client hints need no preflight",
        "x-value-28": "client hints need no preflight",
        "x-value-34": "a script sets User-Agent in vain",
        "x-maxage-04": "a negative max-age is not cached",
        "x-maxage-15": "a negative max-age is not cached",
        "x-cache-08": "a preflight's answer replaces what was cached for its URL",
        "x-cache-11": RELOAD,
        "x-httpcache-01": HTTP_CACHE,
    },
    "firefox": {
        "preflight-cache-011": "the preflight cache does not know of tainted origins",
        "x-length-10": "the limit of 1,024 bytes for all safelisted values is not enforced",
        "x-redirect-03": "a hop after a preflighted one is preflighted",
        "x-redirect-04": "the preflight of a tainted hop carries the page's origin",
        "x-redirect-08": "a hop after a preflighted one is preflighted",
        "x-maxage-04": "a negative max-age is not cached",
        "x-maxage-06": "an invalid max-age is not cached",
        "x-maxage-07": "an invalid max-age is not cached",
        "x-maxage-08": "an invalid max-age is not cached",
        "x-maxage-09": "an invalid max-age is not cached",
        "x-maxage-10": "an invalid max-age is not cached",
        "x-maxage-11": "an invalid max-age is not cached",
        "x-maxage-12": "an invalid max-age is not cached",
        "x-maxage-15": "a negative max-age is not cached",
        "x-cache-07": "a credentialed entry does not serve an uncredentialed request",
        "x-cache-11": RELOAD,
        "x-httpcache-01": HTTP_CACHE,
    },
}

# What the quirks leave out.
NOT_MODELLED = {
    "chromium": {"x-cache-11": RELOAD, "x-httpcache-01": HTTP_CACHE},
    "firefox": {"x-cache-11": RELOAD, "x-httpcache-01": HTTP_CACHE},
}


@pytest.mark.parametrize("case", CASES)
def test_browser_follows_the_standard_but_for_a_named_list(
    browser: str, case: casefile.Json, browser_facts: Facts
) -> None:
    found = casefile.all_differences(case, browser_facts(browser)[case["id"]])
    assert any(found) is (case["id"] in DISAGREEMENTS[browser]), found


@pytest.mark.parametrize("case", CASES)
def test_quirks_are_what_the_browser_does_but_for_a_named_list(
    browser: str, case: casefile.Json, browser_facts: Facts
) -> None:
    modelled, real = model.facts(case, browser), browser_facts(browser)[case["id"]]
    told = [
        casefile.excerpt(step["expect"], facts)
        for step, facts in zip(casefile.steps_of(case), modelled, strict=True)
    ]
    found = [casefile.differences(wanted, facts) for wanted, facts in zip(told, real, strict=True)]
    assert any(found) is (case["id"] in NOT_MODELLED[browser]), found
