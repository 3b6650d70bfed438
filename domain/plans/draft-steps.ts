import { isSameWho } from '../../contracts/principal.ts';
import type { Intent } from '../../contracts/intent.ts';
import type { StepError, StepDraft } from '../../contracts/plan.ts';
import type { TokenScope } from '../../contracts/token.ts';
import type { WindowView } from '../../contracts/window.ts';
import { meantWindows, namedHost, namesOf, resolveHost } from './placement.ts';
import type { PlanningContext } from './planning-context.ts';
import { planTextsOf } from './plan-languages.ts';
import { closingMore, type Risk } from './risk.ts';
import { isOpen } from '../windows/window.ts';
import { coreServices } from '../services/core-services.ts';

export type Draft =
  | {
      ok: true;
      wishes: StepDraft[];
      warnings: string[];
      /** What it means for others, beyond what its steps say. */
      risks: Risk[];
    }
  | { ok: false; error: StepError; warnings: string[] };

interface Asking {
  actor: string;
  /** The token behind the name; null for a part of VX11. */
  principal?: string | null;
  scope: TokenScope;
  intent: Intent;
}

/** The longest that one request may ask for, as everywhere; `extend` goes on from there. */
const longestSeconds = 3600;
const taskSeconds = 300;

const good = (wishes: StepDraft[], warnings: string[] = [], risks: Risk[] = []): Draft => ({
  ok: true,
  wishes,
  warnings,
  risks,
});
const refused = (error: StepError): Draft => ({ ok: false, error, warnings: [] });
const no = (code: string, detail: string): Draft => refused({ code, detail });
const say = (message: string): StepDraft => ({ type: 'NOOP', params: { message } });
const look = (services: string[], host: string | null): StepDraft => ({
  type: 'SYSTEM_HEALTHCHECK',
  params: { services, ...(host !== null && { host }) },
});

