"""Runs llama.cpp's own HTTP server for one model file until SIGTERM. It answers 503 to /health while it loads."""

import argparse
import os
import signal
import threading

import xllamacpp

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("model", help="the path of a GGUF file")
options.add_argument("--alias", help="the name that it answers by")
options.add_argument("--port", type=int, default=8080)
options.add_argument("--slots", type=int, default=1, help="answers at a time")
options.add_argument("--context", type=int, default=2048, help="tokens of one slot")
options.add_argument("--threads", type=int, default=os.cpu_count())
given = options.parse_args()

stopped = threading.Event()
for name in (signal.SIGTERM, signal.SIGINT):
    signal.signal(name, lambda *_: stopped.set())

params = xllamacpp.CommonParams()
params.model.path = given.model
params.hostnames = ["0.0.0.0"]
params.port = given.port
params.n_parallel = given.slots
params.n_ctx = given.slots * given.context
params.cpuparams.n_threads = given.threads
if given.alias is not None:
    params.model_alias = {given.alias}
server = xllamacpp.Server(params)
stopped.wait()
os._exit(0)  # nothing is kept, and an answer that is under way would hold the end up
