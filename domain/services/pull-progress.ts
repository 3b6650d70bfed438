/** One line of the Engine's answer to a pull. */
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
  /** Its connection broke, and the Engine waits a moment before it goes on. */
  retrying?: boolean;
}

/** How far the layers of one pull are. */
export type PullState = ReadonlyMap<string, Layer>;

/** How far a pull is, over all layers that are not here yet. Bytes are of the compressed layers. */
export interface PullProgress {
  current_bytes: number;
  /** Null while the size of some layer is not known. */
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

/** The state after one more message; messages that are of no layer change nothing. */
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
    const total = before.total ?? 0; // too small for the Engine to have told its size
    return new Map(state).set(id, { current: total, total, done: true });
  }
  return new Map(state).set(id, { ...before, retrying: status.startsWith('Retrying') });
}

function without(state: PullState, id: string): PullState {
  const rest = new Map(state);
  rest.delete(id);
  return rest;
}

/** Bytes of the layers whose size is known that are still to be downloaded. */
export const missingBytes = (state: PullState): number =>
  [...state.values()].reduce(
    (sum, { total, current }) => sum + Math.max(0, (total ?? 0) - current),
    0,
  );

/** The Engine tells a layer's size when its download begins, three at a time. */
export function pullProgress(state: PullState): PullProgress {
  const layers = [...state.values()];
  const current_bytes = layers.reduce((sum, layer) => sum + layer.current, 0);
  const whole = layers.reduce((sum, layer) => sum + (layer.total ?? 0), 0);
  const total_bytes = whole > 0 && layers.every(({ total }) => total !== null) ? whole : null;
  const retrying = layers.some((layer) => layer.retrying) ? ', trying again' : '';
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

/** A size in the unit that Docker would show: powers of ten. */
export function amount(bytes: number): string {
  const { divisor, unit, digits } = unitOf(bytes);
  return `${(bytes / divisor).toFixed(digits)} ${unit}`;
}

/** When progress was last told: epoch ms and percent. */
export interface Told {
  at: number;
  percent: number | null;
}

const limits = { betweenMs: 2000, silenceMs: 30_000 };

/** Whether progress is worth an event: at most one every two seconds and one a percent, or after half a minute. */
export function isWorthTelling(told: Told | null, percent: number | null, now: number): boolean {
  if (told === null || now - told.at >= limits.silenceMs) return true;
  if (now - told.at < limits.betweenMs) return false;
  return percent !== null && percent > (told.percent ?? -1);
}
