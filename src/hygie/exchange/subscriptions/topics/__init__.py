"""Topics: what one may subscribe to, compiled to what is asked of every change."""

from hygie.exchange.subscriptions.topics.catalogue import Catalogue
from hygie.exchange.subscriptions.topics.model import Allowed, Topic, Trigger
from hygie.exchange.subscriptions.topics.triggers import meets, triggers

__all__ = ["Allowed", "Catalogue", "Topic", "Trigger", "meets", "triggers"]
