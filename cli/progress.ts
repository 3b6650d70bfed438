import type { EventRecord } from '../contracts/event.ts';
import { windowView, type WindowView } from '../contracts/window.ts';
import { readEvents } from '../client/event-stream.ts';
import type { GatewayClient } from '../client/gateway-client.ts';
import { pollUntil } from '../platform/concurrency/poll.ts';
import { plainText } from '../platform/clean-text.ts';
import type { Terminal } from './terminal.ts';

/** Which services of a window are up and which are still starting, according to its events. */
export interface Progress {
  waiting: string[];
  ready: string[];
  failed: string[];
  /** Images that are being pulled or built, by name: how far each is, and which services wait for it. */
  images?: Record<string, { text: string; services: unknown[] }> | undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Applies an event. Returns the new progress and the line to print, or null if there is nothing to print. */
export function progressAfter(before: Progress, event: EventRecord): [Progress, string | null] {
  const { service, payload } = event;
  const without = (names: string[]) => names.filter((name) => name !== service);
  if (event.type === 'window.opening' && Array.isArray(payload['members'])) {
    const waiting = payload['members'].map(String).filter((name) => !before.ready.includes(name));
    return [{ ...before, waiting }, `starting ${waiting.join(', ')}`];
  }
  if (event.type === 'window.queued')
    return [before, `queued: ${textOf(payload['waiting_for']) || 'no room yet'}`];
  if (event.type.startsWith('image.')) return imageProgress(before, event);
  if (service === null) return [before, null];
  if (event.type === 'service.started') {
    const took = typeof payload['ready_ms'] === 'number' ? ` after ${payload['ready_ms']} ms` : '';
    const waiting = without(before.waiting);
    const rest = waiting.length > 0 ? `; waiting for ${waiting.join(', ')}` : '';
    return [
      { ...before, waiting, ready: [...before.ready, service] },
      `${service} is ready${took}${rest}`,
    ];
  }
  if (event.type === 'service.done') {
    const waiting = without(before.waiting);
    const after = { ...before, waiting, ready: [...before.ready, service] };
    return [after, `${service} has completed`];
  }
  if (event.type === 'service.restarted') {
    const why = textOf(payload['because']);
    return [before, `${service} was restarted${why === '' ? '' : `: ${why}`}`];
  }
  if (event.type === 'service.failed') {
    const after = {
      ...before,
      waiting: without(before.waiting),
      failed: [...before.failed, service],
      images: withoutImagesOf(before.images, service),
    };
    return [after, `${service} failed: ${textOf(payload['detail']) || textOf(payload['error'])}`];
  }
  return [before, null];
}

function imageProgress(
  before: Progress,
  { type, payload }: EventRecord,
): [Progress, string | null] {
  const image = textOf(payload['image']);
  if (type === 'image.pulling' || type === 'image.building') {
    const text = textOf(payload['text']);
    const services = Array.isArray(payload['services']) ? payload['services'] : [];
    const images = { ...before.images, [image]: { text, services } };
    return [{ ...before, images }, `${image}: ${text}`];
  }
  const { [image]: _, ...images } = before.images ?? {};
  return [{ ...before, images }, `${image} is ${type === 'image.built' ? 'built' : 'pulled'}`];
}

/** Drops the images that a failed service was waiting for. */
const withoutImagesOf = (images: Progress['images'], service: string): Progress['images'] =>
  images &&
  Object.fromEntries(
    Object.entries(images).filter(([, { services }]) => !services.includes(service)),
  );

/** Whether an event comes so often that on a terminal it only updates the live line. */
const isTick = ({ type }: EventRecord): boolean =>
  type === 'image.pulling' || type === 'image.building';

const settled = new Set<WindowView['state']>(['open', 'closing', 'closed', 'failed']);
const pollEveryMs = 1_000;
const tickMs = 250;

/**
 * Shows a window's progress on stderr until it is open, failed or closed, or until `withinMs` has passed, not counting
 * image pulls and builds. The window is also polled once a second, so it does not depend on the events.
 * @returns the last view of the window
 */
export async function watchOpening(
  gateway: GatewayClient,
  terminal: Terminal,
  windowId: string,
  withinMs: number,
): Promise<WindowView> {
  const done = new AbortController();
  let wake = (): void => undefined;
  const following = showEvents(gateway, terminal, windowId, () => wake(), done.signal).catch(
    () => undefined,
  );
  let waited = 0;
  let before = performance.now();
  const look = async (): Promise<WindowView> => {
    const view = await gateway.call('GET', `/vx11/windows/${windowId}`, windowView);
    const now = performance.now();
    if (view.state !== 'opening' || view.waiting_for === null) waited += now - before;
    before = now;
    return view;
  };
  try {
    return await pollUntil(look, ({ state }) => settled.has(state) || waited >= withinMs, {
      everyMs: () => Math.min(pollEveryMs, withinMs - waited),
      sooner: () => new Promise<void>((resolve) => (wake = resolve)),
    });
  } finally {
    done.abort();
    await following;
  }
}

async function showEvents(
  gateway: GatewayClient,
  terminal: Terminal,
  windowId: string,
  onSettled: () => void,
  signal: AbortSignal,
): Promise<void> {
  let progress: Progress = { waiting: [], ready: [], failed: [] };
  const began = performance.now();
  const { live } = terminal;
  const tick = () => live?.(plainText(liveLine(progress, performance.now() - began)));
  const ticking = live ? setInterval(tick, tickMs) : undefined;
  try {
    for await (const event of readEvents(gateway, { windowId, since: 0 }, signal)) {
      const [after, line] = progressAfter(progress, event);
      progress = after;
      if (line !== null && !(live && isTick(event))) {
        live?.('');
        terminal.err(plainText(`  ${line}`));
      }
      if (/^window\.(open|failed|closed)$/.test(event.type)) onSettled();
    }
  } finally {
    clearInterval(ticking);
    live?.('');
  }
}

/** Formats the last line of the terminal while the window opens. */
export function liveLine({ waiting, images = {} }: Progress, ms: number): string {
  const pending = Object.entries(images).map(([image, { text }]) => `${image}: ${text}`);
  const what = pending.join('; ') || `waiting for ${waiting.join(', ') || 'the window'}`;
  return `  ${what} … ${Math.floor(ms / 1000)} s`;
}
