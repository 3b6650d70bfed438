/**
 * Loaded into madre and the gateway before anything else: gives memory back once the process has come to rest. V8
 * collects only while a program allocates, so the garbage of a busy hour would stay for the quiet night after it.
 */
const lookEveryMs = 5000;
/** CPU within one look from which a process is at work. */
const busyMs = 250;
/** CPU since the last collection from which the next one is worth its 200 ms: at rest, one in 20 minutes. */
const worthMs = 5000;
/** A start leaves 20 MB of garbage whatever it took; once it is over, the next look collects it. */
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
}, lookEveryMs).unref();
