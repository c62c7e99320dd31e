"""Numbers behind a recommendation: needs, features, scores, ranking. Knows neither database nor edge."""
