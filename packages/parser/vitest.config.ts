import { defineConfig } from "vitest/config";

/** The suites over whole corpora and hostile messages need more than the default when the machine is busy. */
export default defineConfig({ test: { testTimeout: 120_000 } });
