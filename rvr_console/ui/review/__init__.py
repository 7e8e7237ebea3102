"""Review: recordings a person may view, and the sergeant's evidential review of a case."""
