"""The chart of the README, drawn from the figures: what each library adds to a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.table import number

# What is drawn, in this order. All bars have one scale, in microseconds.
_GROUPS = (
    ("WSGI", ("added: no Origin", "added: allowed", "added: refused")),
    (
        "Flask",
        ("added: no Origin", "added: allowed", "added: refused", "whole call: preflight allowed"),
    ),
    (
        "Django",
        ("added: no Origin", "added: allowed", "added: refused", "whole call: preflight allowed"),
    ),
)
_WIDTH, _LEFT, _RIGHT = 830, 170, 225
_BAR, _PAIR, _HEADING = 11, 32, 34
# It sits on the page of a stranger, light or dark, so it brings its own ground.
_STYLE = """
    text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
    .ground { fill: #ffffff }
    .heading { font-weight: 600; font-size: 14px }
    .note { fill: #59636e; font-size: 12px }
    .ours { fill: #0969da }
    .other { fill: #afb8c1 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .ground { fill: #0d1117 }
      .note { fill: #9198a1 }
      .ours { fill: #4493f8 }
      .other { fill: #656c76 }
    }
"""


def draw(result: Mapping[str, Any]) -> str:
    """Return the chart as SVG.

    Args:
        result: What `results.as_json` returned, of the rows that are drawn at least.

    Raises:
        KeyError: If one of them is missing.
    """
    # Where two are compared with, the first is drawn.
    rows = {row["what"]: row for row in reversed(result["rows"])}
    drawn = [(name, [(what, rows[f"{name}, {what}"]) for what in whats]) for name, whats in _GROUPS]
    longest = max(max(row["cost"], row["other_cost"]) for _, pairs in drawn for _, row in pairs)
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    parts = []
    top = 52
    for name, pairs in drawn:
        parts.append(_text(16, top + 14, name, "heading"))
        top += _HEADING - 8
        for what, row in pairs:
            parts += _pair(top, what, row, scale)
            top += _PAIR
        top += 10
    return _document(top + 26, parts, _foot(result, top + 12))


def _pair(top: int, what: str, row: Mapping[str, Any], scale: float) -> list[str]:
    cost, other = row["cost"], row["other_cost"]
    label = what.removeprefix("added: ").removeprefix("whole call: ").removesuffix(" allowed")
    label = "allowed" if what == "added: allowed" else label
    return [
        _text(16, top + 16, label),
        *_bar(top, cost, f"{number(cost)} µs, {row['ours']}", "ours", scale),
        *_bar(top + _BAR + 2, other, f"{number(other)} µs, {row['other']}", "other", scale),
    ]


def _bar(top: int, cost: float, label: str, which: str, scale: float) -> list[str]:
    # Noise can make a small difference negative.
    width = max(1.0, cost * scale)
    return [
        f'<rect class="{which}" x="{_LEFT}" y="{top}" width="{width:.1f}" height="{_BAR}" rx="2"/>',
        _text(_LEFT + width + 6, top + _BAR - 1, label, "note"),
    ]


def _foot(result: Mapping[str, Any], top: int) -> str:
    text = f"{result['python']}; medians of {result['processes']} processes, taking turns"
    return _text(16, top, text, "note")


def _text(x: float, y: float, text: str, which: str = "") -> str:
    kind = f' class="{which}"' if which else ""
    return f'<text{kind} x="{x:.0f}" y="{y:.0f}">{escape(text)}</text>'


def _document(height: int, parts: Sequence[str], foot: str) -> str:
    title = "What CORS adds to a request, in microseconds (preflights: the whole answer)"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" aria-label="{title}">'
    )
    ground = f'<rect class="ground" width="{_WIDTH}" height="{height}" rx="6"/>'
    lines = [
        head,
        f"  <style>{_STYLE}  </style>",
        *(f"  {part}" for part in (ground, _text(16, 30, title, "heading"), *parts, foot)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
