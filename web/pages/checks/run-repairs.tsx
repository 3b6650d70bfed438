import { Link } from 'wouter';
import type { CheckRunView } from '../../../contracts/checks.ts';
import { useWords } from '../../base/words.ts';
import type { RepairList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Section } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { RepairMark } from '../../things/repair-mark.tsx';
import styles from './checks.module.css';
import { words } from './words.ts';

/** The repairs of what a run found red, among the newest. */
export function RunRepairs({ run: { run_id } }: { run: CheckRunView }) {
  const t = useWords(words);
  const { data } = useRead<RepairList>('repairs', '/vx11/repairs', { limit: 200 });
  const own = data?.repairs.filter((one) => one.run_id === run_id) ?? [];
  if (own.length === 0) return null;
  return (
    <Section title={t.repairs} count={own.length}>
      <ul className={styles['repairs']}>
        {own.map(({ repair_id, status, created_at }) => (
          <li key={repair_id}>
            <Link to={`/repairs/${repair_id}`}>
              <Time at={created_at} />
            </Link>{' '}
            <RepairMark status={status} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
