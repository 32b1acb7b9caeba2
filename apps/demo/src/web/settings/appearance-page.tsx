import { useState } from "react";
import { applyDensity, readDensity } from "../theme/row-density.js";
import type { RowDensity } from "../theme/row-height.js";
import { applyTheme, readTheme, type Theme } from "../theme/theme.js";
import { Choices } from "./choices.js";
import styles from "./settings.module.css";
import { SettingsPage } from "./settings-page.js";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["auto", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];
const DENSITIES: readonly (readonly [RowDensity, string])[] = [
  ["usual", "With the first words of each message"],
  ["dense", "Dense: sender and subject alone"],
];

/** How the page looks, in this browser. */
export function AppearancePage() {
  const [theme, setTheme] = useState(readTheme);
  const [density, setDensity] = useState(readDensity);
  return (
    <SettingsPage title="Appearance">
      <Choices
        legend="Colours"
        names={THEMES}
        chosen={theme}
        onChoose={(choice) => {
          setTheme(choice);
          applyTheme(choice);
        }}
      />
      <p className={styles.soft}>Mail itself is shown on white, as its sender made it.</p>
      <Choices
        legend="Rows of lists"
        names={DENSITIES}
        chosen={density}
        onChoose={(choice) => {
          setDensity(choice);
          applyDensity(choice);
        }}
      />
    </SettingsPage>
  );
}
