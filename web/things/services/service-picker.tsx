import { useState } from 'react';
import { useWords } from '../../base/words.ts';
import type { Status } from '../../live/answers.ts';
import { inputClass } from '../../parts/field.tsx';
import styles from './service-picker.module.css';

const words = {
  which: ['Which', 'Cuáles'],
  find: ['Find a service', 'Buscar un servicio'],
  none: ['No service has this name.', 'Ningún servicio se llama así.'],
  more: [
    (n: number) => `${n} more: type to find them`,
    (n: number) => `${n} más: escribe para encontrarlos`,
  ],
} as const;

const shownAtMost = 40;

/** Services to choose some of, with what each does now. */
export function ServicePicker({
  services,
  chosen,
  onChange,
}: {
  services: Status['services'];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const t = useWords(words);
  const [find, setFind] = useState('');
  const found = services.filter(({ name }) => name.toLowerCase().includes(find.toLowerCase()));
  const shown = found.slice(0, shownAtMost);
  const toggle = (name: string): void =>
    onChange(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  return (
    <fieldset className={styles['which']}>
      <legend>{t.which}</legend>
      {services.length > 8 && (
        <input
          className={inputClass}
          type="search"
          aria-label={t.find}
          placeholder={t.find}
          value={find}
          onChange={({ target }) => setFind(target.value)}
        />
      )}
      <ul className={styles['list']}>
        {shown.map((service) => (
          <li key={service.name}>
            <label className={styles['one']}>
              <input
                type="checkbox"
                checked={chosen.includes(service.name)}
                onChange={() => toggle(service.name)}
              />
              {service.name}
              {service.health !== 'off_by_policy' && (
                <span className={styles['state']}>{service.state}</span>
              )}
            </label>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p>{t.none}</p>}
      {found.length > shown.length && <p>{t.more(found.length - shown.length)}</p>}
    </fieldset>
  );
}
