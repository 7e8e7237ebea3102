"""Values, rules, events and ports of video response. Standard library only; imports nothing of this project but errors."""
