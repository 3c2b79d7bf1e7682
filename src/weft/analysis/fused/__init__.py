"""Facts of fused programs: what every stage computes in a step of the outer loops, and what the boundary memory holds."""
