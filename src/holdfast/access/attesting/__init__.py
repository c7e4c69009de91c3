"""Posts that a manager confirms every quarter: who still does what they may do."""
