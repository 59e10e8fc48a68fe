"""People: who stays, who leaves, whom to hire, and what they are paid for results."""
