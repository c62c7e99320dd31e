"""Credit: rule profiles, the ledger, statements, certificates. The ledger's tables come with their guards."""

from learning.credit import guards

__all__ = ["guards"]
