import { afterEach, beforeEach, expect, test } from 'vitest';
import { readServices } from '../../../activities/plans/facts.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { anOpenWindow, aService } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';
import { sqliteBackend, type Backend } from '../../store/backend.ts';

let backend: Backend;
let store: Store;
beforeEach(async () => {
  backend = await sqliteBackend();
  store = await openStore(backend.url);
});
afterEach(async () => {
  await store.close();
  await backend.stop();
});

test('a held service with no replicas is ok in chat, as on the status page', async () => {
  const now = Date.now();
  await store.services.saveCatalog(catalog([aService('web', { replicas: 0 })]), []);
  const window_id = 'window-00000000000000aa';
  const view = anOpenWindow({ window_id, host: 'box', target: 'web', services: ['web'] });
  await store.windows.request({ ...view, state: 'requested' }, []);
  const lease = { window_id, host: 'box', service: 'web', deadline: now + 60_000, is_open: true };
  expect(await store.leases.reserve(window_id, [lease], now)).toBe(true);
  await store.leases.confirm(window_id, now + 60_000);
  const facts = await readServices(store, () => now, { services: [] });
  expect(facts).toMatchObject([{ name: 'web', health: 'ok', reason: null }]);
});
