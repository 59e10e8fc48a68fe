"""Recommendations: candidates, tested on the simulation, folded, and ranked by money."""
