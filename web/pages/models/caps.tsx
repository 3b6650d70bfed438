import type { ModelListAnswer, ModelView } from '../../../contracts/models.ts';
import { bytes } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { Meter } from '../../parts/meter.tsx';
import styles from './models.module.css';
import { usedBy } from './used.ts';
import { words } from './words.ts';

/** How full each host is: how many models, and how large they are together. */
export function Caps({
  models,
  caps,
}: {
  models: readonly ModelView[];
  caps: ModelListAnswer['caps'];
}) {
  const t = useWords(words);
  const hosts = usedBy(models);
  return (
    <div className={styles['caps']}>
      {hosts.map(({ host, count, size }) => (
        <div key={host} className={styles['host']}>
          <Meter
            name={hosts.length > 1 ? `${host}: ${t.room}` : t.room}
            reserved={size}
            limit={caps.bytes}
            text={t.of(bytes(size), bytes(caps.bytes))}
          />
          <Meter
            name={t.models}
            reserved={count}
            limit={caps.models}
            text={t.of(String(count), String(caps.models))}
          />
        </div>
      ))}
      <p>{t.largest(bytes(caps.model_bytes))}</p>
    </div>
  );
}
