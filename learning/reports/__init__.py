"""What an administrator or auditor sees of a place and all below it."""
