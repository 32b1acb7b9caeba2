/** How the page looks: as the system says, or one of both always. */
export type Theme = "auto" | "light" | "dark";

const KEY = "mailwright.theme";

/** What the reader chose in this browser. */
export function readTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "auto";
}

/** Shows the page so, and remembers it. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  localStorage.setItem(KEY, theme);
}
