"""A browser in the box: the client side of CORS as plain Python.

The Fetch Standard's half of the protocol, step by step, against a policy, a WSGI application or
any transport. Only `live` does I/O.

Example:
    >>> from cors_core.browser import Browser
    >>> outcome = Browser("https://app.example.com", policy).fetch("/orders")
    >>> assert outcome.readable, outcome
"""

from cors_core.browser.fetching import Browser
from cors_core.browser.inputs import FetchTypeError
from cors_core.browser.live import live
from cors_core.browser.messages import Exchange, Request, Response, Step
from cors_core.browser.outcome import Outcome

__all__ = "Browser", "Exchange", "FetchTypeError", "Outcome", "Request", "Response", "Step", "live"
