"""What the house sends out, and fetches: never to an address that nobody meant (SSRF).

Whoever has an address from outside (a subscriber's endpoint, a manifest's files) asks `Outbound`,
which connects to the very address that was judged. OWASP's SSRF prevention cheat sheet, case 2.
"""
