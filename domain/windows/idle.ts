/** A container's total resource use at one time; see `Usage` of the Engine. `at` in epoch ms. */
export interface UseSample {
  at: number;
  cpu_ms: number;
  network_bytes: number;
}

/** The limits leave room for health checks, heartbeats and log rotation, which do not count as use. */
const idleCpuShare = 0.05;
const idleBytesPerSecond = 500;

/** Whether the service was in use between two samples. */
export function wasBusy(before: UseSample, after: UseSample): boolean {
  const ms = after.at - before.at;
  if (ms <= 0) return true;
  const cpuShare = (after.cpu_ms - before.cpu_ms) / ms;
  const bytesPerSecond = ((after.network_bytes - before.network_bytes) / ms) * 1000;
  return cpuShare > idleCpuShare || bytesPerSecond > idleBytesPerSecond;
}
