"""What the gateway counts, in Prometheus' text format at `/metrics`.

One registry an app, so that two apps in one process (a test, an embedding) do not share numbers.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 20)


class Metrics:
    """Counters, gauges and histograms of one gateway."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter(
            "yuban_turns",
            "Turns of users, by who answered and how it went",
            ["outcome", "lang"],  # outcome: answered | empty | down | slow | failed | handed_over | limited
            registry=self.registry,
        )
        self.turn_seconds = Histogram(
            "yuban_turn_seconds", "Time from a user's message to its reply", buckets=_SECONDS, registry=self.registry
        )
        self.errors = Counter("yuban_errors", "Refused requests, by code", ["code"], registry=self.registry)
        self.deliveries = Counter("yuban_deliveries", "Late results delivered", ["kind"], registry=self.registry)
        self.streams = Gauge("yuban_open_streams", "Open event streams", registry=self.registry)
        self.handoffs = Counter("yuban_handoffs", "Handoffs, by change of state", ["state"], registry=self.registry)
        self.feedback = Counter("yuban_feedback", "Ratings given", ["value"], registry=self.registry)
        self.outbox = Counter("yuban_outbox", "Calls to other services", ["service", "outcome"], registry=self.registry)
        # Looking a labelled child up by name costs more than counting does.
        self._turns: dict[tuple[str, str], Counter] = {}

    def turn(self, outcome: str, lang: str, seconds: float) -> None:
        """A turn came to its end."""
        child = self._turns.get((outcome, lang))
        if child is None:
            child = self._turns[outcome, lang] = self.turns.labels(outcome, lang)
        child.inc()
        self.turn_seconds.observe(seconds)

    def refused(self, code: str) -> None:
        """A request was refused."""
        self.errors.labels(code).inc()

    def exposition(self) -> bytes:
        """Everything, in the text format."""
        return generate_latest(self.registry)
