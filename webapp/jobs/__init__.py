"""The schedule: what is done by itself, when, once for each due moment across all processes."""

from webapp.jobs.schedule import JOBS, Job, Run

__all__ = ["JOBS", "Job", "Run"]
