import { useEffect, useId, useRef } from 'react';
import { useWords } from '../base/words.ts';
import type { ActState } from '../live/act.ts';
import { ActFailure } from './act-failure.tsx';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

const words = { close: ['Close', 'Cerrar'], notNow: ['Not now', 'Ahora no'] } as const;

/**
 * A modal dialog: the browser's own, which keeps the focus in, closes on Esc, and gives the focus back.
 * The focus starts in its first field.
 * @param calm the focus starts on the heading, so that Enter alone does nothing
 */
export function Dialog({
  title,
  aside,
  onClose,
  calm = false,
  wide = false,
  children,
}: {
  title: React.ReactNode;
  aside?: React.ReactNode;
  onClose: () => void;
  calm?: boolean;
  wide?: boolean;
  children: React.ReactNode;
}) {
  const t = useWords(words);
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const box = dialog.current!;
    const before = document.activeElement;
    if (!box.open) box.showModal();
    // the browser would take the button that closes
    const field = calm ? null : box.querySelector<HTMLElement>('input, textarea, select');
    (field ?? heading.current)?.focus();
    return () => {
      box.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [calm]);
  return (
    <dialog
      ref={dialog}
      className={`${styles['dialog']} ${wide ? styles['wide'] : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={styles['inside']}>
        <header className={styles['head']}>
          <h2 id={id} ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <div className={styles['aside']}>
            {aside}
            <button type="button" className={styles['x']} aria-label={t.close} onClick={onClose}>
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d="M4 4l8 8M12 4l-8 8" />
              </svg>
            </button>
          </div>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** The acts of a dialog: what leads away at the start, the deed at the end. */
export const DialogActs = ({
  away,
  children,
}: {
  away?: React.ReactNode;
  children: React.ReactNode;
}) => (
  <footer className={styles['acts']}>
    <div className={styles['group']}>{away}</div>
    <div className={styles['group']}>{children}</div>
  </footer>
);

/**
 * The form of a dialog: its fields, why its act failed, and the buttons that leave and that act.
 * @param deed the label of the button that acts
 * @param busy what the button says while it acts, or false
 * @param blocked why it cannot act now
 */
export function DialogForm({
  state,
  deed,
  busy,
  blocked,
  onAct,
  onClose,
  children,
}: {
  state: ActState;
  deed: string;
  busy: false | string;
  blocked?: string | undefined;
  onAct: () => void;
  onClose: () => void;
  children: React.ReactNode;
}) {
  const t = useWords(words);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (blocked === undefined) onAct();
      }}
    >
      {children}
      <ActFailure state={state} />
      <DialogActs away={<Button onPress={onClose}>{t.notNow}</Button>}>
        <Button type="submit" weight="primary" busy={busy} blocked={blocked}>
          {deed}
        </Button>
      </DialogActs>
    </form>
  );
}
