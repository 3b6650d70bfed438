/** Frames a piece of a container's stream as the Engine does: kind, three zeros, length. */
export function engineFrame(kind: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** The harness's result of a successful task. */
export const lastWord = (): string =>
  Object.entries({
    reason: '-',
    exit_code: 0,
    signal: '-',
    ran_ms: 5,
    cpu_ms: 1,
    memory_peak: 1,
    oom_kills: 0,
    forks_refused: 0,
    processes_peak: 1,
    output_bytes: 2,
    disk_peak: 0,
    disk_full: 0,
    inodes_full: 0,
    too_much_left: 0,
    setup_error: 0,
  })
    .map(([name, value]) => `${name} ${value}`)
    .join('\n');
