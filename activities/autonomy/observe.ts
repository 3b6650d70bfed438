import type { Observation, Urgency } from '../../contracts/autonomy.ts';
import type { Lane, ScannerIntentBody } from '../../contracts/rails.ts';
import type { WindowView } from '../../contracts/window.ts';
import type { StoredIntent } from '../../store/incidents/rails.ts';
import { planIdOfWindow } from '../../contracts/ids.ts';
import { autonomyActor } from '../../domain/autonomy/decide.ts';
import { presenceMs } from '../../store/system/presence.ts';
import { noteHealth } from '../module-health.ts';
import type { AutonomyDeps } from './deps.ts';
import { seenChecks } from './seen-checks.ts';

/** The most items of a kind that a round looks at; for intents, per lane. */
const most = 50;

/** Collects everything that a decision may depend on. Reads the store only: no Engine, no network. */
export async function observe(deps: AutonomyDeps, now: number): Promise<Observation> {
  const { store } = deps;
  const [windows, presence, intents, lanes, plans] = await Promise.all([
    store.windows.live(),
    store.presence.list(),
    store.rails.waiting(most),
    store.rails.lanes(),
    store.plans.counts(),
  ]);
  const { parts, machine } = await noteHealth(deps, now);
  const madre = presence.filter(({ process, at }) => process === 'madre' && at + presenceMs > now);
  const engine = madre.find(({ host }) => host === deps.host)?.detail['engine'];
  return {
    at: new Date(now).toISOString(),
    engine: engine === 'ok' || engine === 'down' ? engine : 'unknown',
    hosts: [
      {
        host: deps.host,
        load: round(machine.load),
        memory: round(machine.memory),
        pressed_seconds: machine.health === 'ok' ? 0 : secondsBetween(machine.since, now),
      },
    ],
    troubled: parts
      .filter((part) => part.health === 'degraded' || part.health === 'down')
      .map(({ since, ...part }) => ({ ...part, for_seconds: secondsBetween(since, now) }))
      .slice(0, most),
    windows: await Promise.all(
      windows.slice(0, most).map(async (view) => seenWindow(view, await ownerOf(view, store), now)),
    ),
    plans_waiting: plans.WAITING ?? 0,
    intents: byLane(intents, lanes),
    ...(deps.mayRepair() && (await seenChecks(deps, now))),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

/**
 * Returns the owner of a window. A window is the loop's own only if its plan is: the actor's name proves nothing, since
 * older tokens may have any name.
 */
async function ownerOf(view: WindowView, store: AutonomyDeps['store']): Promise<string> {
  if (view.owner !== autonomyActor) return view.owner;
  const plan = await store.plans.find(planIdOfWindow(view.window_id));
  return plan?.source === 'autonomous' ? view.owner : `token ${view.owner}`;
}

const seenWindow = (
  view: WindowView,
  owner: string,
  now: number,
): Observation['windows'][number] => ({
  window_id: view.window_id,
  host: view.host,
  owner,
  services: view.services,
  state: view.state,
  remaining_seconds:
    view.expires_at === null ? null : Math.max(0, secondsBetween(now, Date.parse(view.expires_at))),
  waits_seconds: view.state === 'queued' ? secondsBetween(Date.parse(view.requested_at), now) : 0,
});

const secondsBetween = (from: number, to: number): number => Math.floor((to - from) / 1000);

const order: readonly Urgency[] = ['low', 'medium', 'high', 'critical'];

/** Groups waiting intents by current lane; each entry has the priority of its most urgent intent. */
function byLane(intents: StoredIntent[], lanes: Lane[]): Observation['intents'] {
  const groups = Map.groupBy(intents, ({ domain, intent_type }) => `${domain}/${intent_type}`);
  return lanes.flatMap(({ lane_id, domain, intent_type, owner_module, constraints }) => {
    const mine = groups.get(`${domain}/${intent_type}`);
    if (mine === undefined) return [];
    const ranks = mine.map((one) => order.indexOf(one.urgency as Urgency));
    const payload = JSON.parse(mine[0]!.payload_json) as ScannerIntentBody['payload'];
    return {
      lane_id,
      owner_module,
      constraints,
      urgency: order[Math.max(0, ...ranks)]!,
      intent_ids: mine.map(({ intent_id }) => intent_id),
      summary: payload.summary ?? `${domain}/${intent_type}`,
    };
  });
}
