import { markedText } from '../../../base/marks.ts';
import { Field, inputClass } from '../../../parts/field.tsx';

/** One of several, under its label. */
export const SelectField = ({
  label,
  hint,
  value,
  options,
  onChange,
}: {
  label: string;
  hint?: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}) => (
  <Field label={label} {...(hint !== undefined && { hint })}>
    {(ids) => (
      <select
        {...ids}
        className={inputClass}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {markedText(text)}
          </option>
        ))}
      </select>
    )}
  </Field>
);

/** One of the uploaded files. */
export const FileField = ({
  label,
  names,
  value,
  onChange,
}: {
  label: string;
  names: readonly string[];
  value: string;
  onChange: (value: string) => void;
}) => (
  <SelectField
    label={label}
    value={value}
    options={names.map((name) => [name, name])}
    onChange={onChange}
  />
);
