import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Environment } from '../../environment.ts';
import type { Result } from '../../measure.ts';
import { figures, inTurns, ms, timed } from '../../sample.ts';

const readyMs = 400;
const program = join(import.meta.dirname, '../../../scripts/vx11.mjs');
const handshake = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  },
};

/** From the start of `vx11 mcp`, as hosts start it, to its answer to the first message; beside an empty Node process. */
export async function bridgeReady(
  { samples }: Environment,
  url: string,
  token: string,
): Promise<Result> {
  const env = {
    PATH: process.env['PATH'],
    VX11_HOME: '/nowhere',
    VX11_URL: url,
    VX11_TOKEN: token,
  };
  const first = async (): Promise<void> => {
    const child = spawn(process.execPath, [program, 'mcp'], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.write(`${JSON.stringify(handshake)}\n`);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    if (!line.includes('"serverInfo"')) throw new Error(`vx11 mcp answered ${line}`);
    child.stdin.end(); // how it ends is not measured
  };
  const empty = async (): Promise<void> => {
    await once(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' }), 'exit');
  };
  const [ours, plain]: number[][] = [[], []];
  await first(); // fills the caches of compiled code
  await inTurns(
    samples(20),
    async () => void ours!.push((await timed(first))[0]),
    async () => void plain!.push((await timed(empty))[0]),
  );
  const [mine, theirs] = [figures(ours!), figures(plain!)];
  return {
    name: 'mcp: vx11 mcp ready',
    unit: 'ms',
    ours: mine,
    plain: theirs,
    bar: `≤ ${readyMs} ms`,
    met: mine.p50 <= readyMs,
    n: mine.n,
    notes: [
      `from the start of the command to its answer to initialize; an empty Node process takes ${ms(theirs.p50)} on this machine`,
    ],
  };
}
