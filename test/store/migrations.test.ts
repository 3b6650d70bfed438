import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newId } from '../../contracts/ids.ts';
import { openStore } from '../../store/index.ts';
import { aPlan } from '../domain/plan-samples.ts';

test('plans of an older store are found by their intents', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const before = await openStore(`sqlite:${file}`);
  const plans = Array.from({ length: 501 }, () =>
    aPlan({ plan_id: newId('plan'), intent_id: newId('intent'), steps: [] }),
  );
  for (const plan of plans) await before.plans.insert(plan, null, []);
  await before.close();
  const db = new DatabaseSync(file);
  db.exec(`drop index plans_intent; alter table plans drop column intent_id;
    delete from migrations where name = '0010-plans-by-intent'`);
  db.close();
  const store = await openStore(`sqlite:${file}`);
  onTestFinished(() => store.close());
  for (const plan of plans) expect(await store.plans.ofIntent(plan.intent_id!)).toEqual(plan);
});
