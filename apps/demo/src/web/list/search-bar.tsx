import { Search, X } from "lucide-react";
import { type FormEvent, type RefObject, useState } from "react";
import { chipsOf, OFFERED_CHIPS, withChip, withoutChip } from "../mail/search-query.js";
import styles from "./search-bar.module.css";

interface SearchBarProps {
  /** What is searched for; `undefined` in a list that is no search. */
  readonly query: string | undefined;
  readonly onSearch: (query: string) => void;
  readonly box: RefObject<HTMLInputElement | null>;
}

/** The search, and its parts as chips. */
export function SearchBar({ query, onSearch, box }: SearchBarProps) {
  const [text, setText] = useState(query ?? "");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSearch(text.trim());
  };
  const chips = chipsOf(query ?? "");
  const offered = OFFERED_CHIPS.filter((chip) => !chips.some(({ text: known }) => known === chip.text));
  return (
    <search className={styles.search}>
      <form className={styles.form} onSubmit={submit}>
        <Search size={16} aria-hidden className={styles.icon} />
        <input
          ref={box}
          type="search"
          className={styles.box}
          aria-label="Search mail"
          aria-keyshortcuts="/"
          placeholder="Search mail"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        />
      </form>
      {query !== undefined && (
        <ul className={styles.chips} aria-label="Search filters">
          {chips.map(({ text: chip, label }) => (
            <li key={chip}>
              <button
                type="button"
                className={styles.chip}
                aria-label={`Remove ${label}`}
                onClick={() => onSearch(withoutChip(query, chip))}
              >
                {label}
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
          {offered.map(({ text: chip, label }) => (
            <li key={chip}>
              <button type="button" className={styles.offer} onClick={() => onSearch(withChip(query, chip))}>
                {label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
