import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { startFixture } from './fixture.ts';

test('waiting for a window leaks no event listener with each poll', async () => {
  const warnings: string[] = [];
  const warned = ({ message }: Error): number => warnings.push(message);
  const usual = EventEmitter.defaultMaxListeners;
  process.on('warning', warned);
  const fixture = await startFixture(() => [{ state: 'opening' }, []]);
  EventEmitter.defaultMaxListeners = 2;
  onTestFinished(async () => {
    EventEmitter.defaultMaxListeners = usual;
    process.off('warning', warned);
    await fixture.close();
  });
  await fixture.vx11('open web --wait 4');
  expect(warnings.filter((text) => text.includes('EventTarget'))).toEqual([]);
});
