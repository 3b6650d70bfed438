import { Link } from 'wouter';
import type { CheckRunView } from '../../../contracts/checks.ts';
import { shortId } from '../../base/format.ts';
import { useWords } from '../../base/words.ts';
import type {
  CheckRuns,
  PlanList,
  RepairList,
  TaskList,
  Status,
  WindowList,
} from '../../live/answers.ts';
import { useNow } from '../../live/clock.ts';
import { useRead } from '../../live/queries.ts';
import { Mark } from '../../parts/mark.tsx';
import { Section } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { Time } from '../../parts/time.tsx';
import { nameOf } from '../../things/window-acts.tsx';
import { serviceState, ServiceMark } from '../../things/services/service-mark.tsx';
import { useDeedName } from '../../things/plans/use-deed-name.ts';
import styles from './now.module.css';
import { words } from './words.ts';

const dayMs = 24 * 3_600_000;
const shown = 8;

interface Failure {
  key: string;
  at: string;
  what: string;
  name: string;
  why: string;
  to: string;
}

/** The newest ended run of each suite, if it is not green. A cancelled run says nothing about its suite. */
function notGreen(runs: readonly CheckRunView[]): CheckRunView[] {
  const ended = runs.filter(
    ({ finished_at, status }) => finished_at !== null && status !== 'cancelled',
  );
  const newest = [...Map.groupBy(ended, ({ suite }) => suite).values()].map((of) => of[0]!);
  return newest.filter(({ exit_code }) => exit_code !== 0);
}

/** What is ill now, and what failed in the last 24 hours, newest first. Asleep is no trouble. */
export function Trouble({ status }: { status: Status }) {
  const t = useWords(words);
  const now = useNow();
  const deed = useDeedName();
  const plans = useRead<PlanList>('plans', '/madre/plans', { status: 'ERROR', limit: 20 });
  const windows = useRead<WindowList>('windows', '/vx11/windows', { state: 'failed', limit: 20 });
  const tasks = useRead<TaskList>('tasks', '/vx11/spawns', { limit: 50 });
  const checks = useRead<CheckRuns>('checks', '/vx11/checks', { limit: 50 });
  const repairs = useRead<RepairList>('repairs', '/vx11/repairs', { limit: 50 });
  const ill = status.services.filter((one) =>
    ['degraded', 'down'].includes(serviceState(one, status.windows)),
  );
  const failures: Failure[] = [
    ...(plans.data?.plans ?? []).map((plan) => ({
      key: plan.plan_id,
      at: plan.finished_at ?? plan.created_at,
      what: t.planFailed,
      name: deed(plan),
      why: plan.error?.detail ?? '',
      to: `/plans/${plan.plan_id}`,
    })),
    ...(windows.data?.windows ?? []).map((window) => ({
      key: window.window_id,
      at: window.closed_at ?? window.requested_at,
      what: t.windowFailed,
      name: nameOf(window),
      why: window.services_failed.map(({ service, detail }) => `${service}: ${detail}`).join(' · '),
      to: `/windows/${window.window_id}`,
    })),
    ...(tasks.data?.spawns ?? [])
      .filter(({ status: how, state }) => how === 'ERROR' && state !== 'cancelled')
      .map((task) => ({
        key: task.spawn_id,
        at: task.finished_at ?? task.created_at,
        what: t.taskFailed,
        name: task.name ?? shortId(task.spawn_id),
        why: [task.cause, task.detail].filter(Boolean).join(': '),
        to: `/tasks/${task.spawn_id}`,
      })),
    ...notGreen(checks.data?.runs ?? []).map((run) => ({
      key: run.run_id,
      at: run.finished_at!,
      what: t.checksFailed,
      name: run.suite,
      why: [run.cause, run.detail].filter(Boolean).join(': '),
      to: `/checks/${run.run_id}`,
    })),
    // others leave the stack as it was, and its checks say what is red
    ...(repairs.data?.repairs ?? [])
      .filter(({ status: how }) => how === 'conflict' || how === 'error')
      .map((repair) => ({
        key: repair.repair_id,
        at: repair.finished_at ?? repair.created_at,
        what: t.repairFailed,
        name: repair.suite,
        why: [repair.cause, repair.detail].filter(Boolean).join(': '),
        to: `/repairs/${repair.repair_id}`,
      })),
  ]
    .filter(({ at }) => now === null || now - Date.parse(at) < dayMs)
    .toSorted((one, other) => other.at.localeCompare(one.at));
  return (
    <Section title={t.look} count={ill.length + failures.length || undefined}>
      {ill.length + failures.length === 0 && <p className={styles['quiet']}>{t.fine}</p>}
      <ul className={`${styles['rows']} ${styles['failures']}`}>
        {ill.map((service) => (
          <li key={`${service.host} ${service.name}`} className={styles['row']}>
            <ServiceMark service={service} windows={status.windows} />
            <Link to={`/services/${service.host}/${service.name}`} className={styles['name']}>
              <Said>{service.name}</Said>
            </Link>
            <span className={styles['why']}>
              {service.reason !== null && <Said english>{service.reason}</Said>}
            </span>
          </li>
        ))}
        {failures.slice(0, shown).map(({ key, at, what, name, why, to }) => (
          <li key={key} className={styles['row']}>
            <Mark shape="cross" tone="bad">
              <Time at={at} seconds={false} /> {what}
            </Mark>
            <Link to={to} className={styles['name']}>
              <Said>{name}</Said>
            </Link>
            <span className={styles['why']}>
              <Said english>{why}</Said>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
