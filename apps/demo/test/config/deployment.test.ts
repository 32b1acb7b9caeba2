import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSettings, VARIABLES } from "../../src/config/settings.js";
import { readCompose, readDeployFile, readEnvironmentFile, readUnit } from "../deploy/read-deployment.js";

const EXAMPLE = readDeployFile("mailwright.env.example");
const KEY = `k1:${randomBytes(32).toString("base64")}`;
/** The example, filled in as its comments say. */
const FILLED: Readonly<Record<string, string>> = {
  ...readEnvironmentFile(EXAMPLE),
  MAILWRIGHT_KEY: KEY,
  MAILWRIGHT_METRICS_TOKEN: randomBytes(24).toString("hex"),
  POSTGRES_PASSWORD: randomBytes(24).toString("hex"),
};
const IMAGE = Object.fromEntries(
  [...readDeployFile("Dockerfile").matchAll(/^ENV (.*)$/gm)].at(-1)?.[1]?.split(" ").map(toEntry) ?? [],
);

test.each(["serve", "worker"])(
  "%s of the compose file is given all that it needs, by names that it knows",
  (name) => {
    const { command, environment } = service(name, FILLED);
    expect(command?.[0]).toBe(name);
    expect(unknown(environment)).toEqual([]);
    const settings = readSettings({ ...IMAGE, ...toText(environment) });
    // What they refuse to start without, apart from each other.
    expect([settings.databaseUrl, settings.keys]).not.toContain(undefined);
    expect(settings).toMatchObject({
      dataFolder: "/data",
      host: "0.0.0.0",
      url: new URL("https://mail.example.com"),
    });
    expect(settings.workerPort).toBe(name === "worker" ? 8026 : undefined);
  },
);

test.each(["MAILWRIGHT_KEY", "MAILWRIGHT_URL", "MAILWRIGHT_METRICS_TOKEN", "POSTGRES_PASSWORD"])(
  "the compose file does not start without %s",
  (name) => {
    expect(() => readCompose({ ...FILLED, [name]: "" })).toThrow(name);
  },
);

test("the compose file's services wait for a database that it has, whose volume and password are the ones they use", () => {
  const { services, volumes } = readCompose(FILLED);
  for (const name of ["serve", "worker"]) {
    expect(service(name, FILLED).depends_on).toEqual({ database: { condition: "service_healthy" } });
    const url = new URL(service(name, FILLED).environment["DATABASE_URL"] ?? "");
    expect({
      user: url.username,
      password: url.password,
      host: url.hostname,
      database: url.pathname,
    }).toEqual({
      user: services["database"]?.environment["POSTGRES_USER"],
      password: services["database"]?.environment["POSTGRES_PASSWORD"],
      host: "database",
      database: `/${services["database"]?.environment["POSTGRES_DB"]}`,
    });
  }
  expect(services["database"]?.volumes?.map((volume) => volume.split(":")[0])).toEqual(Object.keys(volumes));
});

test("the image, the unit and the example name no variable that the program does not read", () => {
  const unit = Object.fromEntries(
    readUnit()
      .get("Environment")
      ?.flatMap((line) => line.split(" ").map(toEntry)) ?? [],
  );
  const { POSTGRES_PASSWORD: _ofCompose, ...example } = readEnvironmentFile(EXAMPLE, true);
  for (const variables of [IMAGE, unit, example]) {
    expect(Object.keys(variables).length).toBeGreaterThan(0);
    expect(unknown(variables)).toEqual([]);
  }
  expect(() => readSettings({ ...unit, ...FILLED })).not.toThrow();
  expect(() => readSettings({ ...unit, ...example, ...FILLED })).not.toThrow();
});

test("an example that nobody filled in is refused, variable by variable", () => {
  expect(() => readSettings(readEnvironmentFile(EXAMPLE))).toThrow(/MAILWRIGHT_METRICS_TOKEN/);
  expect(() =>
    readSettings({ ...readEnvironmentFile(EXAMPLE), MAILWRIGHT_METRICS_TOKEN: "x".repeat(16) }),
  ).toThrow(/MAILWRIGHT_KEY/);
});

test("each variable has its row in the guide, and each row its variable", () => {
  const guide = readFileSync(new URL("../../../../docs/running-the-mailbox.md", import.meta.url), "utf8");
  const rows = [...guide.matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+)/gm)];
  const named = rows.flatMap(([, names = ""]) => names.split(", ").map((name) => name.replaceAll("`", "")));
  expect(named.sort()).toEqual([...VARIABLES].sort());
});

function service(name: string, values: Readonly<Record<string, string>>) {
  const found = readCompose(values).services[name];
  if (found === undefined) throw new Error(`There is no service ${name}`);
  return found;
}

function unknown(variables: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(variables).filter((name) => name !== "NODE_ENV" && !VARIABLES.includes(name));
}

function toText(variables: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

function toEntry(text: string): [string, string] {
  const [name = "", value = ""] = text.split("=");
  return [name, value];
}
