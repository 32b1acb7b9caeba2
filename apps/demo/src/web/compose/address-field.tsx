import { X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, type Ref, useId, useState } from "react";
import type { Person } from "../drafts/draft-values.js";
import styles from "./address-field.module.css";
import { isPlausible, parsePeople } from "./parse-people.js";

interface AddressFieldProps {
  readonly label: string;
  readonly people: readonly Person[];
  /** What the server says about each, by its place; and about all of them. */
  readonly errors: ReadonlyMap<number, string>;
  readonly error: string | undefined;
  readonly onChange: (people: Person[]) => void;
  /** Whether a message is begun here. */
  readonly isFirst: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
}

const ENDS = ["Enter", ",", ";"];

/** People as chips; what is typed becomes one at a comma, `Enter`, or when the field is left. */
export function AddressField({
  label,
  people,
  errors,
  error,
  onChange,
  isFirst,
  inputRef,
}: AddressFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const problems = people.flatMap((person, index) => {
    const words = errors.get(index) ?? (isPlausible(person.address) ? undefined : "is not an address");
    return words === undefined ? [] : [{ index, text: `${person.address}: ${words}` }];
  });
  const notes = error === undefined ? problems : [{ index: -1, text: error }, ...problems];
  const take = (text: string): void => {
    setTyped("");
    const added = parsePeople(text).filter(
      ({ address }) => !people.some((one) => one.address.toLowerCase() === address.toLowerCase()),
    );
    if (added.length > 0) onChange([...people, ...added]);
  };
  const remove = (index: number): void => onChange(people.filter((_, other) => other !== index));
  const onKeyDown = (event: KeyboardEvent): void => {
    // What is still being put together of several keys is no address yet.
    if (event.nativeEvent.isComposing) return;
    // Sent or left by a key: whom somebody has typed last is one of the people too.
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey)))
      return take(typed);
    if (event.ctrlKey || event.metaKey) return;
    const isEnd = ENDS.includes(event.key) || (event.key === " " && isPlausible(typed.trim()));
    if (isEnd && (typed.trim() !== "" || event.key !== "Enter")) {
      event.preventDefault();
      take(typed);
    } else if (event.key === "Enter") event.preventDefault();
    else if (event.key === "Backspace" && typed === "" && people.length > 0) remove(people.length - 1);
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData("text");
    if (parsePeople(text).length < 2) return;
    event.preventDefault();
    take(`${typed}${text}`);
  };
  return (
    <div className={styles.field} data-bad={notes.length > 0}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={styles.box}>
        {people.map(({ name, address }, index) => (
          <span
            key={address}
            className={styles.chip}
            data-bad={problems.some((problem) => problem.index === index)}
            title={address}
          >
            <span className={styles.name}>{name === "" ? address : name}</span>
            <button
              type="button"
              className={styles.remove}
              aria-label={`Remove ${address}`}
              onClick={() => remove(index)}
            >
              <X size={14} aria-hidden />
            </button>
          </span>
        ))}
        <input
          ref={inputRef}
          id={id}
          className={styles.input}
          data-begin={isFirst || undefined}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          inputMode="email"
          aria-invalid={notes.length > 0}
          aria-describedby={notes.length === 0 ? undefined : `${id}-note`}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => take(typed)}
        />
      </div>
      {notes.length > 0 && (
        <ul id={`${id}-note`} className={styles.notes}>
          {notes.map(({ index, text }) => (
            <li key={index}>{text}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
