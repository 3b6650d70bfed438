import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeLocalModel } from '../../../test/stack/local-model.ts';
import { startSwitchProgram, switchSettings } from '../../../test/stack/switch-program.ts';
import { until } from '../../../test/stack/wait.ts';
import type { Measure } from '../../measure.ts';
import { figures, inTurns, ms } from '../../sample.ts';
import { trivial } from '../../services.ts';
import { closeTarget, containerOf, openTarget } from '../../stack-calls.ts';

const path = 'ana/smollm2/0123456789ab/smollm2.gguf';
const reachMs = 500;
const question = {
  messages: [{ role: 'user', content: 'Say hello.' }],
  max_tokens: 8,
  temperature: 0,
  stream: true,
};

/** The first token of a model that sleeps: through a window, compared with its own cold start by the Engine alone. */
export const localModel: Measure = {
  name: 'local-model',
  async run(environment) {
    const local = await makeLocalModel();
    const services = { switch: trivial, smol: local.service(path) };
    const env = await switchSettings();
    return environment.onStack({ services, env }, async (stack) => {
      const file = join(stack.home, 'models', path);
      await mkdir(dirname(file), { recursive: true });
      await copyFile(local.file, file);
      const router = await startSwitchProgram(stack, [local.provider(path)]);
      const [ours, plain, warm]: [number[], number[], number[]] = [[], [], []];
      const ask = () =>
        firstToken(`${stack.url}/v1`, 'llama-cpp/smol', { authorization: `Bearer ${stack.token}` });
      const woken = async (into: number[]): Promise<void> => {
        const began = performance.now();
        await ask();
        into.push(performance.now() - began);
        const again = performance.now();
        await ask();
        warm.push(performance.now() - again);
        await closeTarget(stack, 'smol');
      };
      const byHand = async (): Promise<void> => {
        const container = environment.docker.getContainer(containerOf(stack, 'smol'));
        const began = performance.now();
        await container.start();
        await until('it answers', () => firstToken(`${local.address}/v1`, 'smol').then(() => true));
        plain.push(performance.now() - began);
        await container.stop({ t: 0 });
      };
      try {
        await openTarget(stack, 'switch');
        // creates its container, and learns how long it takes
        await woken([]);
        await inTurns(environment.samples(15), () => woken(ours), byHand);
      } finally {
        await router.stop();
      }
      const [mine, theirs] = [figures(ours), figures(plain)];
      const difference = mine.p50 - theirs.p50;
      return [
        {
          name: 'first token of a model that sleeps',
          unit: 'ms',
          ours: mine,
          plain: theirs,
          difference,
          bar: `≤ its own cold start + ${reachMs} ms`,
          met: difference <= reachMs,
          n: mine.n,
          notes: [
            'SmolLM2 135M by llama.cpp’s server, one thread; the Engine’s start of the same container until its first token',
            `awake it takes ${ms(figures(warm).p50)}`,
          ],
        },
      ];
    });
  },
};

/** Resolves with the first content of a streamed answer. Throws if there is none. */
async function firstToken(
  base: string,
  model: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const over = new AbortController();
  const answer = await fetch(`${base}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...question, model }),
    signal: over.signal,
  });
  let text = '';
  if (answer.ok)
    for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (!/"content":"[^"]/.test(text)) continue;
      over.abort();
      return;
    }
  throw new Error(`${base} gave no token: ${answer.status} ${text.slice(0, 300)}`);
}
