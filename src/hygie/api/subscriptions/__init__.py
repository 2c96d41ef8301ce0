"""$status, $events, and the WebSocket of those who subscribed."""
