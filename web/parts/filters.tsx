import { useDeferredValue } from 'react';
import { useSearchParams } from 'wouter';
import styles from './filters.module.css';

/** One filter value of the address: its value and how to change it. An empty value leaves the address. */
export function useFilter(name: string): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (value: string): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return [search.get(name) ?? '', set];
}

/** The text that a list is filtered by, a moment late while much has to be drawn. */
export const useFilterText = (text: string): string => useDeferredValue(text.trim().toLowerCase());

export const Filters = ({ children }: { children: React.ReactNode }) => (
  <div className={styles['filters']}>{children}</div>
);

export const SearchBox = ({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) => (
  <input
    type="search"
    className={styles['search']}
    aria-label={label}
    placeholder={label}
    value={value}
    onChange={({ target }) => onChange(target.value)}
  />
);

/** Values to choose one of, each with how many there are; the first is `all`. */
export function Chips({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly { value: string; text: string; count?: number }[];
  onChange: (value: string) => void;
}) {
  return (
    <div className={styles['chips']} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={styles['chip']}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.text}
          {option.count !== undefined && <span className={styles['count']}>{option.count}</span>}
        </button>
      ))}
    </div>
  );
}

/** Chips for the states of what a list shows, after one for all of them. */
export const StateChips = <S extends string>({
  label,
  value,
  states,
  words,
  onChange,
}: {
  label: string;
  value: string;
  states: readonly S[];
  /** The text of each state, and of all. */
  words: Record<S | 'all', string>;
  onChange: (value: string) => void;
}) => (
  <Chips
    label={label}
    value={value}
    options={[
      { value: '', text: words.all },
      ...states.map((state) => ({ value: state, text: words[state] })),
    ]}
    onChange={onChange}
  />
);
