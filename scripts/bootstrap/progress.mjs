const redrawMs = 500;
const lineMs = 15_000;

/** Formats a duration, such as `45 s` or `4 min 12 s`. */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Formats a size, such as `812 kB` or `45 MB`. */
export const size = (bytes) =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;

/**
 * Shows the progress of some work until it ends: on a terminal in place, otherwise as a line every 15 s. Writes to stderr,
 * because stdout belongs to the program.
 * @param state returns the current state, such as `compiled 312 of about 852 packages`; may be empty
 */
export function showProgress(what, state, out = process.stderr, everyMs) {
  const started = Date.now();
  const text = () => {
    const now = state();
    return `vx11: ${what}, ${duration(Date.now() - started)}${now ? `: ${now}` : ''}`;
  };
  const draw = () => out.write(`\r${text().slice(0, (out.columns ?? 80) - 1)}\u001B[K`);
  if (!out.isTTY) out.write(`vx11: ${what}\n`);
  const timer = setInterval(
    () => (out.isTTY ? draw() : out.write(`${text()}\n`)),
    everyMs ?? (out.isTTY ? redrawMs : lineMs),
  );
  return {
    /** @param ok whether the work succeeded */
    stop(ok) {
      clearInterval(timer);
      if (out.isTTY) out.write('\r\u001B[K');
      if (ok) out.write(`vx11: ${what}: done in ${duration(Date.now() - started)}\n`);
    },
  };
}
