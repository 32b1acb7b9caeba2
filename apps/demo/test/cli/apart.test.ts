import { expect, test } from "vitest";
import { serve } from "../../src/cli/serve.js";
import { worker } from "../../src/cli/worker.js";
import { readSettings } from "../../src/config/settings.js";

const signal = AbortSignal.abort();
const print = (): void => {};
const key = `k1:${Buffer.alloc(32, 7).toString("base64")}`;

test("apart from each other, serve and worker refuse to start without a database and a key that they share", async () => {
  for (const [environment, variable] of [
    [{ MAILWRIGHT_KEY: key }, "DATABASE_URL"],
    [{ DATABASE_URL: "postgresql://127.0.0.1:1/none" }, "MAILWRIGHT_KEY"],
  ] as const) {
    const settings = readSettings(environment);
    await expect(worker(settings, { signal, print })).rejects.toThrow(variable);
    const apart = { isEmbedded: false, isApart: true, signal, print };
    await expect(serve(settings, apart)).rejects.toThrow(variable);
  }
});
