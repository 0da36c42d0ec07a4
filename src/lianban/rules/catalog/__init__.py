"""The catalogue: what an edition is made of, how it is read, and how it is named by its content."""
