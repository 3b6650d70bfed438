import { useId } from 'react';
import styles from './field.module.css';

interface FieldProps {
  label: string;
  hint?: string;
  problem?: string | undefined;
  children: (ids: {
    id: string;
    'aria-describedby'?: string;
    'aria-invalid'?: true;
  }) => React.ReactNode;
}

/** A control under its label, with a hint or what is wrong with its value. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId();
  const about = problem ?? hint;
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(about !== undefined && { 'aria-describedby': `${id}-about` }),
        ...(problem !== undefined && { 'aria-invalid': true }),
      })}
      {about !== undefined && (
        <p
          id={`${id}-about`}
          className={problem === undefined ? styles['hint'] : styles['problem']}
        >
          {about}
        </p>
      )}
    </div>
  );
}

export const inputClass = styles['input'];

type InputProps = Omit<React.ComponentProps<'input'>, 'id' | 'value' | 'onChange'>;

/** One line of text, under its label. Other attributes go to the input. */
export function TextField({
  label,
  hint,
  problem,
  value,
  onChange,
  className = '',
  ...input
}: Omit<FieldProps, 'children'> &
  InputProps & { value: string; onChange: (value: string) => void }) {
  return (
    <Field label={label} problem={problem} {...(hint !== undefined && { hint })}>
      {(ids) => (
        <input
          {...ids}
          {...input}
          className={`${inputClass} ${className}`.trim()}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

/** One choice of few, all in view. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset className={styles['choice']}>
      <legend>{label}</legend>
      <div className={styles['options']}>
        {options.map(([option, text]) => (
          <label key={option} className={styles['option']}>
            <input
              type="radio"
              name={name}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
