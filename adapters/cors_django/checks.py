"""System checks: what is wrong with the policy, and with the place of the middleware."""

from __future__ import annotations


def check_settings(app_configs, **kwargs):
    return []
