"""Listeners: bytes of the outside to messages in the inbox, and answers back."""