/** What an intent comes to, before windows that it needs and other consequences are added. */
export function draftSteps(asking: Asking, world: PlanningContext): Draft {
  const { intent } = asking;
  const { action, targets, text, language } = intent;
  const isTalk = action === 'chat' || action === 'help';
  const named = namedHost(isTalk ? [] : intent.hosts, world, language);
  if (!named.ok) return refused(named.error);
  const { host } = named;
  switch (action) {
    case 'open_window':
    case 'hold':
      return open(intent, world);
    case 'extend_window':
      return extend(asking, world);
    case 'close_window':
      return close(asking, world);
    case 'stop':
    case 'suspend':
      return takeOut(asking, world);
    case 'delete':
      return targets.length > 0
        ? takeOut(asking, world)
        : good([say(planTextsOf(language).deletesNothing)]);
    case 'restart':
      return restart(asking, world);
    case 'run':
      if (intent.code === null) {
        return targets.length > 0
          ? open(intent, world)
          : no('nothing_to_run', planTextsOf(language).runHint);
      }
      return good([
        {
          type: 'SPAWN',
          params: {
            task_type: intent.task_type ?? 'shell',
            code: intent.code,
            ttl_seconds: intent.ttl_seconds ?? taskSeconds,
            ...(intent.priority !== undefined && { priority: intent.priority }),
            ...(host !== null && { host }),
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
      return good([action === 'help' || action === 'chat' ? say(action) : look(targets, host)]);
  }
}

function open(intent: Intent, world: PlanningContext): Draft {
  const { targets, language } = intent;
  const texts = planTextsOf(language);
  if (targets.length === 0) {
    return no('service_not_allowed', texts.whichToOpen(namesOf(world, language)));
  }
  if (targets.length > 10) return no('invalid', texts.atMostTen);
  const place = resolveHost(targets, intent.hosts, world, language);
  if (!place.ok) return refused(place.error);
  const { host, services } = place;
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
const mine = (
  { actor, principal = null, scope }: Asking,
  view: WindowView,
  { owners }: PlanningContext,
): boolean =>
  view.kind === 'target' ||
  scope === 'admin' ||
  isSameWho(
    { name: actor, principal },
    { name: view.owner, principal: owners.get(view.window_id) ?? null },
  );

function close(asking: Asking, world: PlanningContext): Draft {
  const { targets, hosts, language } = asking.intent;
  // "close web, that's all" means web
  const all = asking.intent.all && targets.length === 0;
  const reachable = world.windows.filter((view) => mine(asking, view, world));
  if (targets.length === 0 && !all) {
    return no('no_open_window', planTextsOf(language).whichWindow);
  }
  const isOn = (view: WindowView, name: string): boolean =>
    view.kind === 'target' ? view.target === name : view.services.includes(name);
  const held = reachable.filter((view) => all || targets.some((name) => isOn(view, name)));
  const meant = meantWindows(held, { targets, hosts, all, language }, world);
  if (!meant.ok) return refused(meant.error);
  const { windows } = meant;
  if (windows.length === 0) return nothingToClose(asking, world);
  const window_ids = windows.map(({ window_id }) => window_id);
  const wish: StepDraft = { type: 'CLOSE_WINDOW', params: { window_ids, services: null } };
  return good([wish], [], all ? [] : risksOfClosing(asking, windows));
}

/**
 * Of those windows of the asker's that a service is named by, the one that lasts longest moves its deadline later: once, also
 * where it is on several of the services.
 */
function extend(asking: Asking, world: PlanningContext): Draft {
  const { targets, hosts, language, ttl_seconds } = asking.intent;
  const texts = planTextsOf(language);
  const seconds = Math.min(longestSeconds, Math.max(1, Math.ceil(ttl_seconds ?? 0)));
  if (targets.length === 0) return no('no_open_window', texts.whichToExtend);
  const held = world.windows.filter((view) => mine(asking, view, world) && holdsAny(view, targets));
  const meant = meantWindows(held, { targets, hosts, all: false, language }, world);
  if (!meant.ok) return refused(meant.error);
  const moved = new Map<string, { view: WindowView; services: string[] }>();
  for (const name of targets) {
    const [view] = meant.windows
      .filter((one) => holdsAny(one, [name]))
      .sort((a, b) => lasting(b) - lasting(a));
    if (view === undefined) {
      const other = world.windows.find((one) => holds(one, [name]));
      if (other === undefined) return no('no_open_window', texts.noWindowToExtend(name, seconds));
      const whose = texts.ofOwner(other.window_id, other.owner);
      return no('window_not_open', texts.notYoursToExtend(name, whose, seconds));
    }
    if (!isOpen(view)) return no('window_not_open', texts.notOpenYet(view.window_id));
    if (view.mode === 'hold') return no('window_not_open', texts.noEndToMove(view.window_id));
    const before = moved.get(view.window_id)?.services ?? [];
    moved.set(view.window_id, { view, services: [...before, name] });
  }
  const wishes = [...moved.values()].map(({ view, services }): StepDraft => {
    const { window_id, host } = view;
    return {
      type: 'EXTEND_WINDOW',
      params: { window_id, host, services: services.slice(0, 10), seconds },
    };
  });
  const cut = (ttl_seconds ?? 0) > longestSeconds;
  return good(
    wishes,
    cut ? [`ttl_cut: a window is extended by at most ${longestSeconds} s at once`] : [],
  );
}

/** Is it a window on one of these, or does it hold one up? */
const holdsAny = (view: WindowView, names: readonly string[]): boolean =>
  view.services.some((name) => names.includes(name)) || holds(view, names);

/** Some other name of a window, or whose it is, may not be known to whoever says one name. */
function risksOfClosing({ actor, intent }: Asking, windows: readonly WindowView[]): Risk[] {
  const own = windows.filter(({ kind }) => kind === 'operator');
  const others = own.flatMap(({ services }) =>
    services.filter((name) => !intent.targets.includes(name)),
  );
  const foreign = own.filter(({ owner }) => owner !== actor);
  const { language } = intent;
  const texts = planTextsOf(language);
  const more = texts.tooMuch([...new Set(others)].join(', '));
  return [
    ...(others.length > 0 ? [closingMore(more, language)] : []),
    ...foreign.map(({ window_id, owner }) =>
      closingMore(texts.ofOwner(window_id, owner), language),
    ),
  ];
}

/** Nothing is open, or not for whoever asks: then it says in which window the service is up. */
function nothingToClose({ intent }: Asking, world: PlanningContext): Draft {
  const { targets, language } = intent;
  const texts = planTextsOf(language);
  const named = namedHost(intent.hosts, world, language);
  const on = named.ok ? named.host : null;
  const holding = world.windows.filter(
    (view) => holds(view, targets) && (on === null || view.host === on),
  );
  if (holding.length === 0) return good([say(texts.noWindow(targets.join(', ')))]);
  const those = holding
    .map(
      ({ window_id, owner, services }) =>
        `${texts.ofOwner(window_id, owner)} (${services.join(', ')})`,
    )
    .join(', ');
  return no('window_not_open', texts.notYours(targets.join(', '), those));
}

const holds = (view: WindowView, names: readonly string[]): boolean =>
  view.members.some((member) => names.includes(member));

/** Out of every window that holds them, whoever opened it. */
function takeOut({ intent }: Asking, world: PlanningContext): Draft {
  const { action, targets, hosts, language } = intent;
  if (targets.length === 0) {
    return no('service_not_allowed', planTextsOf(language).whichToStop(namesOf(world, language)));
  }
  const core = targets.filter((name) => isCore(name, world));
  const holding = world.windows.filter((view) => holds(view, targets));
  const meant = meantWindows(holding, { targets, hosts, all: false, language }, world);
  if (!meant.ok) return refused(meant.error);
  const window_ids = meant.windows.map(({ window_id }) => window_id);
  return good(
    [
      {
        type: 'CLOSE_WINDOW',
        params: {
          window_ids,
          services: targets.slice(0, 10),
          ...(action === 'suspend' && { verb: action }),
        },
      },
    ],
    core.length > 0 ? [`core_service: ${core.join(', ')} is not put to sleep from here`] : [],
  );
}

/** Does it always run? Its tier says so; its name only where no catalog has it. */
export function isCore(name: string, world: PlanningContext): boolean {
  const known = world.services.filter((service) => service.name === name);
  if (known.length === 0) return (coreServices as readonly string[]).includes(name);
  return known.every(({ tier }) => tier !== 'window');
}

/**
 * What is up is restarted inside a window that holds it, whose end stays as it was. What sleeps is opened, and where a
 * time is asked for, everything is opened for it.
 */
function restart({ intent }: Asking, world: PlanningContext): Draft {
  const { targets, hosts, ttl_seconds, language } = intent;
  const holding = world.windows.filter((view) => isOpen(view) && holds(view, targets));
  const meant = meantWindows(holding, { targets, hosts, all: false, language }, world);
  if (!meant.ok) return refused(meant.error);
  const restarts = targets.flatMap((service) => restartOf(service, meant.windows));
  const asleep = targets.filter((name) => !meant.windows.some((view) => holds(view, [name])));
  const opened = ttl_seconds === null ? asleep : targets;
  if (opened.length === 0 && restarts.length > 0) return good(restarts);
  const on = meant.windows.length > 0 ? [meant.windows[0]!.host] : hosts;
  const up = open({ ...intent, action: 'open_window', targets: opened, hosts: on }, world);
  return up.ok ? { ...up, wishes: [...restarts, ...up.wishes] } : up;
}

/** In the window that lasts longest of those that hold it. */
function restartOf(service: string, windows: readonly WindowView[]): StepDraft[] {
  const [longest] = windows
    .filter((view) => holds(view, [service]))
    .sort((a, b) => lasting(b) - lasting(a));
  if (longest === undefined) return [];
  const { window_id, host } = longest;
  return [{ type: 'RESTART_SERVICE', params: { window_id, host, service } }];
}

const lasting = ({ expires_at }: WindowView): number =>
  expires_at === null ? Infinity : Date.parse(expires_at);
