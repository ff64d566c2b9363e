"""What Prometheus is told: sessions, rates, latencies, viewers, jobs, memory; gathered when it asks."""

from __future__ import annotations

from collections.abc import Iterator

import psutil  # type: ignore[import-untyped]
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from reverie.jobs.live import LiveRun
from reverie.server.studio import Studio

RATES = ("model", "new", "displayed")


def registry_of(studio: Studio) -> CollectorRegistry:
    """Return a registry that measures a studio, and nothing of any other."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Measures(studio))
    return registry


class Measures(Collector):
    """Looks at a studio when asked."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def collect(self) -> Iterator[Metric]:
        """Give every measure as it is now."""
        runs = self._studio.runs()
        yield GaugeMetricFamily("reverie_live_sessions", "Live sessions under way.", value=len(runs))
        yield GaugeMetricFamily("reverie_films_waiting", "Films in the queue.", value=self._studio.renders.length)
        yield from _of_sessions(runs)
        yield self._jobs()
        process = psutil.Process()
        yield GaugeMetricFamily("reverie_memory_bytes", "Resident memory.", value=process.memory_info().rss)
        yield GaugeMetricFamily("reverie_threads", "Threads.", value=process.num_threads())
        yield GaugeMetricFamily("reverie_disk_free_bytes", "Free in the data folder.", value=self._studio.home.free())

    def _jobs(self) -> Metric:
        jobs = CounterMetricFamily("reverie_jobs", "Jobs by what became of them.", labels=["live", "state"])
        for outcome in (outcome for outcome in self._studio.store.outcomes() if outcome.state.final):
            jobs.add_metric([str(outcome.live).lower(), str(outcome.state)], outcome.count)
        return jobs


def _of_sessions(runs: list[LiveRun]) -> Iterator[Metric]:
    rates = GaugeMetricFamily("reverie_frames_per_second", "Three rates, apart.", labels=["job", "rate"])
    latency = GaugeMetricFamily("reverie_frame_milliseconds", "A painted frame's time.", labels=["job", "percentile"])
    frames = CounterMetricFamily("reverie_frames", "Frames shown.", labels=["job"])
    drops = CounterMetricFamily("reverie_dropped_frames", "Frames that viewers did not get.", labels=["job"])
    late = CounterMetricFamily("reverie_late_frames", "Frames the clock had to wait for.", labels=["job"])
    viewers = GaugeMetricFamily("reverie_viewers", "Who watches.", labels=["job"])
    for run in runs:
        state = run.handle.state()
        for name in RATES:
            rates.add_metric([run.job_id, name], getattr(state.fps, name))
        for share, value in state.latency.items():
            latency.add_metric([run.job_id, share], value)
        frames.add_metric([run.job_id], state.frame)
        drops.add_metric([run.job_id], run.hub.dropped)
        late.add_metric([run.job_id], state.drops)
        viewers.add_metric([run.job_id], run.hub.viewers)
    yield from (rates, latency, frames, drops, late, viewers)
