import { createContext } from "react";

/** What anything inside the shell may ask it for. */
export interface ShellActions {
  readonly openDrawer: () => void;
  readonly openHelp: () => void;
}

export const ShellContext = createContext<ShellActions>({ openDrawer: () => {}, openHelp: () => {} });
