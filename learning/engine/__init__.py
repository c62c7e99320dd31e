"""Pure rules of the record: hours, credit, completion. Knows neither the database nor the web."""
