"""The Flask adapter: a Flask application is a WSGI application, and is wrapped as one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Never

from flask import Flask
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from cors_core import Policy, PolicyError, PolicyWarning, Problem, policy_from
from cors_core.config import policy_missing
from cors_wsgi import CORSMiddleware

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_KEY = "CORS_POLICY"
_EXTENSION = "cors_flask"
_LOGGER = "cors_core.flask"
_PASTE = 'Write CORS(app, Policy(allow_origins=["https://app.example.com"])).'
# Where what wraps a WSGI application keeps it. functools.wraps comes first, because it also
# copies the attributes of what it wraps; the application itself may stand under "app".
_INNER = ("__wrapped__", "wsgi_app", "app", "application", "_app")


class CORS:
    """Give a Flask application CORS.

    It wraps ``app.wsgi_app``, so it belongs after every other extension that does, except
    ``ProxyFix``, which goes around it.

    Args:
        app: The application; without it, call `init_app` later.
        policy: A policy source, or what `cors_core.policy_from` makes one of. Without it
            ``app.config["CORS_POLICY"]`` is read by `init_app`.
        options: None. Options of other libraries get an explanation.

    Raises:
        PolicyError: If there is no policy, more than one, or a wrong one.
        TypeError: If `app` is no Flask application, and for any other keyword; it says what
            to write instead.

    Example:
        >>> app = Flask(__name__)
        >>> cors = CORS(app, Policy(allow_origins=["https://app.example.com"]))
    """

    def __init__(self, app: Flask | None = None, policy: object = None, **options: Never) -> None:
        _refuse(options)
        self._policy = policy
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask, policy: object = None, **options: Never) -> None:
        """Wrap `app`; one object may do so for several.

        Args:
            app: The application.
            policy: As for the constructor, and instead of it.
            options: None, as for the constructor.

        Raises:
            PolicyError: If there is no policy, more than one, or a wrong one; and if `app` is
                wrapped already.
            TypeError: As for the constructor.
        """
        _refuse(options)
        app = _read_application(app)
        for name in app.config:
            if name.startswith("CORS_") and name != _KEY:
                logging.getLogger(_LOGGER).warning(
                    "CORS: config[%r] is ignored; the whole policy is config[%r].", name, _KEY
                )
        if _EXTENSION in app.extensions:
            message = "This application is wrapped already."
            raise PolicyError([_twice(message, "Initialise CORS for it once.")])
        given = [
            value for value in (self._policy, policy, app.config.get(_KEY)) if value is not None
        ]
        if len(given) > 1:
            message = f"It is given by more than one of constructor, init_app and config[{_KEY!r}]."
            raise PolicyError([_twice(message, f"Keep one of them. {_PASTE}")])
        if not given:
            raise policy_missing(_KEY, _PASTE)
        app.extensions[_EXTENSION] = app.wsgi_app = _FlaskMiddleware(app, given[0])  # type: ignore[method-assign] # as Flask documents it


class _FlaskMiddleware(CORSMiddleware):
    """The WSGI adapter, which also looks once at what was put around it."""

    _logger = _LOGGER

    def __init__(self, flask: Flask, policy: object) -> None:
        super().__init__(flask.wsgi_app, policy)
        self._flask = flask
        self._looked = False
        # Put back by the first request, which looks: no later one pays for that.
        self._lone, self._policy = self._policy, None

    def _find_policy(self, environ: WSGIEnvironment) -> Policy | None:
        if not self._looked:
            self._looked = True
            self._policy = self._lone
            self._name_what_is_above()
        return super()._find_policy(environ)

    def _name_what_is_above(self) -> None:
        # What wraps the application by way of itself would be met again and again.
        met: list[object] = [None, self, self._flask]
        above: object = self._flask.wsgi_app
        while not any(above is one for one in met):
            met.append(above)
            # ProxyFix belongs there.
            if not isinstance(above, ProxyFix):
                logging.getLogger(_LOGGER).warning(
                    "CORS: %s wraps this application from outside, so what it answers itself has "
                    "no CORS headers. Initialise CORS after it.",
                    getattr(above, "__name__", type(above).__name__),
                )
            # Read from where it is kept: whoever makes up attributes may do so forever.
            kept = getattr(above, "__dict__", {})
            above = next(filter(callable, map(kept.get, _INNER)), None)


def _refuse(options: Mapping[str, object]) -> None:
    if not options:
        return
    explained = f"CORS takes an application and a policy, not {', '.join(options)}. {_PASTE}"
    try:
        policy_from(options)
    except (PolicyError, PolicyWarning) as error:
        explained = f"{explained}\n{error}"
    raise TypeError(explained)


def _read_application(app: object) -> Flask:
    # current_app stands for whichever application is current, and outside of requests for none.
    if type(app) is LocalProxy:
        app = app._get_current_object()  # noqa: SLF001 - so Flask's documentation names it
    if not isinstance(app, Flask):
        raise TypeError(
            f"CORS takes a Flask application first, not {type(app).__name__}. A policy for some "
            'of its paths is written CORS(app, {"/api/*": Policy(...)}).'
        )
    return app


def _twice(message: str, hint: str) -> Problem:
    return Problem("policy-twice", _KEY, None, None, message, hint)
