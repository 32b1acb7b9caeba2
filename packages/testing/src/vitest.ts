import { afterAll, afterEach, beforeAll } from "vitest";
import { registerMailServers } from "./fixtures/register-mail-servers.js";
import type { MailServers, MailServersOptions } from "./start-mail-servers.js";

/**
 * Mail servers for the tests of a file or `describe` block: started before them, reset after each, stopped in the end.
 * When a test fails, what its sessions said is printed. Use what it returns inside tests and hooks.
 */
export function useMailServers(options: MailServersOptions = {}): MailServers {
  return registerMailServers(
    {
      beforeAll: (run) => beforeAll(run),
      afterEach: (run) =>
        afterEach(({ task }) =>
          run((makeText) => {
            if (task.result?.state === "fail") process.stderr.write(`${makeText()}\n`);
          }),
        ),
      afterAll: (run) => afterAll(run),
    },
    options,
  );
}
