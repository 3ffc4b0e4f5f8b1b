"""How much each caller, and all of them together, may use: kept once for all instances."""
