import type { Intent } from '../contracts/intent.ts';
import type { StepError, StepWish } from '../contracts/plan.ts';
import type { TokenScope } from '../contracts/token.ts';
import type { WindowView } from '../contracts/window.ts';
import { openable, type KnownService, type World } from './plan-world.ts';
import { coreServices } from './words.ts';

export type Wished =
  | { ok: true; wishes: StepWish[]; warnings: string[] }
  | { ok: false; error: StepError; warnings: string[] };

interface Asking {
  actor: string;
  scope: TokenScope;
  intent: Intent;
}

/** The longest that one request may ask for, as everywhere; `extend` goes on from there. */
const longestSeconds = 3600;
const taskSeconds = 300;

const good = (wishes: StepWish[], warnings: string[] = []): Wished => ({
  ok: true,
  wishes,
  warnings,
});
const no = (code: string, detail: string): Wished => ({
  ok: false,
  error: { code, detail },
  warnings: [],
});
const say = (message: string): StepWish => ({ type: 'NOOP', params: { message } });
const look = (services: string[]): StepWish => ({
  type: 'SYSTEM_HEALTHCHECK',
  params: { services },
});

/** What an intent comes to, before windows that it needs and other consequences are added. */
export function wishesOf(asking: Asking, world: World): Wished {
  const { intent } = asking;
  const { action, targets, text } = intent;
  switch (action) {
    case 'open_window':
    case 'hold':
      return open(intent, world);
    case 'close_window':
      return close(asking, world);
    case 'stop':
    case 'suspend':
      return takeOut(asking, world);
    case 'delete':
      return targets.length > 0
        ? takeOut(asking, world)
        : good([
            say('VX11 deletes nothing: it puts services to sleep. Name a service to stop it.'),
          ]);
    case 'restart':
      return restart(asking, world);
    case 'run':
      if (intent.code === null) {
        return targets.length > 0 ? open(intent, world) : no('nothing_to_run', runHint);
      }
      return good([
        {
          type: 'SPAWN',
          params: {
            task_type: 'shell',
            code: intent.code,
            ttl_seconds: intent.ttl_seconds ?? taskSeconds,
          },
        },
      ]);
    case 'patch':
    case 'update':
    case 'migrate':
    case 'restore':
      return good([{ type: 'CALL_MANIFESTATOR', params: { action, text } }]);
    case 'cleanup':
      return good([{ type: 'CALL_HORMIGUERO', params: { action, text } }]);
    default:
      if (intent.domain === 'audio' && action !== 'list' && action !== 'help') {
        return good([
          { type: 'CALL_SHUB', params: { action: action === 'chat' ? 'mix' : action, text } },
        ]);
      }
      return good([action === 'help' || action === 'chat' ? say(action) : look(targets)]);
  }
}

const runHint =
  'Put the command between backticks to run it in a sandbox, or name a service to open a window on it.';

/** The one host and entry that a name means, or why there is none. */
function find(name: string, world: World): KnownService | StepError {
  const found = world.services.filter((service) => service.name === name);
  const [first, second] = found;
  const detail = (text: string): StepError => ({ code: 'service_not_allowed', detail: text });
  if (first === undefined) {
    return detail(`${name} is in no compose file; services that can be opened: ${names(world)}.`);
  }
  if (second !== undefined) {
    return detail(`${name} is on several hosts (${found.map(({ host }) => host).join(', ')}).`);
  }
  if (first.tier !== 'window')
    return detail(`${name} is of the ${first.tier} tier: it always runs.`);
  return first;
}

const names = (world: World): string => {
  const known = openable(world);
  return known.length === 0 ? 'none yet' : known.slice(0, 20).join(', ');
};

function open(intent: Intent, world: World): Wished {
  const { targets } = intent;
  if (targets.length === 0) {
    return no('service_not_allowed', `Which service? These can be opened: ${names(world)}.`);
  }
  if (targets.length > 10) return no('invalid', 'One window holds at most 10 services.');
  const found = targets.map((name) => find(name, world));
  const services: KnownService[] = [];
  for (const one of found) {
    if ('code' in one) return { ok: false, error: one, warnings: [] };
    services.push(one);
  }
  const { host } = services[0]!;
  if (services.some((service) => service.host !== host)) {
    return no('service_not_allowed', 'One window is on one host; these are on several.');
  }
  const hold = intent.action === 'hold';
  const asked = intent.ttl_seconds;
  const standard = Math.min(...services.map(({ default_ttl_ms }) => default_ttl_ms)) / 1000;
  const seconds = Math.min(longestSeconds, Math.ceil(asked ?? standard));
  const cut = !hold && asked !== null && asked > longestSeconds;
  return good(
    [
      {
        type: 'OPEN_WINDOW',
        params: {
          window_id: 'window-00000000', // the plan gives it its own
          kind: targets.length === 1 && !hold ? 'target' : 'operator',
          host,
          services: targets,
          mode: hold ? 'hold' : 'ttl',
          ttl_seconds: hold ? null : Math.max(1, seconds),
          reason: intent.reason,
        },
      },
    ],
    cut
      ? [`ttl_cut: a window opens for at most ${longestSeconds} s; extend goes on from there`]
      : [],
  );
}

/** Windows that the asker may end: those on one service are shared, an operator's are their owner's. */
const mine = ({ actor, scope }: Asking, view: WindowView): boolean =>
  view.kind === 'target' || view.owner === actor || scope === 'admin';

function close(asking: Asking, world: World): Wished {
  const { targets, all } = asking.intent;
  const reachable = world.windows.filter((view) => mine(asking, view));
  if (targets.length === 0 && !all) {
    return no('no_open_window', 'Which window? Name a service, or say "close all".');
  }
  const holds = (view: WindowView, name: string): boolean =>
    view.kind === 'target' ? view.target === name : view.services.includes(name);
  const chosen = reachable.filter((view) => all || targets.some((name) => holds(view, name)));
  if (chosen.length === 0) {
    return good([say(`No window is open${all ? '' : ` on ${targets.join(', ')}`}.`)]);
  }
  const window_ids = chosen.map(({ window_id }) => window_id);
  return good([{ type: 'CLOSE_WINDOW', params: { window_ids, services: null } }]);
}

/** Out of every window that holds them, whoever opened it. */
function takeOut({ intent }: Asking, world: World): Wished {
  const { targets } = intent;
  if (targets.length === 0) {
    return no('service_not_allowed', `Which service? These can be stopped: ${names(world)}.`);
  }
  const core = targets.filter((name) => isCore(name, world));
  const holding = world.windows.filter((view) =>
    view.members.some((member) => targets.includes(member)),
  );
  const window_ids = holding.map(({ window_id }) => window_id);
  return good(
    [{ type: 'CLOSE_WINDOW', params: { window_ids, services: targets.slice(0, 10) } }],
    core.length > 0 ? [`core_service: ${core.join(', ')} is not put to sleep from here`] : [],
  );
}

export const isCore = (name: string, world: World): boolean =>
  (coreServices as readonly string[]).includes(name) ||
  world.services.some((service) => service.name === name && service.tier !== 'window');

/** Down and up again in a window of its own, for the time that was left or its default. */
function restart(asking: Asking, world: World): Wished {
  const down = takeOut(asking, world);
  const up = open({ ...asking.intent, action: 'open_window' }, world);
  if (!down.ok) return down;
  if (!up.ok) return up;
  return good([...down.wishes, ...up.wishes], [...down.warnings, ...up.warnings]);
}
