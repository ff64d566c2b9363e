"""Who may come in, from where, with how much: a guard in front of every route and every WebSocket."""

from reverie.server.guard.gate import Gate, may_steer
from reverie.server.guard.policy import Guard
from reverie.server.guard.tickets import Access, Keys, Pass

__all__ = ["Access", "Gate", "Guard", "Keys", "Pass", "may_steer"]
