"""Deciding what to study next: what a teacher needs, what fits, what can be done now, each with its reason."""
