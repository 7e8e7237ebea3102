"""Form packs from files: bundled ones and a force's own, checked, signed, versioned."""
