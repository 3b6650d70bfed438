/**
 * Loaded into madre and the gateway before anything else: returns memory to the system once the process is idle. V8
 * collects garbage only while a program allocates, so the garbage of a busy hour would stay through a quiet night.
 */
const checkEveryMs = 5000;
/** A process that used more CPU than this since the last check is busy. */
const busyMs = 250;
/** The CPU time since the last collection after which the next one is worth its 200 ms: once in 20 minutes at rest. */
const worthMs = 5000;
/** Every start leaves 20 MB of garbage; the first check after this time collects it. */
const startMs = 8000;

let before = process.cpuUsage();
let workedMs = 0;

setTimeout(() => (workedMs = worthMs), startMs).unref();
setInterval(() => {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  const usedMs = (user + system) / 1000;
  workedMs += usedMs;
  if (usedMs > busyMs || workedMs < worthMs) return;
  workedMs = 0;
  void globalThis.gc?.({ type: 'major', execution: 'async', flavor: 'last-resort' });
}, checkEveryMs).unref();
