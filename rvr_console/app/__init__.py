"""The composition root: the only place that sees every package. It wires, starts and ends; it decides nothing."""
