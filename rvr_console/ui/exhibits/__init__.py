"""Exhibits as every page shows them: kind, state, thumbnail."""
