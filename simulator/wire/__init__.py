"""The service on the network: mint, WebRTC, WebSocket, sideband, faults on demand."""
