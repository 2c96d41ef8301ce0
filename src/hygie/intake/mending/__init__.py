"""What people do about messages: correct, put aside and take back, replay one or many."""
