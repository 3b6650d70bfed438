import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventRecord, EventType, NewEvent } from '../../../contracts/event.ts';
import { adminToken, startGateway, type Gateway } from '../fixture.ts';

const noon = Date.parse('2026-11-21T12:00:00.000Z');
const minute = 60_000;
const window_id = 'window-00000000000000aa';
const plan_id = 'plan-00000000000000bb';
const types: EventType[] = ['window.open', 'window.closed', 'plan.step', 'engine.lost'];

/** 40 events, one a minute: their types take turns; every fifth belongs to a window, every eighth to a plan. */
const events = Array.from({ length: 40 }, (_, nth): NewEvent => ({
  type: types[nth % types.length]!,
  at: noon + nth * minute,
  actor: 'test',
  ...(nth % 5 === 0 && { window_id }),
  payload: nth % 8 === 0 ? { plan_id } : {},
}));

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await gateway.store.events.append(events);
});
afterAll(() => gateway.close());

const ask = async (query: string) =>
  gateway.inject({
    url: `/vx11/events/history?${query}`,
    headers: { 'x-vx11-token': adminToken },
  });
const get = async (query = ''): Promise<{ events: EventRecord[]; next_cursor: string | null }> => {
  const answer = await ask(query);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};
const seqs = async (query: string) => (await get(query)).events.map(({ seq }) => seq);
/** The numbers of the events that match, newest first: the first event has number 1. */
const wanted = (matches: (event: NewEvent, seq: number) => boolean): number[] =>
  events.flatMap((event, nth) => (matches(event, nth + 1) ? [nth + 1] : [])).toReversed();
const at = (nth: number): string => new Date(noon + nth * minute).toISOString();

describe('GET /vx11/events/history', () => {
  test('shows events as the stream does, newest first, page by page', async () => {
    const pages: EventRecord[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await get(`limit=15${cursor && `&cursor=${cursor}`}`);
      pages.push(page.events);
      cursor = page.next_cursor;
    }
    expect(pages.map((page) => page.length)).toEqual([15, 15, 10]);
    expect(pages.flat()).toEqual((await gateway.store.events.after(0, 100)).toReversed());
  });

  test.each([
    ['type=engine.lost', ({ type }: NewEvent) => type === 'engine.lost'],
    ['type=engine.lost,plan.step', ({ type }: NewEvent) => /^(engine|plan)/.test(type)],
    [`window_id=${window_id}`, (one: NewEvent) => one.window_id === window_id],
    [`plan_id=${plan_id}`, (one: NewEvent) => one.payload!['plan_id'] === plan_id],
    [
      `window_id=${window_id}&type=window.open,engine.lost`,
      (one: NewEvent) => one.window_id === window_id && /open|lost/.test(one.type),
    ],
    [
      `window_id=${window_id}&plan_id=${plan_id}`,
      (one: NewEvent) => one.window_id === window_id && one.payload!['plan_id'] === plan_id,
    ],
    ['before=11', (_: NewEvent, seq: number) => seq < 11],
    ['before=11&cursor=6', (_: NewEvent, seq: number) => seq < 6],
    [`from=${at(30)}`, (one: NewEvent) => one.at >= noon + 30 * minute],
    [`to=${at(3)}`, (one: NewEvent) => one.at < noon + 3 * minute],
    [
      `from=${at(3)}&to=${at(20)}&type=window.closed`,
      (one: NewEvent, seq: number) => one.type === 'window.closed' && seq >= 4 && seq <= 20,
    ],
    [`from=${at(90)}`, () => false],
    ['type=image.pulled', () => false],
  ])('%s limits it', async (query, matches) => {
    expect(await seqs(query)).toEqual(wanted(matches));
    const first = await get(`${query}&limit=1`);
    if (first.next_cursor === null || query.includes('cursor')) return;
    const rest = await seqs(`${query}&cursor=${first.next_cursor}`);
    expect([...first.events.map(({ seq }) => seq), ...rest]).toEqual(wanted(matches));
  });

  test.each(['before=0', 'before=x', 'limit=501', 'type=nonsense', 'from=yesterday', 'since=4'])(
    '%s is refused',
    async (query) => {
      expect((await ask(query)).statusCode).toBe(422);
    },
  );

  test('an event that was written late is still found by its instant', async () => {
    await gateway.store.events.append([
      { type: 'engine.back', at: noon + 2 * minute, actor: 'late' },
    ]);
    const found = await get(`from=${at(1)}&to=${at(4)}`);
    expect(found.events.map(({ seq }) => seq)).toEqual([41, 4, 3, 2]);
  });
});
