import { z } from "zod";
import { parseKeys } from "./parse-keys.js";
import { SettingsError } from "./settings-error.js";

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

const environmentSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  MAILWRIGHT_DATA: z.string().min(1).optional(),
  MAILWRIGHT_KEY: z.string().optional(),
  MAILWRIGHT_URL: z.url({ protocol: /^https?$/ }).optional(),
  MAILWRIGHT_HOST: z.string().min(1).default("127.0.0.1"),
  MAILWRIGHT_PORT: z.coerce.number().int().min(0).max(65_535).default(8025),
  MAILWRIGHT_ALLOW_HOSTS: list.default([]),
  MAILWRIGHT_ALLOW_PORTS: list.pipe(z.array(z.coerce.number<string>().int().min(1).max(65_535))).default([]),
  MAILWRIGHT_LEASE_SECONDS: z.coerce.number().int().min(1).max(600).default(30),
  MAILWRIGHT_SEND_PER_MINUTE: z.coerce.number().int().min(1).optional(),
  MAILWRIGHT_WORKER_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  MAILWRIGHT_METRICS_TOKEN: z.string().min(16, "needs 16 characters").optional(),
  MAILWRIGHT_LOG: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

/** The variables that the program reads. */
export const VARIABLES: readonly string[] = Object.keys(environmentSchema.shape);

/** What the program was told by its environment, checked; nothing else reads the environment. */
export interface Settings {
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
  /** The keys that secrets are sealed with, the current one first; in the data folder when none were given. */
  readonly keys: ReturnType<typeof parseKeys> | undefined;
  /** Where people find the page; requests that name another host are refused. */
  readonly url: URL | undefined;
  readonly host: string;
  readonly port: number;
  /** Networks and names of private mail servers that accounts may name all the same. */
  readonly allowHosts: readonly string[];
  readonly allowPorts: readonly number[];
  /** How long a process that is not heard of keeps its accounts and the messages that it sends. */
  readonly leaseSeconds: number;
  /** How many messages an account may send in a minute whose provider does not say. */
  readonly sendPerMinute: number | undefined;
  /** Where a worker tells how it is; nowhere without it. */
  readonly workerPort: number | undefined;
  /** What `/metrics` is read with from other machines. */
  readonly metricsToken: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

/** Reads the environment. Throws {@link SettingsError}, with every variable that is wrong and never its value. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  usualDataFolder = "data",
): Settings {
  const given = environmentSchema.safeParse(environment);
  if (!given.success) {
    const problems = given.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new SettingsError(problems.join("; "));
  }
  const values = given.data;
  const { MAILWRIGHT_HOST: host, MAILWRIGHT_URL: url } = values;
  if (!LOOPBACK.includes(host) && url === undefined)
    throw new SettingsError(
      "MAILWRIGHT_HOST: others can reach this program then; say under which MAILWRIGHT_URL",
    );
  return {
    databaseUrl: values.DATABASE_URL,
    dataFolder: values.MAILWRIGHT_DATA ?? usualDataFolder,
    keys: values.MAILWRIGHT_KEY === undefined ? undefined : parseKeys(values.MAILWRIGHT_KEY),
    url: url === undefined ? undefined : new URL(url),
    host,
    port: values.MAILWRIGHT_PORT,
    allowHosts: values.MAILWRIGHT_ALLOW_HOSTS,
    allowPorts: values.MAILWRIGHT_ALLOW_PORTS,
    leaseSeconds: values.MAILWRIGHT_LEASE_SECONDS,
    sendPerMinute: values.MAILWRIGHT_SEND_PER_MINUTE,
    workerPort: values.MAILWRIGHT_WORKER_PORT,
    metricsToken: values.MAILWRIGHT_METRICS_TOKEN,
    logLevel: values.MAILWRIGHT_LOG,
  };
}
