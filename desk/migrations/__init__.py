"""How the record's tables came to be what they are, one step a file of `versions`."""
