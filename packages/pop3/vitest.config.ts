import { defineConfig } from "vitest/config";

/** Real sockets and real servers on machines that do other things too: slow is not wrong. */
export default defineConfig({ test: { testTimeout: 120_000 } });
