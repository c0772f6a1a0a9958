"""The commands, each a function; what it returns is the exit code."""

from __future__ import annotations

import os
import re
import sys
import warnings
from dataclasses import asdict
from typing import Any

import click

from cors_core import PolicyError, PolicyWarning, check_origin, policy_from
from cors_core.browser import Browser, inputs
from cors_core.cli.screen import Screen
from cors_core.cli.sources import find, server_at
from cors_core.cli.telling import describe, draw, list_all
from cors_core.paths import entries


class _Commands(click.Group):
    """Says in one sentence what is used wrongly, and repeats no secret."""

    def main(self, *args: Any, **settings: Any) -> Any:
        try:
            # What is warned about is part of what check prints.
            with warnings.catch_warnings(action="ignore", category=PolicyWarning):
                sys.exit(super().main(*args, **settings | {"standalone_mode": False}))
        except click.NoSuchOption as error:
            # It may be a header that has lost its -H.
            told = f"No such option {re.split('[: ]', error.option_name)[0]!r}."
        except click.ClickException as error:
            # A password, and it may be that of a URL that has lost its scheme.
            told = re.sub(r"(\w+://)?[^\s'\"]*@", r"\1***@", error.format_message())
        except click.Abort:
            sys.exit(130)
        except Exception as error:  # noqa: BLE001 - a source may do anything
            told = getattr(error, "strerror", None) or repr(error)
            click.echo(f"cors-core: {Screen().clean(told)}.", err=True)
            os._exit(2)  # sys.exit would try once more to print what the disk has no room for
        click.echo(f"cors-core: {Screen().clean(told)}", err=True)
        sys.exit(2)


def _one(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> str:
    # None is repeated: what follows -H without quotes is half a password.
    if len(values) != 1:
        raise click.UsageError("Give one SOURCE, and a header in quotes: -H 'Name: value'.")
    return values[0]


_source = click.argument("source", nargs=-1, metavar="SOURCE", callback=_one)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=_Commands, no_args_is_help=False)
def cors_core() -> None:
    """Check a CORS policy, or explain what a browser makes of one.

    SOURCE is a policy file (.toml or .json), a URL, or MODULE:ATTRIBUTE, for example
    mysite.settings:CORS_POLICY. A module is imported, so its code runs; the current folder is
    on the path then.

    Exit code: 0 allowed or clean, 1 refused or problems, 2 wrong use.
    """


@cors_core.command()
@_source
@_json
def check(source: str, *, as_json: bool) -> int:
    """Say what is wrong, doubtful or dangerous in a policy, then what it allows.

    SOURCE is a file (.toml or .json) or MODULE:ATTRIBUTE, which is imported.
    """
    try:
        told = describe((), list(entries(policy_from(find(source)))))
    except PolicyError as error:
        told = describe(error.problems, [])
    return list_all(Screen(), told, as_json=as_json)


@cors_core.command()
@_source
@click.option("--origin", required=True, help="The page's origin, or null.")
@click.option("--method", default="GET", help="The script's method; GET if left out.")
@click.option("-H", "--header", multiple=True, metavar="'NAME: VALUE'", help="A header it sets.")
@click.option("--credentials", is_flag=True, help="It says credentials: 'include'.")
@click.option("--path", default="", help="The path it fetches; a URL has its own.")
@click.option("--quirks", type=click.Choice(["chromium", "firefox"]), help="Follow this browser.")
@_json
def explain(source: str, origin: str, method: str, header: list[str], **options: Any) -> int:
    """Draw the handshake for a page's request: what is sent, each check, the cause and the fix.

    SOURCE is a URL, which is asked over the network; a policy file (.toml or .json); or
    MODULE:ATTRIBUTE, a policy or a WSGI application, which is imported.
    """
    if not all(":" in line for line in header):
        raise click.UsageError("-H takes 'Name: value', in quotes.")
    headers = [(n.strip(), v.strip()) for n, _, v in (line.partition(":") for line in header)]
    if (problems := check_origin(origin, wildcards=False)) and not inputs.is_origin(origin):
        raise click.UsageError(f"--{problems[0]}")
    credentials = "include" if options["credentials"] else "same-origin"
    try:
        server, url = server_at(source, options["path"])
        screen = Screen(headers, [method, *dict(headers), *f"{origin}/{url}".split("/")])
        browser = Browser(origin, server, quirks=options["quirks"])
        outcome = browser.fetch(url, method=method, headers=headers, credentials=credentials)
    except PolicyError as error:
        return list_all(Screen(), describe(error.problems, []), as_json=options["as_json"])
    except (TypeError, ValueError) as error:
        raise click.UsageError(f"{Screen(headers).hide(str(error))}.") from None
    if options["as_json"]:
        screen.data(asdict(outcome, dict_factory=screen.told))
    else:
        draw(screen, outcome, origin, source)
    return 0 if outcome.readable else 1
