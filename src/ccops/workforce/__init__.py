"""How many people are needed when, who works which shift, and what the day will look like."""
