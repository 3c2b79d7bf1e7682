"""Lower bounds for boxes of candidates, and the candidates themselves."""
