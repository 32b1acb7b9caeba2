import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const FOLDER = fileURLToPath(new URL("../../../../deploy/", import.meta.url));

/** A service of `deploy/compose.yaml`. */
export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
}

/** Reads a file of `deploy/`. */
export function readDeployFile(name: string): string {
  return readFileSync(FOLDER + name, "utf8");
}

/** `deploy/compose.yaml` with the values of an environment file, as Compose reads it. Throws for a value that it demands. */
export function readCompose(values: Readonly<Record<string, string>>): {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
} {
  const text = readDeployFile("compose.yaml").replaceAll(
    /\$\{(\w+)(:\?|:-)?([^}]*)\}/g,
    (_whole, name: string, mode: string | undefined, otherwise: string) => {
      const value = values[name];
      if (value !== undefined && value !== "") return value;
      if (mode !== ":-") throw new Error(`${name} is demanded`);
      return otherwise;
    },
  );
  return parse(text, { merge: true });
}

/** An environment file as Compose and systemd read it; what is commented out is left out, or read too when `all` is said. */
export function readEnvironmentFile(text: string, all = false): Record<string, string> {
  const lines = text.split("\n").map((line) => (all ? line.replace(/^# (?=[A-Z_]+=)/, "") : line));
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value ?? ""]];
    }),
  );
}

/** The settings of a section of `deploy/mailwright.service`, each with all its values. */
export function readUnit(): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of readDeployFile("mailwright.service").split("\n")) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) settings.set(name, [...(settings.get(name) ?? []), value ?? ""]);
  }
  return settings;
}
