"""Facts of fused programs: what stages compute in a step of the outer loops, and what the boundary memory holds."""
