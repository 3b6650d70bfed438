/** One message of the Engine's pull stream. */
export interface PullMessage {
  id?: string;
  status?: string;
  progressDetail?: { current?: number; total?: number };
  error?: string;
}

interface Layer {
  current: number;
  /** Bytes to download; null until its download begins. */
  total: number | null;
  done: boolean;
  /** Its connection was lost, and the Engine waits before it retries. */
  retrying?: boolean;
}

/** The layers of one pull, by id. */
export type PullState = ReadonlyMap<string, Layer>;

/** The progress of a pull over all layers that the host does not have yet, in bytes of compressed layers. */
export interface PullProgress {
  current_bytes: number;
  /** Null while the size of a layer is unknown. */
  total_bytes: number | null;
  percent: number | null;
  text: string;
}

const present = new Set(['Already exists']);
const downloaded = new Set([
  'Verifying Checksum',
  'Download complete',
  'Extracting',
  'Pull complete',
]);

/** The state after a message; messages that do not belong to a layer change nothing. */
export function afterMessage(state: PullState, message: PullMessage): PullState {
  const { id, status = '', progressDetail } = message;
  if (id === undefined || status.startsWith('Pulling from')) return state;
  const before = state.get(id) ?? { current: 0, total: null, done: false };
  if (present.has(status)) return without(state, id);
  if (status === 'Downloading') {
    const total = progressDetail?.total ?? before.total;
    const current = progressDetail?.current ?? before.current;
    return new Map(state).set(id, { current, total: total || null, done: false });
  }
  if (downloaded.has(status)) {
    const total = before.total ?? 0; // a layer so small that the Engine never reported its size
    return new Map(state).set(id, { current: total, total, done: true });
  }
  return new Map(state).set(id, { ...before, retrying: status.startsWith('Retrying') });
}

function without(state: PullState, id: string): PullState {
  const rest = new Map(state);
  rest.delete(id);
  return rest;
}

/** Bytes still to be downloaded, over the layers whose size is known. */
export const missingBytes = (state: PullState): number =>
  [...state.values()].reduce(
    (sum, { total, current }) => sum + Math.max(0, (total ?? 0) - current),
    0,
  );

/** The progress of a pull. The Engine reports a layer's size only when its download begins, three layers at a time. */
export function pullProgress(state: PullState): PullProgress {
  const layers = [...state.values()];
  const current_bytes = layers.reduce((sum, layer) => sum + layer.current, 0);
  const whole = layers.reduce((sum, layer) => sum + (layer.total ?? 0), 0);
  const total_bytes = whole > 0 && layers.every(({ total }) => total !== null) ? whole : null;
  const retrying = layers.some((layer) => layer.retrying) ? ', retrying' : '';
  if (total_bytes === null) {
    const finished = `${layers.filter(({ done }) => done).length} of ${layers.length} layers`;
    const far = current_bytes > 0 ? `pulling, ${amount(current_bytes)}, ${finished}` : 'pulling';
    const text = `${far}${retrying}`;
    return { current_bytes, total_bytes, percent: null, text };
  }
  const percent = Math.floor((100 * current_bytes) / total_bytes);
  const unpacking = layers.every(({ done }) => done) ? ', unpacking' : '';
  const text = `pulling ${percent} %, ${amountOf(current_bytes, total_bytes)}${unpacking}${retrying}`;
  return { current_bytes, total_bytes, percent, text };
}

const unitOf = (bytes: number): { divisor: number; unit: string; digits: number } => {
  if (bytes >= 1e10) return { divisor: 1e9, unit: 'GB', digits: 1 };
  return { divisor: 1e6, unit: 'MB', digits: bytes < 1e7 ? 1 : 0 };
};

function amountOf(current: number, total: number): string {
  const { divisor, unit, digits } = unitOf(total);
  return `${(current / divisor).toFixed(digits)} of ${(total / divisor).toFixed(digits)} ${unit}`;
}

/** A size as text in decimal units, as Docker shows it. */
export function amount(bytes: number): string {
  const { divisor, unit, digits } = unitOf(bytes);
  return `${(bytes / divisor).toFixed(digits)} ${unit}`;
}

/** The last reported progress; `at` in epoch ms. */
export interface ReportedProgress {
  at: number;
  percent: number | null;
}

const limits = { betweenMs: 2000, silenceMs: 30_000 };

/** Whether to report progress: at most every 2 s and only for another percent, but at least every 30 s. */
export function shouldReport(
  last: ReportedProgress | null,
  percent: number | null,
  now: number,
): boolean {
  if (last === null || now - last.at >= limits.silenceMs) return true;
  if (now - last.at < limits.betweenMs) return false;
  return percent !== null && percent > (last.percent ?? -1);
}
