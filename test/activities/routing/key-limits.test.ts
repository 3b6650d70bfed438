import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProviderView } from '../../../contracts/switch.ts';
import { callBy, provider, secret, startRouted, switchOver } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

describe('a limit', () => {
  test('of a key holds after a restart with the same key, and ends with another one; no key is stored', async () => {
    const one = await startRouted([provider(upstream.base, ['401', '429-seconds:300'])]);
    await one.ask({ model: 'script/429-seconds:300' });
    await one.ask({ model: 'script/401' });
    await one.router.flush();
    const rows = await one.store.routing.state.limits();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain(secret);
    const restarted = async (key: string): Promise<number> => {
      const again = await switchOver(one.store, [provider(upstream.base, ['401'])], {
        env: { SCRIPT_KEY: key },
      });
      const before = upstream.count('401');
      const messages = [{ role: 'user', content: 'hello' }];
      await again.chat({ model: 'script/401', messages }, callBy(), new AbortController().signal);
      await again.flush();
      return upstream.count('401') - before;
    };
    expect(await restarted(secret)).toBe(0);
    expect(await restarted('sk-corrected')).toBe(1);
    await one.close();
  });

  test('of a model with its key shows where providers are listed, unless another key is free', async () => {
    const keys = { keys: ['SCRIPT_KEY', 'OTHER_KEY'] };
    const one = await startRouted([provider(upstream.base, ['429-seconds:300', 'ok'], keys)]);
    const out = async () => {
      await one.router.flush();
      const { providers } = (await one.store.routing.state.read('providers'))!.value as {
        providers: ProviderView[];
      };
      return providers[0]!.models.filter(({ block }) => block !== null);
    };
    // with its two keys
    const answer = await one.ask({ model: 'script/429-seconds:300' });
    expect((await answer.decision()).tries).toHaveLength(2);
    expect(await out()).toMatchObject([
      { id: 'script/429-seconds:300', block: { reason: 'cooling' } },
    ]);
    one.router.reset('script');
    expect(await out()).toEqual([]);
    await one.close();
  });
});
