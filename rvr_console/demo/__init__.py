"""The embedded default for trying and testing: sample day, simulated victim in a real browser, a relay that can fail."""
