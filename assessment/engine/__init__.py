"""Item response theory in arrays: no database, no web, no clock, only numpy."""
