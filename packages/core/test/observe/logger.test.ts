import { expect, test } from "vitest";
import { silentLogger } from "../../src/observe/logger.js";

test("the silent logger has every method and says nothing", () => {
  for (const log of [silentLogger.debug, silentLogger.info, silentLogger.warn, silentLogger.error]) {
    expect(log({ a: 1 }, "text")).toBeUndefined();
  }
});
