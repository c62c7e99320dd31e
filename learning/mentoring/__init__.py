"""Mentoring: who guides whom, what they write to each other, and whom to look at first."""
