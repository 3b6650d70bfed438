import { Link } from 'wouter';
import styles from './button.module.css';

export type Weight = 'primary' | 'plain' | 'quiet' | 'danger';

interface ButtonProps {
  children: string;
  onPress?: () => void;
  weight?: Weight;
  /** Keeps its place and its focus, but does nothing: what it waits for. */
  busy?: boolean | string;
  /** Why it cannot be used now; it stays focusable, so that everybody can find out why. */
  blocked?: string | undefined;
  /** What it acts on, for those who hear it without its row. */
  about?: string;
  type?: 'button' | 'submit';
  expanded?: boolean;
  /** Pressed by this key while its row has the focus. */
  hotkey?: 'e' | 'x';
}

export function Button(props: ButtonProps) {
  const {
    children,
    onPress,
    weight = 'plain',
    busy = false,
    blocked,
    about,
    type = 'button',
  } = props;
  const off = busy !== false || blocked !== undefined;
  return (
    <button
      type={type}
      className={`${styles['button']} ${styles[weight]}`}
      aria-disabled={off || undefined}
      aria-busy={busy !== false || undefined}
      aria-expanded={props.expanded}
      aria-label={about === undefined ? undefined : `${children} ${about}`}
      title={blocked}
      data-key={props.hotkey}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onPress?.();
      }}
    >
      {/* the resting label keeps the width, so that nothing moves under a second click */}
      <span className={busy === false ? undefined : styles['under']}>{children}</span>
      {busy !== false && (
        <span className={styles['over']}>{typeof busy === 'string' ? busy : '…'}</span>
      )}
    </button>
  );
}

/** A link that looks like a button. */
export const LinkButton = ({
  to,
  weight = 'plain',
  about,
  children,
}: {
  to: string;
  weight?: Weight;
  about?: string;
  children: string;
}) => (
  <Link
    to={to}
    className={`${styles['button']} ${styles[weight]}`}
    aria-label={about === undefined ? undefined : `${children} ${about}`}
  >
    {children}
  </Link>
);

export const Buttons = ({ children }: { children: React.ReactNode }) => (
  <div className={styles['buttons']}>{children}</div>
);
