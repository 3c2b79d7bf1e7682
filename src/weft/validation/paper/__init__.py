"""Kwon et al., MICRO-52, 2019: its five networks, five dataflows, figures and tables under exact counting."""
