import { describe, expect, test } from "vitest";
import { message, setUpPop3 } from "../support/pop3-set-up.js";

describe("the cursors of a sync", () => {
  test("all together take less than ten times the last one, and each knows all that is acknowledged", async () => {
    const count = 3_000;
    await using mail = await setUpPop3(Array.from({ length: count }, (_, index) => message(`m${index}`)));
    let [sum, last, added, batches] = [0, 0, 0, 0];
    for await (const batch of mail.client().sync({ body: "none" })) {
      batches++;
      for (const { type } of batch.events) if (type === "added") added++;
      const text = JSON.stringify(batch.cursor);
      await batch.acknowledge();
      expect(JSON.stringify(batch.cursor)).toBe(text);
      sum += text.length;
      last = text.length;
    }
    expect(added).toBe(count);
    expect(batches).toBeGreaterThan(5);
    expect(sum).toBeLessThan(10 * last);
  });
});
