import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSampleMessages } from "../../src/embedded/sample-messages.js";
import { runProcess } from "../suites/cli/cli-process.js";
import { onTerminal } from "../suites/cli/pseudo-terminal.js";

const DEMO = fileURLToPath(new URL("../../dist/demo.js", import.meta.url));
const PASSWORD = "canary-Zq7-horse";
const ada = { user: "ada@example.test", password: "canary-Zq7-countess" };
const hasScript = existsSync("/usr/bin/script");
if (!hasScript && process.env["CI"]) throw new Error("`script` of util-linux is not installed");

/** Runs the command line on a terminal; then what it came to, and how it left the terminal. The shell itself survives Ctrl-C. */
const demo = (words: string) => `trap : INT; ${process.execPath} ${DEMO} ${words}; echo "code=$?"; stty -a`;
/** Lines are whole, what is typed is shown, and Ctrl-C interrupts. */
const SANE = /(?<!-)isig (?<!-)icanon(.|\s)* echo /;

describe.skipIf(!hasScript)("somebody at a terminal", () => {
  let mail: MailServers;
  let folder: string;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mailwright-terminal-"));
    const messages = createSampleMessages(1, ada.user);
    mail = await startMailServers({ accounts: [{ ...ada, address: ada.user, messages }] });
    await writeFile(join(folder, "ca.pem"), mail.ca);
    environment = {
      MAILWRIGHT_DATA: join(folder, "data"),
      NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
      MAILWRIGHT_ALLOW_HOSTS: mail.host,
      MAILWRIGHT_ALLOW_PORTS: [mail.imap, mail.smtp].map(({ tlsPort }) => tlsPort).join(","),
    };
  });

  afterAll(async () => {
    await mail?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("such a terminal shows what is typed", async () => {
    const terminal = onTerminal("head -1 >/dev/null", {});
    terminal.press("shown\r");
    expect(await terminal.ended()).toContain("shown");
  });

  test("Ctrl-C at the question for a password ends with 1, does nothing, and leaves the terminal as it was", async () => {
    const terminal = onTerminal(demo("user add owner@home.test"), environment);
    await terminal.shows("Password for owner@home.test: ");
    terminal.press(`${PASSWORD}\u0003`);
    const screen = await terminal.ended();
    expect(screen).toMatch(/Interrupted[^\n]*\r?\ncode=1/);
    expect(screen).toMatch(SANE);
    expect(screen).not.toContain("canary");
  });

  test("a password is asked for, and not one letter of it is shown, nor how long it is", async () => {
    const terminal = onTerminal(demo("user add owner@home.test"), environment);
    await terminal.shows("Password for owner@home.test: ");
    // A wrong letter is taken back, as on any line.
    terminal.press(`${PASSWORD}x\u007f\r`);
    const screen = await terminal.ended();
    expect(screen).toMatch(
      /Password for owner@home\.test: \r\nowner@home\.test may log in \(owner\)\r\ncode=0/,
    );
    expect(screen).toMatch(SANE);
  });

  test("the account's password is asked for too, and is the one that was typed", async () => {
    const [imap, smtp] = [mail.imap, mail.smtp].map(({ tlsPort }) => `${mail.host}:${tlsPort}`);
    const urls = `--incoming imaps://${imap} --outgoing smtps://${smtp}`;
    const terminal = onTerminal(demo(`accounts add ${ada.user} ${urls}`), environment);
    await terminal.shows(`Password of ${ada.user}: `);
    terminal.press(`${ada.password}\r`);
    const screen = await terminal.ended();
    expect(screen).toMatch(/was added: [^\n]*\ncode=0/);
    expect(screen).not.toContain("canary");
  });

  test("a bar fills up on the terminal, and only there; what is said in JSON stays JSON", async () => {
    const [out, err] = [join(folder, "out"), join(folder, "err")];
    const shown = await onTerminal(demo(`sync ${ada.user} --json >${out}`), environment).ended();
    expect(shown).toContain(`${ada.user} `);
    expect(shown).toMatch(/\d+\/\d+/);
    // The cursor, which the bar hides, is back.
    expect(shown.lastIndexOf("\u001b[?25h")).toBeGreaterThan(shown.lastIndexOf("\u001b[?25l"));
    expect(shown).toContain("code=0");
    const lines = (await readFile(out, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ account: ada.user, ok: true }]);

    const quiet = await onTerminal(demo(`sync ${ada.user} --json 2>${err}`), environment).ended();
    expect(await readFile(err, "utf8")).toBe("");
    const [said = ""] = quiet.split("\r\n");
    expect(JSON.parse(said)).toMatchObject({ account: ada.user, ok: true });
    const piped = await runProcess(["sync", ada.user], environment);
    expect(piped).toMatchObject({ code: 0, stderr: "" });
  });

  test("what a server says in JSON stays JSON on a terminal, too", async () => {
    const terminal = onTerminal(demo("--json"), {
      ...environment,
      MAILWRIGHT_DATA: join(folder, "sample"),
      MAILWRIGHT_PORT: "0",
    });
    await terminal.shows("Mailwright is at");
    await terminal.shows("up to date");
    terminal.press("\u0003");
    const [lines = ""] = (await terminal.ended()).replaceAll("^C", "").split("code=0");
    expect(() =>
      lines
        .trim()
        .split("\r\n")
        .map((line) => JSON.parse(line)),
    ).not.toThrow();
  });

  test("Ctrl-C while a verb works ends it, and brings the cursor back", async () => {
    const terminal = onTerminal(demo(`watch ${ada.user}`), environment);
    await terminal.shows(`Watching ${ada.user}`);
    terminal.press("\u0003");
    const screen = await terminal.ended();
    expect(screen).toContain("code=0");
    expect(screen).toMatch(SANE);
  });
});
