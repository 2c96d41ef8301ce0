"""Topics, those who subscribed to them, and what each is sent: at least once, in order."""
