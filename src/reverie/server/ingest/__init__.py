"""How pictures come in over the network: by WebRTC, and by a WebSocket."""
