"""Forms beside the call: risk, needs, notices and whatever else a pack asks."""
