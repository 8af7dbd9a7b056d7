"""Money and support followed through transactions and ownership, with amounts and the transactions that show them."""
