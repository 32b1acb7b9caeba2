import { describe, expect, test } from "vitest";
import { errorOf, message, setUpPop3 } from "../support/pop3-set-up.js";

const THREE = [message("one"), message("two"), message("three")];

describe("a mailbox that is in use by the very client", () => {
  test("is refused at once inside its own sync, and free again after it", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client({ retry: { attempts: 3, backoff: () => Number.MAX_SAFE_INTEGER } });
    let batches = 0;
    for await (const batch of pop3.sync({ batchMessages: 1 })) {
      batches++;
      const inUse = { code: "busy", message: expect.stringMatching(/in use by this client's sync\(\)/) };
      expect(await errorOf(pop3.fetchMessage(1))).toMatchObject(inUse);
      expect(await errorOf(pop3.session(async () => {}))).toMatchObject(inUse);
      expect(await errorOf(pop3.sync().next())).toMatchObject(inUse);
      expect(await pop3.testConnection()).toMatchObject({ ok: false, error: inUse });
      await batch.acknowledge();
    }
    expect(batches).toBe(3);
    expect(await pop3.stat()).toMatchObject({ count: 3 });
    for await (const _batch of pop3.sync()) break;
    expect(await pop3.stat()).toMatchObject({ count: 3 });
  });

  test("is refused at once inside its own session, to other code it is a matter of waiting", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    let after: (() => Promise<unknown>) | undefined;
    const inside = pop3.session(async (box) => {
      const inUse = {
        code: "busy",
        message: expect.stringMatching(/by the session that this call is made in/),
      };
      expect(await errorOf(pop3.stat())).toMatchObject(inUse);
      after = () => pop3.stat();
      return box.stat();
    });
    expect(await Promise.all([inside, pop3.stat()])).toMatchObject([{ count: 3 }, { count: 3 }]);
    expect(await after?.()).toMatchObject({ count: 3 });
  });
});
