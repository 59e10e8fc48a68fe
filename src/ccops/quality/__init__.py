"""Quality: evaluations, their samples and charts, and what customers say."""
