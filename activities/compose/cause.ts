/** A line of Compose's log: `time="…" level=warning msg="…"`, where it has no terminal. */
const logLine = /^time="[^"]*" level=(\w+) msg="((?:[^"\\]|\\.)*)"/;
/** What `up` prints of each thing that it makes: ` Container one-web-1  Creating`. */
const progressLine =
  /^\s*(Container|Network|Volume|Image|Config|Secret)\s.*\s(Creating|Created|Recreate|Recreated|Running|Starting|Started|Stopping|Stopped|Removing|Removed|Pulling|Pulled|Built|Building|Skipped.*|Error.*|Warning.*)\s*$/;

/** Why Compose failed, out of all that it said: without its warnings and its progress. */
export function causeIn(stderr: string): string {
  const lines = stderr.split('\n').flatMap((line) => {
    const log = logLine.exec(line);
    if (log === null) return progressLine.test(line) || line.trim() === '' ? [] : [line.trimEnd()];
    return log[1] === 'warning' || log[1] === 'info' || log[1] === 'debug' ? [] : [log[2]!];
  });
  const said = [...new Set(lines)];
  // what is wrong with one container is said beside its name, and once more at the end
  return said
    .filter((line) => !said.some((other) => line.endsWith(` ${other}`)))
    .join('\n')
    .trim();
}
