import type { Intent } from '../../contracts/intent.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import type { WindowView } from '../../contracts/window.ts';
import { checkSteps } from './drafts/check-steps.ts';
import { selectWindows, namedHost, namesOf, resolveHost } from './placement.ts';
import type { PlanningContext } from './planning-context.ts';
import { planTextsOf } from './plan-languages.ts';
import { closingMore, type Risk } from './risk.ts';
import { callRole, patchSteps, soundDeed } from './drafts/role-steps.ts';
import { drafted, refuse, refuseWith, type DraftRequest, type StepsDraft } from './steps-draft.ts';
import { stepsForWindow } from './drafts/window-steps.ts';
import { isOwn, mayEnd } from './window-rights.ts';
import { expiryOf, isOpen } from '../windows/window.ts';
import { isCore } from './is-core.ts';

/** The longest time that one request may ask for, as in the API; `extend` adds to it. */
const longestSeconds = 3600;
const taskSeconds = 300;

const notice = (message: string): StepDraft => ({ type: 'NOOP', params: { message } });
const healthcheck = (services: string[], host: string | null): StepDraft => ({
  type: 'SYSTEM_HEALTHCHECK',
  params: { services, ...(host !== null && { host }) },
});

/** The steps that an intent asks for, without the window they may need. */
export function draftSteps(request: DraftRequest, context: PlanningContext): StepsDraft {
  const { intent } = request;
  const { action, targets, text, language } = intent;
  if (intent.window_id !== undefined) return stepsForWindow(intent.window_id, request, context);
  if (intent.role !== undefined && action === 'list') return callRole(intent.role, language);
  const isTalk = action === 'chat' || action === 'help';
  const named = namedHost(isTalk ? [] : intent.hosts, context, language);
  if (!named.ok) return refuse(named.error);
  const { host } = named;
  switch (action) {
    case 'open_window':
    case 'hold':
      return open(intent, context);
    case 'extend_window':
      return extend(request, context);
    case 'close_window':
      return close(request, context);
    case 'stop':
    case 'suspend':
      return removeServices(request, context);
    case 'delete':
      return targets.length > 0
        ? removeServices(request, context)
        : drafted([notice(planTextsOf(language).deletesNothing)]);
    case 'restart':
      return restart(request, context);
    case 'run':
      if (intent.code === null) {
        return targets.length > 0
          ? open(intent, context)
          : refuseWith('nothing_to_run', planTextsOf(language).runHint);
      }
      return drafted([
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
    case 'check':
      return checkSteps(intent, context);
    case 'patch':
    case 'restore':
      return patchSteps(action, intent, context);
    case 'update':
    case 'migrate':
    case 'cleanup':
      return refuseWith(
        'nothing_does_this',
        planTextsOf(language).nothingDoes[action](targets[0] ?? 'web'),
      );
    default:
      if (intent.domain === 'audio' && action !== 'list' && action !== 'help') {
        return drafted([
          {
            type: 'CALL_SHUB',
            params: { action: action === 'chat' ? soundDeed(text) : action, text },
          },
        ]);
      }
      return drafted([
        action === 'help' || action === 'chat' ? notice(action) : healthcheck(targets, host),
      ]);
  }
}

function open(intent: Intent, context: PlanningContext): StepsDraft {
  const { targets, language } = intent;
  const texts = planTextsOf(language);
  if (targets.length === 0) {
    return refuseWith('service_not_allowed', texts.whichToOpen(namesOf(context, language)));
  }
  if (targets.length > 10) return refuseWith('invalid', texts.atMostTen);
  const placement = resolveHost(targets, intent.hosts, context, language);
  if (!placement.ok) return refuse(placement.error);
  const { host, services } = placement;
  const hold = intent.action === 'hold';
  const asked = intent.ttl_seconds;
  const standard = Math.min(...services.map(({ default_ttl_ms }) => default_ttl_ms)) / 1000;
  const seconds = Math.min(longestSeconds, Math.ceil(asked ?? standard));
  const cut = !hold && asked !== null && asked > longestSeconds;
  return drafted(
    [
      {
        type: 'OPEN_WINDOW',
        params: {
          window_id: 'window-00000000', // a placeholder: makePlan sets the real id
          kind: targets.length === 1 && !hold ? 'target' : 'operator',
          host,
          services: targets,
          mode: hold ? 'hold' : 'ttl',
          ttl_seconds: hold ? null : Math.max(1, seconds),
          reason: intent.reason,
        },
      },
    ],
    cut ? [`ttl_cut: a window opens for at most ${longestSeconds} s; extend it for more time`] : [],
  );
}

function close(request: DraftRequest, context: PlanningContext): StepsDraft {
  const { targets, hosts, language } = request.intent;
  // "close web, that's all" names web, so "all" does not mean everything
  const all = request.intent.all && targets.length === 0;
  const reachable = context.windows.filter((view) => mayEnd(request, view, context));
  if (targets.length === 0 && !all) {
    return refuseWith('no_open_window', planTextsOf(language).whichWindow);
  }
  const isOn = (view: WindowView, name: string): boolean =>
    view.kind === 'target' ? view.target === name : view.services.includes(name);
  const held = reachable.filter((view) => all || targets.some((name) => isOn(view, name)));
  const selected = selectWindows(held, { targets, hosts, all, language }, context);
  if (!selected.ok) return refuse(selected.error);
  const { windows } = selected;
  if (windows.length === 0) return nothingToClose(request, context);
  const window_ids = windows.map(({ window_id }) => window_id);
  const draft: StepDraft = { type: 'CLOSE_WINDOW', params: { window_ids, services: null } };
  return drafted([draft], [], all ? [] : risksOfClosing(request, windows, context));
}

/**
 * For each named service, extends the window with the latest deadline among those the requester may change. A window
 * that holds several of the services is extended only once.
 */
function extend(request: DraftRequest, context: PlanningContext): StepsDraft {
  const { targets, hosts, language, ttl_seconds } = request.intent;
  const texts = planTextsOf(language);
  const seconds = Math.min(longestSeconds, Math.max(1, Math.ceil(ttl_seconds ?? 0)));
  if (targets.length === 0) return refuseWith('no_open_window', texts.whichToExtend);
  const held = context.windows.filter(
    (view) => mayEnd(request, view, context) && holdsAny(view, targets),
  );
  const selected = selectWindows(held, { targets, hosts, all: false, language }, context);
  if (!selected.ok) return refuse(selected.error);
  const moved = new Map<string, { view: WindowView; services: string[] }>();
  for (const name of targets) {
    const [view] = selected.windows
      .filter((one) => holdsAny(one, [name]))
      .sort((a, b) => expiryOf(b) - expiryOf(a));
    if (view === undefined) {
      const other = context.windows.find((one) => holds(one, [name]));
      if (other === undefined)
        return refuseWith('no_open_window', texts.noWindowToExtend(name, seconds));
      const whose = texts.ofOwner(other.window_id, other.owner);
      return refuseWith('window_not_open', texts.notYoursToExtend(name, whose, seconds));
    }
    if (!isOpen(view)) return refuseWith('window_not_open', texts.notOpenYet(view.window_id));
    if (view.mode === 'hold')
      return refuseWith('window_not_open', texts.noEndToMove(view.window_id));
    const before = moved.get(view.window_id)?.services ?? [];
    moved.set(view.window_id, { view, services: [...before, name] });
  }
  const drafts = [...moved.values()].map(({ view, services }): StepDraft => {
    const { window_id, host } = view;
    return {
      type: 'EXTEND_WINDOW',
      params: { window_id, host, services: services.slice(0, 10), seconds },
    };
  });
  const cut = (ttl_seconds ?? 0) > longestSeconds;
  return drafted(
    drafts,
    cut ? [`ttl_cut: a window is extended by at most ${longestSeconds} s at once`] : [],
  );
}

/** Whether the window was opened for one of these services, or holds one of them as a dependency. */
const holdsAny = (view: WindowView, names: readonly string[]): boolean =>
  view.services.some((name) => names.includes(name)) || holds(view, names);

/** The requester named one service and may not know which other services the window holds, or who owns it. */
function risksOfClosing(
  request: DraftRequest,
  windows: readonly WindowView[],
  context: PlanningContext,
): Risk[] {
  const { intent } = request;
  const own = windows.filter(({ kind }) => kind === 'operator');
  const others = own.flatMap(({ services }) =>
    services.filter((name) => !intent.targets.includes(name)),
  );
  const foreign = own.filter((view) => !isOwn(request, view, context));
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

/** Nothing that the requester may close is open. If another window holds the service, the error names that window. */
function nothingToClose({ intent }: DraftRequest, context: PlanningContext): StepsDraft {
  const { targets, language } = intent;
  const texts = planTextsOf(language);
  const named = namedHost(intent.hosts, context, language);
  const on = named.ok ? named.host : null;
  const holding = context.windows.filter(
    (view) => holds(view, targets) && (on === null || view.host === on),
  );
  if (holding.length === 0) return drafted([notice(texts.noWindow(targets.join(', ')))]);
  const those = holding
    .map(
      ({ window_id, owner, services }) =>
        `${texts.ofOwner(window_id, owner)} (${services.join(', ')})`,
    )
    .join(', ');
  return refuseWith('window_not_open', texts.notYours(targets.join(', '), those));
}

const holds = (view: WindowView, names: readonly string[]): boolean =>
  view.members.some((member) => names.includes(member));

/** Removes the services from every window that holds them, whatever its owner. */
function removeServices({ intent }: DraftRequest, context: PlanningContext): StepsDraft {
  const { action, targets, hosts, language } = intent;
  if (targets.length === 0) {
    return refuseWith(
      'service_not_allowed',
      planTextsOf(language).whichToStop(namesOf(context, language)),
    );
  }
  const core = targets.filter((name) => isCore(name, context));
  const holding = context.windows.filter((view) => holds(view, targets));
  const selected = selectWindows(holding, { targets, hosts, all: false, language }, context);
  if (!selected.ok) return refuse(selected.error);
  const window_ids = selected.windows.map(({ window_id }) => window_id);
  return drafted(
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
    core.length > 0 ? [`core_service: ${core.join(', ')} cannot be stopped through VX11`] : [],
  );
}

/**
 * Restarts running services inside a window that holds them, without changing its deadline. Opens a window for the
 * services that sleep, or for all of them if the request names a duration.
 */
function restart({ intent }: DraftRequest, context: PlanningContext): StepsDraft {
  const { targets, hosts, ttl_seconds, language } = intent;
  const holding = context.windows.filter((view) => isOpen(view) && holds(view, targets));
  const selected = selectWindows(holding, { targets, hosts, all: false, language }, context);
  if (!selected.ok) return refuse(selected.error);
  const restarts = targets.flatMap((service) => restartOf(service, selected.windows));
  const asleep = targets.filter((name) => !selected.windows.some((view) => holds(view, [name])));
  const opened = ttl_seconds === null ? asleep : targets;
  if (opened.length === 0 && restarts.length > 0) return drafted(restarts);
  const on = selected.windows.length > 0 ? [selected.windows[0]!.host] : hosts;
  const up = open({ ...intent, action: 'open_window', targets: opened, hosts: on }, context);
  return up.ok ? { ...up, drafts: [...restarts, ...up.drafts] } : up;
}

/** The restart happens in the window with the latest deadline among those that hold the service. */
function restartOf(service: string, windows: readonly WindowView[]): StepDraft[] {
  const [longest] = windows
    .filter((view) => holds(view, [service]))
    .sort((a, b) => expiryOf(b) - expiryOf(a));
  if (longest === undefined) return [];
  const { window_id, host } = longest;
  return [{ type: 'RESTART_SERVICE', params: { window_id, host, service } }];
}
