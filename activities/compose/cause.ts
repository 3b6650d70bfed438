/** A line of Compose's log when it has no terminal: `time="…" level=warning msg="…"`. */
const logLine = /^time="[^"]*" level=(\w+) msg="((?:[^"\\]|\\.)*)"/;
/** The progress line that `up` prints for each resource: ` Container one-web-1  Creating`. */
const progressLine =
  /^\s*(Container|Network|Volume|Image|Config|Secret)\s.*\s(Creating|Created|Recreate|Recreated|Running|Starting|Started|Stopping|Stopped|Removing|Removed|Pulling|Pulled|Built|Building|Skipped.*|Error.*|Warning.*)\s*$/;

/** Extracts the cause of a Compose failure from its output, without warnings and progress lines. */
export function causeIn(stderr: string): string {
  const lines = stderr.split('\n').flatMap((line) => {
    const log = logLine.exec(line);
    if (log === null) return progressLine.test(line) || line.trim() === '' ? [] : [line.trimEnd()];
    return log[1] === 'warning' || log[1] === 'info' || log[1] === 'debug' ? [] : [log[2]!];
  });
  const messages = [...new Set(lines)];
  // Compose prints the error of a container beside its name, and again at the end
  return messages
    .filter((line) => !messages.some((other) => line.endsWith(` ${other}`)))
    .join('\n')
    .trim();
}
