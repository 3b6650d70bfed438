import { pino } from 'pino';
import { expect, test } from 'vitest';
import { retryingStore } from '../../workers/retrying-store.ts';
import { makeNewerStore } from '../store/newer-store.ts';

test('a worker does not wait for a store that a newer version has migrated, and ends with the reason', async () => {
  const { url } = await makeNewerStore();
  const { signal } = new AbortController();
  const opening = retryingStore(url, pino({ level: 'silent' }), signal);
  await expect(opening).rejects.toThrow('Start that version or a newer one');
});
