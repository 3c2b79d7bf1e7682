"""What is done with a schedule: closed-form costs, two oracles, energy, and results as data."""
