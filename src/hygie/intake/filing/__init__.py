"""From a message to the store: one transaction in which all of it is filed, or nothing."""
