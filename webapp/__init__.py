"""The edge: HTTP, forms, templates, command line, clock, settings, sign-in, schedule, migrations.

Nothing is imported here, so that a command loads only what it needs; the wiring is in ``application``.
"""
