import type { PlanStep } from '../../../contracts/plan.ts';
import { duration } from '../../base/durations.ts';
import type { Words } from '../../base/words.ts';
import type { Status } from '../../live/answers.ts';
import { parseDiff } from '../../parts/diff/parse.ts';
import type { planWords } from './plan-words.ts';

/** One thing that a plan changes: what it is, as it is now, and as it will be. */
export interface Change {
  key: string;
  kind: string;
  name: string;
  before: string;
  after: string;
}

type Texts = Words<typeof planWords>;
type Now = Pick<Status, 'services' | 'windows'>;

/** What the steps change, step by step, from the state that the page shows. */
export function changesOf(steps: readonly PlanStep[], now: Now, t: Texts): Change[] {
  return steps.flatMap((step) =>
    ofStep(step, now, t).map((change) => ({ ...change, key: `${step.step_id} ${change.key}` })),
  );
}

function ofStep(step: PlanStep, now: Now, t: Texts): Change[] {
  const stateOf = (name: string, host?: string): string => {
    const service = now.services.find(
      (one) => one.name === name && (host === undefined || one.host === host),
    );
    if (service === undefined) return '?';
    return service.health === 'off_by_policy' ? t.asleep : service.state;
  };
  const service = (name: string, after: string, host?: string): Change => ({
    key: name,
    kind: t.service,
    name,
    before: stateOf(name, host),
    after,
  });
  switch (step.type) {
    case 'OPEN_WINDOW': {
      const { window_id, services, host, ttl_seconds } = step.params;
      const after = ttl_seconds === null ? t.hold : t.forTime(duration(ttl_seconds * 1000));
      return [
        ...services.map((name) => service(name, t.running, host)),
        { key: window_id, kind: t.window, name: window_id, before: t.noWindow, after },
      ];
    }
    case 'EXTEND_WINDOW': {
      const { window_id, seconds } = step.params;
      const after = t.longer(duration(seconds * 1000));
      return [{ key: window_id, kind: t.window, name: window_id, before: t.openState, after }];
    }
    case 'CLOSE_WINDOW':
      return closing(step.params, now, t, service);
    case 'RESTART_SERVICE': {
      const { service: name, host } = step.params;
      return [service(name, t.restarted, host)];
    }
    case 'RUN_CHECKS': {
      const { suite, host, wakes } = step.params;
      return [
        { key: 'checks', kind: t.checks, name: suite, before: t.noWindow, after: t.checked },
        ...wakes.map((name) => service(name, t.wakesBriefly, host)),
      ];
    }
    case 'APPLY_PATCH': {
      const { files, diff } = step.params;
      const shown = parseDiff(diff);
      return files.map(({ path, before_sha256, after_sha256 }) => {
        const { added = 0, removed = 0 } = shown.find((file) => file.path === path) ?? {};
        const isNew = before_sha256 === null;
        const after = isNew
          ? t.created
          : after_sha256 === null
            ? t.removed
            : t.lines(added, removed);
        return { key: path, kind: t.file, name: path, before: isNew ? t.absent : t.asItIs, after };
      });
    }
    case 'SPAWN':
      return [
        {
          key: 'task',
          kind: t.task,
          name: step.params.task_type,
          before: t.noWindow,
          after: t.runs,
        },
      ];
    default:
      return [];
  }
}

function closing(
  { window_ids, services }: { window_ids: string[]; services: string[] | null },
  now: Now,
  t: Texts,
  service: (name: string, after: string, host?: string) => Change,
): Change[] {
  const windows = now.windows.filter(({ window_id }) => window_ids.includes(window_id));
  const names = services ?? [...new Set(windows.flatMap(({ members }) => members))];
  const stays = (name: string): boolean =>
    now.windows.some(
      (window) => window.members.includes(name) && !window_ids.includes(window.window_id),
    );
  return [
    ...names.map((name) => service(name, stays(name) ? t.keptUp : t.asleep)),
    ...window_ids.map((id) => {
      const window = windows.find(({ window_id }) => window_id === id);
      const left =
        services === null ? [] : (window?.services ?? []).filter((one) => !services.includes(one));
      return {
        key: id,
        kind: t.window,
        name: id,
        before: window?.state ?? '?',
        after: left.length > 0 ? left.join(', ') : t.closedState,
      };
    }),
  ];
}
