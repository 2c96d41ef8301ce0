"""« Courbes »: a small application by somebody else, which the demonstration opens from a record.

It stands on an address of its own, registers as any application does, and knows nothing of Hygie
but what SMART App Launch tells. It is served, and known, while the demonstration is.
"""

from hygie.demo.curves.registering import register, withdraw
from hygie.demo.curves.serving import Site, serving

__all__ = ["Site", "register", "serving", "withdraw"]
