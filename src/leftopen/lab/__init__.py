"""Real servers in chosen states and the synthetic school system; used by demo, tests and benchmarks."""
