"""A fictional province, built from a seed: places, people, catalogue, item bank and a year of history.

Everything here is invented. The builder writes many rows at once, but only rows that the product's own
rules would have written: ``shicheng check`` must find nothing wrong in them.
"""
