import styles from "./settings.module.css";

interface ChoicesProps<Value extends string> {
  readonly legend: string;
  /** The values with their names, in their order. */
  readonly names: readonly (readonly [Value, string])[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}

/** One of a few values, all of them seen. */
export function Choices<Value extends string>({ legend, names, chosen, onChoose }: ChoicesProps<Value>) {
  return (
    <fieldset className={styles.choices}>
      <legend>{legend}</legend>
      {names.map(([value, name]) => (
        <label key={value}>
          <input type="radio" name={legend} checked={chosen === value} onChange={() => onChoose(value)} />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
