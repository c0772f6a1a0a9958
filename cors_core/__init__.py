"""One CORS policy engine, which knows no framework.

Write a `Policy`, give it to the adapter of your framework, or ask it yourself with
`Policy.decide`.
"""

from cors_core.config import policy_from
from cors_core.decision import Decision, Reason, RequestKind
from cors_core.errors import PolicyError, PolicyWarning, Problem
from cors_core.paths import PolicyMap
from cors_core.policy import DENY, Policy
from cors_core.source import PolicySource
from cors_core.validation import check_origin

__all__ = [
    "DENY",
    "Decision",
    "Policy",
    "PolicyError",
    "PolicyMap",
    "PolicySource",
    "PolicyWarning",
    "Problem",
    "Reason",
    "RequestKind",
    "check_origin",
    "policy_from",
]
