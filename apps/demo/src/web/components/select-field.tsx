import { useId } from "react";
import styles from "./field.module.css";

interface SelectFieldProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  /** What can be chosen, and how it is said. */
  readonly choices: Readonly<Record<Value, string>>;
  readonly onChoice: (value: Value) => void;
}

/** One of a few, with its label. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { label, value, choices, onChoice } = props;
  const id = useId();
  const values = Object.keys(choices) as Value[];
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <select
        id={id}
        className={styles.input}
        value={value}
        onChange={(event) => {
          const chosen = values.find((choice) => choice === event.target.value);
          if (chosen !== undefined) onChoice(chosen);
        }}
      >
        {values.map((choice) => (
          <option key={choice} value={choice}>
            {choices[choice]}
          </option>
        ))}
      </select>
    </div>
  );
}
