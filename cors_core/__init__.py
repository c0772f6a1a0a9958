"""One CORS policy engine, which knows no framework.

Write a `Policy`, give it to the adapter of your framework, or ask it yourself with
`Policy.decide`.
"""

from cors_core.config import load, policy_from
from cors_core.decision import Decision, Reason, RequestKind
from cors_core.errors import PolicyError, PolicyWarning, Problem
from cors_core.paths import PolicyMap
from cors_core.policy import DENY, Policy
from cors_core.source import PolicySource
from cors_core.validation import check_origin

# What is written, and what comes back.
__all__ = ["DENY", "Policy", "PolicyMap", "PolicySource", "check_origin", "load", "policy_from"]
__all__ += ["Decision", "PolicyError", "PolicyWarning", "Problem", "Reason", "RequestKind"]
