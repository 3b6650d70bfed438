const headerBytes = 8;

/**
 * The text of a container's log as the Engine sends it: in frames with a header of 8 bytes (stream, three zeros, length), or
 * as it is if the container has a terminal.
 */
export function logText(log: Buffer): string {
  if (!isFramed(log, 0)) return log.toString('utf8');
  const pieces: Buffer[] = [];
  for (let at = 0; isFramed(log, at);) {
    const end = at + headerBytes + log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + headerBytes, end));
    at = end;
  }
  return Buffer.concat(pieces).toString('utf8');
}

const isFramed = (log: Buffer, at: number): boolean =>
  log.length >= at + headerBytes && log[at]! <= 2 && log.readUIntBE(at + 1, 3) === 0;
