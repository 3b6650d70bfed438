"""Ends with 0 if llama.cpp's server has loaded its model. Only sockets: urllib takes longer to load than the answer."""

import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
with socket.create_connection(("127.0.0.1", port), 2) as server:
    server.sendall(b"GET /health HTTP/1.0\r\n\r\n")
    sys.exit(0 if b" 200 " in server.recv(64) else 1)
