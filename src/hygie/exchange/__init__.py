"""What goes out: bulk exports, notifications to those who subscribed."""
