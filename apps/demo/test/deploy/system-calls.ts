import { spawnSync } from "node:child_process";

/** The system calls that the lines `SystemCallFilter=` of a unit leave, by the sets of this machine's systemd. */
export function allowedCalls(lines: readonly string[]): ReadonlySet<string> {
  const sets = readSets();
  const expand = (name: string): string[] =>
    name.startsWith("@") ? (sets.get(name) ?? []).flatMap(expand) : [name];
  // Calls that every program needs are allowed by any list.
  const allowed = new Set(expand("@default"));
  for (const line of lines)
    for (const name of line.replace("~", "").split(" ").flatMap(expand))
      if (line.startsWith("~")) allowed.delete(name);
      else allowed.add(name);
  return allowed;
}

function readSets(): Map<string, string[]> {
  const sets = new Map<string, string[]>();
  let current: string[] = [];
  const { stdout } = spawnSync("systemd-analyze", ["syscall-filter"], { encoding: "utf8" });
  for (const line of stdout.split("\n")) {
    const word = line.trim();
    if (line.startsWith("@")) {
      current = [];
      sets.set(word, current);
    } else if (word !== "" && !word.startsWith("#")) current.push(word);
  }
  return sets;
}
