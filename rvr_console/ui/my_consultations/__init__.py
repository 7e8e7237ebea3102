"""The officer's own consultations as a list; the chosen one opens in the consultation page."""
