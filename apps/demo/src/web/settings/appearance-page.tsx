import { useState } from "react";
import { applyTheme, readTheme, type Theme } from "../theme/theme.js";
import styles from "./settings.module.css";
import { SettingsPage } from "./settings-page.js";

const NAMES: Readonly<Record<Theme, string>> = { auto: "As the system", light: "Light", dark: "Dark" };
const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/** How the page looks, in this browser. */
export function AppearancePage() {
  const [theme, setTheme] = useState(readTheme);
  return (
    <SettingsPage title="Appearance">
      <fieldset className={styles.choices}>
        <legend>Colours</legend>
        {THEMES.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="theme"
              checked={theme === choice}
              onChange={() => {
                setTheme(choice);
                applyTheme(choice);
              }}
            />
            {NAMES[choice]}
          </label>
        ))}
      </fieldset>
      <p className={styles.soft}>Mail itself is shown on white, as its sender made it.</p>
    </SettingsPage>
  );
}
