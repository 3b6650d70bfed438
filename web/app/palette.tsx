import { useEffect, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { WindowView } from '../../contracts/window.ts';
import { usePreferences } from '../base/preferences.ts';
import { useWords } from '../base/words.ts';
import type { PlanList } from '../live/answers.ts';
import { useRead, useStatus } from '../live/queries.ts';
import { useMay } from '../live/session.ts';
import { ActFailure } from '../parts/act-failure.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { inputClass } from '../parts/field.tsx';
import { Said } from '../parts/said.tsx';
import { useClose } from '../things/window-acts.tsx';
import { itemsFor, paletteWords, type Item } from './palette-items.ts';
import styles from './palette.module.css';

/** Finds pages, services, windows and plans, and does what their own buttons do (ARIA 1.2 combobox). */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useWords(paletteWords);
  const { language } = usePreferences();
  const status = useStatus();
  const plans = useRead<PlanList>('plans', '/madre/plans', { status: 'WAITING', limit: 50 });
  const mayChange = useMay('operator');
  const [, go] = useLocation();
  const [find, setFind] = useState('');
  const [at, setAt] = useState(0);
  const [closing, setClosing] = useState<WindowView | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const items = itemsFor(find, {
    status: status.data,
    plans: plans.data?.plans ?? [],
    mayChange,
    language,
    t,
  });
  const chosen = Math.min(at, items.length - 1);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const pick = (item: Item | undefined): void => {
    if (item === undefined) return;
    if ('close' in item) {
      setClosing(item.close);
      return;
    }
    onClose();
    go(item.to);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && items.length > 0) {
      event.preventDefault();
      setAt((chosen + step + items.length) % items.length);
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      pick(items[chosen]);
    }
  };
  return (
    <Dialog title={t.title} onClose={onClose}>
      <input
        className={inputClass}
        role="combobox"
        aria-label={t.find}
        aria-expanded={items.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={items.length > 0 ? `${id}-${chosen}` : undefined}
        spellCheck={false}
        placeholder={t.find}
        value={find}
        onChange={({ target }) => {
          setFind(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={id} ref={list} role="listbox" aria-label={t.title} className={styles['list']}>
        {items.map((item, index) => (
          // the keyboard reaches an option through the field above
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={item.key}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className={styles['item']}
            onClick={() => pick(item)}
            onMouseMove={() => setAt(index)}
          >
            <Said>{item.text}</Said>
          </li>
        ))}
      </ul>
      {items.length === 0 && <p className={styles['none']}>{t.nothing}</p>}
      {closing !== null && <Closing key={closing.window_id} window={closing} onDone={onClose} />}
    </Dialog>
  );
}

/** Closes a window as its own button does. */
function Closing({ window, onDone }: { window: WindowView; onDone: () => void }) {
  const { act } = useClose(window);
  const started = useRef(false);
  const { run } = act;
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void run();
  }, [run]);
  useEffect(() => {
    if (act.state.step === 'done') onDone();
  }, [act.state.step, onDone]);
  return <ActFailure state={act.state} />;
}
