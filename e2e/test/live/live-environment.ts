import type { LiveEnvironment, LiveUser } from "../../src/live-environment.js";

const json = process.env["MAILWRIGHT_LIVE"];
if (json === undefined)
  throw new Error("Live suites run through `pnpm test:live`, which sets MAILWRIGHT_LIVE");

/** Where the real servers of this run are. */
export const live: LiveEnvironment = JSON.parse(json);

/** The account of this name. */
export function liveUser(name: string): LiveUser {
  const found = live.users.find(({ user }) => user === name);
  if (found === undefined) throw new Error(`No account ${name}`);
  return found;
}
