"""What applications ask of the authorization server: tokens, registration, discovery."""
