import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../test/stack/temporal.ts';
import { until } from '../../../test/stack/wait.ts';
import { ended } from './child.ts';

/** Where LiteLLM’s program is, and how to bring it there; the proxy of later versions needs a package that PyPI does not have. */
const program = process.env['VX11_BENCH_LITELLM'] ?? '/tmp/vx11-litellm/bin/litellm';
export const howToInstall =
  "python3 -m venv /tmp/vx11-litellm && /tmp/vx11-litellm/bin/pip install 'litellm[proxy]<1.90'";

/** LiteLLM's proxy in front of a provider; null if it is not installed. */
export async function startLiteLlm(
  base: string,
): Promise<{ url: string; token: string; stop(): Promise<void> } | null> {
  if (!existsSync(program)) return null;
  const folder = await mkdtemp(join(tmpdir(), 'vx11-litellm-'));
  const config = join(folder, 'config.yaml');
  const token = 'sk-bench-of-vx11';
  const params = { model: 'openai/stand-in', api_base: base, api_key: 'none' };
  await writeFile(
    config,
    JSON.stringify({
      model_list: [{ model_name: 'stand-in', litellm_params: params }],
      general_settings: { master_key: token },
    }),
  );
  const port = await freePort();
  const child = spawn(program, ['--config', config, '--host', '127.0.0.1', '--port', `${port}`], {
    stdio: 'ignore',
    env: { ...process.env, LITELLM_TELEMETRY: 'False', LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
  });
  const url = `http://127.0.0.1:${port}/v1`;
  const stop = async (): Promise<void> => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const isUp = async (): Promise<boolean> => {
      const answer = await fetch(`http://127.0.0.1:${port}/health/liveliness`).catch(() => null);
      return answer?.ok === true;
    };
    await until('LiteLLM answers', isUp, 120_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, token, stop };
}
