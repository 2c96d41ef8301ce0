"""HTTP for people: French pages, rendered here, with a strict content policy."""

from hygie.web.app import web_app

__all__ = ["web_app"]
