"""Which machine, with which programs, is best: spaces of machines explored with a proof."""
