"""Cost: what contacts cost, what calls are rated at, and what a change would save."""
