/** Sends a signal to every process of a group; a group that has ended already is left alone. */
export function killGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (leader !== undefined) process.kill(-leader, signal);
  } catch {
    // it has ended already
  }
}
