"""The Flask adapter: a Flask application is a WSGI application, and is wrapped as one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from cors_core import PolicyError, Problem, policy_from
from cors_wsgi import CORSMiddleware

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_KEY = "CORS_POLICY"
_EXTENSION = "cors_flask"
_LOGGER = "cors_core.flask"
_PASTE = 'Write CORS(app, Policy(allow_origins=["https://app.example.com"])).'
# Where WSGI middlewares keep what they wrap.
_INNER = ("app", "wsgi_app", "application", "_app")


class CORS:
    """Give a Flask application CORS.

    It wraps ``app.wsgi_app``, so it belongs after every other extension that does, except
    ``ProxyFix``, which goes around it.

    Args:
        app: The application; without it, call `init_app` later.
        policy: A policy source, or what `cors_core.policy_from` makes one of. Without it
            ``app.config["CORS_POLICY"]`` is read by `init_app`.

    Raises:
        PolicyError: If there is no policy, more than one, or a wrong one.
        TypeError: For any other keyword; it says what to write instead.

    Example:
        >>> app = Flask(__name__)
        >>> cors = CORS(app, Policy(allow_origins=["https://app.example.com"]))
    """

    _policy: object

    # Type checkers refuse the options of other libraries; at run time they get an explanation.
    if TYPE_CHECKING:

        def __init__(self, app: Flask | None = None, policy: object = None) -> None: ...

    else:

        def __init__(self, app=None, policy=None, **options):
            if options:
                raise TypeError(_explain(options))
            self._policy = policy
            if app is not None:
                self.init_app(app)

    def init_app(self, app: Flask, policy: object = None) -> None:
        """Wrap `app`; one object may do so for several.

        Args:
            app: The application.
            policy: As for the constructor, and instead of it.

        Raises:
            PolicyError: If there is no policy, more than one, or a wrong one; and if `app` is
                wrapped already.
        """
        if _EXTENSION in app.extensions:
            raise PolicyError([_twice("This application is wrapped already.")])
        given = [
            value for value in (self._policy, policy, app.config.get(_KEY)) if value is not None
        ]
        if len(given) > 1:
            message = f"It is given by more than one of constructor, init_app and config[{_KEY!r}]."
            raise PolicyError([_twice(message)])
        if not given:
            message = "There is no default policy: nothing is allowed until it is written down."
            raise PolicyError([Problem("policy-missing", _KEY, None, None, message, _PASTE)])
        app.extensions[_EXTENSION] = app.wsgi_app = _FlaskMiddleware(app, policy_from(given[0]))  # type: ignore[method-assign] # as Flask documents it
        for name in app.config:
            if name.startswith("CORS_") and name != _KEY:
                logging.getLogger(_LOGGER).warning(
                    "CORS: config[%r] is ignored; the whole policy is config[%r].", name, _KEY
                )


class _FlaskMiddleware(CORSMiddleware):
    """The WSGI adapter, which also looks once at what was put around it."""

    _logger = _LOGGER

    def __init__(self, flask: Flask, policy: object) -> None:
        super().__init__(flask.wsgi_app, policy)
        self._flask = flask
        self._looked = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._looked:
            self._looked = True
            self._name_what_is_above()
        return super().__call__(environ, start_response)

    def _name_what_is_above(self) -> None:
        above: WSGIApplication | None = self._flask.wsgi_app
        while above is not None and above is not self:
            # ProxyFix belongs there.
            if not isinstance(above, ProxyFix):
                logging.getLogger(_LOGGER).warning(
                    "CORS: %s wraps this application from outside, so what it answers itself has "
                    "no CORS headers. Initialise CORS after it.",
                    getattr(above, "__name__", type(above).__name__),
                )
            inner = [getattr(above, name, None) for name in _INNER]
            above = next((found for found in inner if callable(found)), None)


def _twice(message: str) -> Problem:
    return Problem("policy-twice", _KEY, None, None, message, f"Keep one of them. {_PASTE}")


def _explain(options: dict[str, object]) -> str:
    named = ", ".join(options)
    try:
        policy_from(options)
    except PolicyError as error:
        return f"CORS() takes an application and a policy, not {named}. {_PASTE}\n{error}"
    return f"CORS() takes an application and a policy, not {named}. {_PASTE}"
