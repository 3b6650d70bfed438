import { bytes, decimal } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import type { HostBudget, Status } from '../../live/answers.ts';
import { Mark } from '../../parts/mark.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Said } from '../../parts/said.tsx';
import { serviceState } from '../../things/services/service-mark.tsx';
import styles from './now.module.css';
import { words } from './words.ts';

/** Each machine in one line: how much of it is on, and how much of its budget is taken. */
export function HostStrip({ status }: { status: Status }) {
  const t = useWords(words);
  const { budgets } = status;
  const hosts = [...new Set([...status.services, ...budgets].map(({ host }) => host))].toSorted();
  return (
    <ul className={styles['hosts']}>
      {hosts.map((host) => {
        const mine = status.services.filter((one) => one.host === host && one.tier === 'window');
        const on = mine.filter((one) => serviceState(one, status.windows) !== 'asleep').length;
        const budget = budgets.find((one) => one.host === host);
        return (
          <li key={host} className={styles['host']}>
            <strong>
              <Said>{host}</Said>
            </strong>
            <span>
              {t[status.mode]} · {t.countOn(on, mine.length)}
            </span>
            {budget !== undefined && <Budget budget={budget} />}
            {status.madre_available ? (
              <Mark shape="check" tone="good">
                {t.madreOk}
              </Mark>
            ) : (
              <Mark shape="warning" tone="bad">
                {t.madreAway}
              </Mark>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Budget({ budget }: { budget: HostBudget }) {
  const t = useWords(words);
  const { memory_bytes: memory, cpus, gpus } = budget;
  const sentence = (
    {
      reserved,
      seen = null,
      limit,
    }: { reserved: number; seen?: number | null; limit: number | null },
    show: (value: number) => string,
  ): string =>
    (limit === null ? t.reserved(show(reserved)) : t.reservedOf(show(reserved), show(limit))) +
    (seen === null ? '' : t.seen(show(seen)));
  return (
    <>
      <Meter name={t.memory} {...memory} text={sentence(memory, bytes)} />
      <Meter name={t.cpus} {...cpus} text={sentence(cpus, decimal)} />
      {(gpus.limit ?? 0) > 0 && <Meter name={t.gpus} {...gpus} text={sentence(gpus, decimal)} />}
    </>
  );
}
