import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { setStage } from './stage.ts';

test('however long somebody waits for a window, no listener is left behind by each look at it', async () => {
  const warnings: string[] = [];
  const warned = ({ message }: Error): number => warnings.push(message);
  const usual = EventEmitter.defaultMaxListeners;
  process.on('warning', warned);
  const stage = await setStage(() => [{ state: 'opening' }, []]);
  EventEmitter.defaultMaxListeners = 2;
  onTestFinished(async () => {
    EventEmitter.defaultMaxListeners = usual;
    process.off('warning', warned);
    await stage.close();
  });
  await stage.vx11('open web --wait 4');
  expect(warnings.filter((text) => text.includes('EventTarget'))).toEqual([]);
});
