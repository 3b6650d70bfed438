import { runProgram } from '../../cli/program.ts';
import type { NewEvent } from '../../contracts/event.ts';
import { VX11Error } from '../../contracts/errors.ts';
import type { WindowView } from '../../contracts/window.ts';
import { connectTemporal, type TemporalPort } from '../../gateway/temporal/port.ts';
import type { Store } from '../../store/index.ts';
import type { Lease } from '../../store/windows/leases.ts';
import { adminToken, beat, seedStack, startGateway, type Gateway } from '../gateway/fixture.ts';

/** The exit code and output of one command line. */
export interface Run {
  code: number;
  out: string;
  err: string;
}

export interface CliFixture extends Gateway {
  url: string;
  /** Runs a command line as the admin, or with another environment. */
  vx11(line: string | string[], env?: NodeJS.ProcessEnv): Promise<Run>;
}

/** The outcome of opening a window: its view some moments later, and the events until then. */
export type Outcome = (view: WindowView) => [Partial<WindowView>, NewEvent[]];

/** A listening gateway over a real store; `outcome` replaces the workflow that opens windows. */
export async function startFixture(outcome: Outcome): Promise<CliFixture> {
  let store: Store | undefined;
  const gateway = await startGateway({ deps: { temporal: windows(() => store!, outcome) } });
  store = gateway.store;
  await seedStack(store);
  const pulse = setInterval(() => void beat(gateway.store).catch(() => undefined), 500);
  const url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...gateway,
    url,
    vx11: (line, env = { VX11_TOKEN: adminToken }) =>
      vx11(typeof line === 'string' ? line.split(' ') : line, { VX11_URL: url, ...env }),
    close: async () => {
      clearInterval(pulse);
      await gateway.close();
    },
  };
}

/** A person at the command line: the output while it runs, and their Ctrl-C. */
export interface Watcher {
  output?: { out: string; err: string };
  signal?: AbortSignal;
}

/** Runs a command line in this process and collects its output. */
export async function vx11(
  args: string[],
  env: NodeJS.ProcessEnv,
  { output = { out: '', err: '' }, signal = AbortSignal.timeout(30_000) }: Watcher = {},
): Promise<Run> {
  const code = await runProgram(args, {
    env: { VX11_HOME: '/nowhere', ...env },
    signal,
    terminal: (json) => ({
      json,
      live: null,
      out: (text) => void (output.out += `${text}\n`),
      err: (text) => void (output.err += `${text}\n`),
      raw: (stream, text) => void (output[stream === 'stdout' ? 'out' : 'err'] += text),
    }),
  });
  const whole = (text: string): string => text.replace(/\n$/, '');
  return { code, out: whole(output.out), err: whole(output.err) };
}

/** Writes windows to the store as the workflow does, without Temporal and without containers. */
function windows(store: () => Store, outcome: Outcome): TemporalPort {
  const change = async (id: string, next: (view: WindowView) => Partial<WindowView>) => {
    const view = await store().windows.find(id);
    if (!view) throw new VX11Error('window_not_found', id);
    const after = { ...view, ...next(view) };
    await store().windows.save(after, []);
    return after;
  };
  const later = (view: WindowView, by_ms: number) =>
    new Date(Date.parse(view.expires_at ?? '') + by_ms).toISOString();
  return {
    async keepWindow({ view }) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const [after, events] = outcome(view);
      const next = { ...view, ...after };
      await store().windows.save(next, events);
      if (next.state === 'open')
        await store().leases.reserve(next.window_id, leasesOf(next), Date.now());
      return { view: next, clamped: false };
    },
    extendWindow: async (id, { by_ms }) => ({
      view: await change(id, (view) => ({
        expires_at: later(view, by_ms),
        extensions: view.extensions + 1,
      })),
      clamped: false,
    }),
    closeWindow: (id, { closed_by, reason }) =>
      change(id, ({ window_id, expires_at }) => {
        const closed_at = new Date().toISOString();
        const ending = { window_id, closed_by, reason, closed_at, deadline: expires_at };
        return {
          state: 'closed',
          closed_at,
          receipt: { ...ending, overrun_ms: null, services: [], residue: [] },
        };
      }),
    releaseService: (id) => change(id, () => ({})),
    endStrays: async () => ({ services: [] }),
    restartService: async () => undefined,
    startTask: async () => undefined,
    endSpawn: async () => undefined,
    startChecks: async () => undefined,
    cancelChecks: async () => undefined,
    startRepair: async () => undefined,
    cancelRepair: async () => undefined,
    startAudit: async () => undefined,
    startAudio: async () => undefined,
    cancelAudio: async () => undefined,
    startBatch: async () => undefined,
    cancelBatch: async () => undefined,
    startScan: async () => undefined,
    startPull: async () => undefined,
    cancelPull: async () => undefined,
    searchModels: () => Promise.reject(new VX11Error('temporal_unavailable', 'not here')),
    runAnts: async () => [{ ant: 'disk', outcome: 'looked', bad: 0, detail: null }],
    autonomy: async () => undefined,
    schedule: async () => undefined,
    plans: connectTemporal('127.0.0.1:1', 'default').plans,
    isAsleep: () => false,
    isLoaded: () => false,
    health: async () => undefined,
    breaker: 'closed',
    close: async () => undefined,
  };
}

const leasesOf = ({ window_id, host, services, expires_at }: WindowView): Lease[] =>
  services.map((service) => ({
    window_id,
    host,
    service,
    deadline: expires_at === null ? null : Date.parse(expires_at),
    is_open: true,
  }));
