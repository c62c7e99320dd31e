"""Small bars of this area: the parts of a score, and hours earned and planned against a minimum."""

from markupsafe import Markup

from learning.plans.forecast import Amount

FULL_PART = 3.0  # the weight at which a part's bar is full


def part(weight: float) -> Markup:
    """One part of a score as a bar; the number stands beside it in words, so the bar itself is silent."""
    width = 100 * min(1.0, abs(weight) / FULL_PART)
    return Markup(
        '<svg class="chart part" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="8" rx="4"/><rect class="{}" width="{:.1f}" height="8" rx="4"/></svg>'
    ).format("fill" if weight >= 0 else "against", max(4.0, width))


def hours(amount: Amount, *, title: str, top: int = 0) -> Markup:
    """Hours earned (full colour), hours planned (light) and the minimum (a notch); ``top`` is where the bar ends."""
    end = max(top, amount.total, amount.minimum or 0, 100)
    return _layers(amount.earned / end, amount.total / end, (amount.minimum or 0) / end, title)


def share(now: float | None, then: float | None, minimum: float | None, *, title: str) -> Markup:
    """A share now (full colour) and then (light), with its minimum."""
    return _layers(min(now or 0.0, then or 0.0), then or 0.0, minimum or 0.0, title)


def _layers(inner: float, outer: float, notch: float, title: str) -> Markup:
    parts = [
        Markup('<svg class="chart hours" viewBox="0 0 320 26" preserveAspectRatio="none" role="img">'),
        Markup('<title>{}</title><rect class="track" x="0" y="6" width="320" height="14" rx="4"/>').format(title),
        Markup('<rect class="range" x="0" y="6" width="{:.1f}" height="14" rx="4"/>').format(320 * outer),
        Markup('<rect class="fill" x="0" y="6" width="{:.1f}" height="14" rx="4"/>').format(320 * inner),
    ]
    if notch:
        at = min(318.5, 320 * notch)
        parts.append(Markup('<line class="notch" x1="{0:.1f}" y1="1" x2="{0:.1f}" y2="25"/>').format(at))
    return Markup("").join([*parts, Markup("</svg>")])
