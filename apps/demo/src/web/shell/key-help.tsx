import { Sheet } from "../components/sheet.js";
import { KEY_MAP, type KeyBinding } from "../keys/key-map.js";
import styles from "./key-help.module.css";

const GROUPS: readonly KeyBinding["group"][] = ["List", "Message", "Go to"];
const SIGNS: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  Escape: "Esc",
  I: "Shift i",
  U: "Shift u",
  "Shift+ArrowDown": "Shift ↓",
  "Shift+ArrowUp": "Shift ↑",
};

/** All keys of the page. */
export function KeyHelp({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Sheet title="Keyboard" isOpen={isOpen} onClose={onClose}>
      <div className={styles.groups}>
        {GROUPS.map((group) => (
          <section key={group} aria-label={group}>
            <h3 className={styles.title}>{group}</h3>
            <dl className={styles.keys}>
              {KEY_MAP.filter((binding) => binding.group === group).map(({ keys, action, label }) => (
                <div key={action} className={styles.key}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key} className={styles.sign}>
                        {SIGNS[key] ?? key}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Sheet>
  );
}
