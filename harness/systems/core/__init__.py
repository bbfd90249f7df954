"""What every simulated system shares: its store in its native version, its interfaces, clock, outbox, defects and control.

Hand-written as a vendor would: nothing here may use the lens that the oracle reads with.
"""
