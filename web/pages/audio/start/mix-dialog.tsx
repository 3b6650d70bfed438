import { useState } from 'react';
import type { StemRole } from '../../../../contracts/audio.ts';
import { markedText } from '../../../base/marks.ts';
import { useWords } from '../../../base/words.ts';
import { Choice, inputClass } from '../../../parts/field.tsx';
import { Said } from '../../../parts/said.tsx';
import styles from '../audio.module.css';
import { words } from '../words.ts';
import { StartForm } from './start-form.tsx';
import { useStart } from './use-start.ts';

const roles: readonly StemRole[] = ['lead', 'drums', 'kick', 'bass', 'harmony', 'effects'];
const mostTracks = 32;

/** Mixes the chosen tracks; each may say what it is. */
export function MixDialog({ names, onClose }: { names: readonly string[]; onClose: () => void }) {
  const t = useWords(words);
  // the role of each chosen track; empty: by its name
  const [chosen, setChosen] = useState<ReadonlyMap<string, StemRole | ''>>(new Map());
  const [balance, setBalance] = useState<'balanced' | 'unity'>('balanced');
  const set = (name: string, role: StemRole | '' | null): void =>
    setChosen((before) => {
      const next = new Map(before);
      if (role === null) next.delete(name);
      else next.set(name, role);
      return next;
    });
  const stems = names
    .filter((name) => chosen.has(name))
    .slice(0, mostTracks)
    .map((audio_path) => {
      const role = chosen.get(audio_path);
      return role === '' || role === undefined ? { audio_path } : { audio_path, role };
    });
  return (
    <StartForm
      title={t.mixTitle}
      deed={t.mixNow}
      body={{ stems, unity: balance === 'unity' }}
      problem={stems.length < 2 ? t.chooseTwo : undefined}
      start={useStart('mix')}
      onClose={onClose}
    >
      <fieldset className={styles['tracks']}>
        <legend>{t.tracks}</legend>
        {names.map((name) => (
          <div key={name} className={styles['track']}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(name)}
                onChange={({ target }) => set(name, target.checked ? '' : null)}
              />
              <Said>{name}</Said>
            </label>
            {chosen.has(name) && (
              <select
                className={inputClass}
                aria-label={t.roleOf(markedText(name))}
                value={chosen.get(name)}
                onChange={({ target }) => set(name, target.value as StemRole | '')}
              >
                <option value="">{t.byName}</option>
                {roles.map((role) => (
                  <option key={role} value={role}>
                    {t[role]}
                  </option>
                ))}
              </select>
            )}
          </div>
        ))}
      </fieldset>
      <Choice
        label={t.balance}
        value={balance}
        options={[
          ['balanced', t.balanced],
          ['unity', t.unity],
        ]}
        onChange={setBalance}
      />
    </StartForm>
  );
}
