"""What the regulations say, as plain Python over plain values: no database, no network, no clock."""
