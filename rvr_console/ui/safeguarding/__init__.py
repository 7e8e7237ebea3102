"""The Safeguarding tab: advice, measures, referrals with their clocks, disclosures that stay covered."""
