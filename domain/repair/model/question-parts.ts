import type { Capture, CapturedFile } from '../capture.ts';
import type { CapturedService } from '../captured-service.ts';
import { baseName } from '../reading/scripts.ts';
import { isTest } from '../weakening/files.ts';

const longestLine = 400;
const mostLogLines = 80;
/** The most characters of a file that a model is shown. */
export const longestFile = 12_000;

/** A line of what was seen, cut where it is too long. */
export const line = (text: string): string => {
  const one = text.replaceAll(/[\r\n]+/g, ' ');
  return one.length > longestLine ? `${one.slice(0, longestLine)}…` : one;
};

/** What was seen of a service, as text. */
export function serviceText({ image, container, logs, programs }: CapturedService): string {
  const state = container && {
    state: container.state,
    exit_code: container.exit_code,
    error: container.error,
    out_of_memory: container.out_of_memory,
    restarts: container.restarts,
    health: container.health,
    listening: container.listening,
    user: container.user,
    networks: container.networks,
    mounts: container.mounts.map(({ source, target, read_only }) => ({
      source,
      target,
      read_only,
    })),
  };
  return [
    `image ${image}`,
    `programs ${programs.slice(0, 60).join(' ')}`,
    `container ${JSON.stringify(state)}`,
    ...(container?.health_log ?? [])
      .slice(-3)
      .map(({ exit_code, output }) => `health ${exit_code}: ${output}`),
    'log:',
    ...logs.slice(-mostLogLines),
  ].join('\n');
}

/** Compose files, then those that a log or a check names, then the others; no tests, and nothing that is too long. */
export function filesOf(capture: Capture, suspects: readonly CapturedService[]): CapturedFile[] {
  const heard = [
    ...suspects.flatMap(({ logs }) => logs),
    ...capture.red.map(({ evidence, detail }) => `${evidence} ${detail}`),
  ].join('\n');
  const rank = ({ path }: CapturedFile): number =>
    capture.compose.files.includes(path) ? 0 : heard.includes(baseName(path)) ? 1 : 2;
  return capture.files
    .filter(({ path, text }) => text !== null && text.length <= longestFile && !isTest(path))
    .toSorted((a, b) => rank(a) - rank(b));
}
