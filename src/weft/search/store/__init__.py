"""Results that are kept between runs, by the content of the question."""
