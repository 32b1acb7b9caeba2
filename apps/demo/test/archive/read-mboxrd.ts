import { expect } from "vitest";

/** Reads mboxrd as its form says: parted before each `From ` line, one `>` less in front of the others. */
export function readMboxrd(file: Buffer): string[] {
  const [nothing, ...entries] = file.toString("latin1").split(/^From [^\n]*\n/m);
  expect(nothing).toBe("");
  return entries.map((entry) => entry.replace(/\n$/, "").replaceAll(/^>(>*From )/gm, "$1"));
}
