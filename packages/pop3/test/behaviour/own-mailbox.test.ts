import { processorTime } from "@mailwright/suite";
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

  test("is refused at once in a session of another client that runs inside its own", async () => {
    await using mail = await setUpPop3(THREE);
    await using other = await setUpPop3(THREE);
    const [outer, inner] = [mail.client(), other.client()];
    await outer.session(() =>
      inner.session(async () => {
        expect(await errorOf(outer.stat())).toMatchObject({ code: "busy" });
      }),
    );
  });
});

test("many clients that had a session make nothing else in the process slower", async () => {
  await using mail = await setUpPop3([message("one")]);
  const promises = async (): Promise<number> => {
    const before = processorTime();
    for (let count = 0; count < 50_000; count++) await undefined;
    return processorTime() - before;
  };
  const least = async (): Promise<number> => Math.min(await promises(), await promises(), await promises());
  await mail.client().stat();
  const before = await least();
  for (let count = 0; count < 200; count++) await mail.client().stat();
  expect((await least()) / before).toBeLessThan(5);
});
